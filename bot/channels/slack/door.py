"""The door in front of Bolt: size, signature, shape. What does not pass has no effect at all."""

from collections.abc import Awaitable, Callable
from time import time

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_sdk.signature import SignatureVerifier
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot.channels.slack.app import Slack
from bot.channels.slack.envelope import Malformed, unpack
from bot.metrics import REFUSED

LARGEST = 1_000_000  # bytes
DRAINED = 8_000_000  # bytes that are read before refusing, since a caller cut off while sending sees no answer
STALE = 300  # seconds


class TooLarge(Exception):
    pass


def door(slack: Slack, secret: str) -> Callable[[Request], Awaitable[Response]]:
    verifier = SignatureVerifier(secret)

    async def events(request: Request) -> Response:
        try:
            body = await read(request, LARGEST)
        except TooLarge:
            return _refuse(413, "too large")
        except ClientDisconnect:
            return _refuse(400, "incomplete")
        if not signed(verifier, body, request):
            return _refuse(401, "not signed by Slack")
        try:
            unpack(body, request.headers.get("content-type", ""))
        except Malformed:
            return _refuse(400, "malformed")
        return to_starlette_response(await slack.bolt.async_dispatch(to_async_bolt_request(request, body)))

    return events


async def read(request: Request, largest: int) -> bytes:
    """The body, bounded. Raises TooLarge after taking in what a caller is likely to send."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > DRAINED:
            break
        if size <= largest:
            parts.append(part)
    if size > largest:
        raise TooLarge
    return b"".join(parts)


def signed(verifier: SignatureVerifier, body: bytes, request: Request) -> bool:
    """Whether Slack signed exactly these bytes in the last five minutes. Odd headers are a no, never an error."""
    stamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12 and signature.isascii()):
        return False
    if abs(time() - int(stamp)) > STALE:
        return False
    try:
        return bool(verifier.is_valid(body=body, timestamp=stamp, signature=signature))
    except ValueError:  # the verifier decodes the body; Slack only signs UTF-8
        return False


def _refuse(status: int, reason: str) -> Response:
    REFUSED.labels(str(status)).inc()
    return PlainTextResponse(reason, status_code=status)
