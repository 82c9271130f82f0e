"""What the page may send, checked before anything else looks at it."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from bot.channels.body import TooLarge, read

LONGEST_TEXT = 100_000


class Malformed(Exception):
    """Not what the page sends; whoever made it did so by hand."""


def storable(text: str) -> str:
    """PostgreSQL keeps no NUL, and nobody can see one."""
    return text.replace("\0", "")


Words = Annotated[str, AfterValidator(storable)]


class Attached(BaseModel):
    """A file somewhere else; nothing is uploaded here."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[Words, Field(min_length=1, max_length=200)]
    url: Annotated[Words, Field(pattern=r"^https://\S+$", max_length=1_000)]


class Asked(BaseModel):
    """A request of the page. It makes up ``id`` itself: the same one again has no second effect."""

    model_config = ConfigDict(extra="forbid")

    person: Annotated[Words, Field(max_length=320)]
    id: str = Field(pattern="^[A-Za-z0-9-]{8,100}$")
    text: Words = ""
    place: Literal["chat", "support", "managers", "operators"] = "chat"
    thread: Annotated[Words, Field(max_length=100)] = ""
    message: Annotated[Words, Field(max_length=100)] = ""
    action: Annotated[Words, Field(max_length=200)] = ""
    value: Annotated[Words, Field(max_length=1_000)] = ""
    form: Annotated[Words, Field(max_length=100)] = ""
    context: Annotated[Words, Field(max_length=1_000)] = ""
    links: list[Attached] = Field(default=[], max_length=10)
    values: dict[str, Words] = Field(default={}, max_length=50)


async def asked_by(request: Request) -> Asked:
    """Raises Malformed or TooLarge."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise Malformed
    try:
        asked = Asked.model_validate_json(await read(request))
    except ValidationError:
        raise Malformed from None
    if len(asked.text) > LONGEST_TEXT:
        raise TooLarge
    return asked
