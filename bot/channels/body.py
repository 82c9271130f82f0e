"""The body of a request, bounded."""

from starlette.requests import Request

LARGEST = 1_000_000  # bytes
DRAINED = 8_000_000  # bytes that are read before refusing, since a caller cut off while sending sees no answer


class TooLarge(Exception):
    pass


async def read(request: Request, largest: int = LARGEST) -> bytes:
    """Raises TooLarge after taking in what a caller is likely to send."""
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
