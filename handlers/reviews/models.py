"""Which articles wait for a review, and who was last asked when whether theirs are still right."""

from datetime import date
from typing import NamedTuple

from sqlmodel import Field

from knowledge.base import Row
from knowledge.models import Article


class ReviewAsked(Row, table=True):
    """``on`` is a day where the owner is, which is still to come where somebody tried it out."""

    __tablename__ = "review_asked"

    contact_id: int = Field(primary_key=True, foreign_key="contact.id")
    on: date = Field(primary_key=True)


class Waiting(NamedTuple):
    """``unseen``: nobody was shown it for so long that it may not be needed."""

    article: Article
    unseen: bool
