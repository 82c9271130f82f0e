"""The door in front of Bolt: size, signature, shape. What does not pass has no effect at all."""

from collections.abc import Awaitable, Callable

from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from bot.channels.body import TooLarge, read
from bot.channels.slack.app import Slack
from bot.channels.slack.envelope import Malformed, unpack
from bot.metrics import REFUSED


def door(slack: Slack, secret: str) -> Callable[[Request], Awaitable[Response]]:
    verifier = SignatureVerifier(secret)

    async def events(request: Request) -> Response:
        try:
            body = await read(request)
        except TooLarge:
            return _refuse(413, "too large")
        except ClientDisconnect:
            return _refuse(400, "incomplete")
        if not signed(verifier, body, request):
            return _refuse(401, "not signed by Slack")
        try:
            parsed = unpack(body, request.headers.get("content-type", ""))
        except Malformed:
            return _refuse(400, "malformed")
        # Parsed once, here: Bolt's own reading of forms differs, and loses commands with the word "payload" in them.
        try:
            bolt = AsyncBoltRequest(body=parsed, mode="socket_mode")
        except Exception:  # noqa: BLE001 Bolt trusts every field that it looks at
            return _refuse(400, "malformed")
        return to_starlette_response(await slack.bolt.async_dispatch(bolt))

    return events


def signed(verifier: SignatureVerifier, body: bytes, request: Request) -> bool:
    """Whether Slack signed exactly these bytes in the last five minutes. Odd headers are a no, never an error."""
    stamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12 and signature.isascii()):
        return False
    try:
        return bool(verifier.is_valid(body=body, timestamp=stamp, signature=signature))
    except ValueError:  # the verifier decodes the body; Slack only signs UTF-8
        return False


def _refuse(status: int, reason: str) -> Response:
    REFUSED.labels(str(status)).inc()
    return PlainTextResponse(reason, status_code=status)
