"""Who was last asked when whether their articles are still right."""

from datetime import date

from sqlmodel import Field

from knowledge.base import Row


class ReviewAsked(Row, table=True):
    """``on`` is a day where the owner is."""

    __tablename__ = "review_asked"

    contact_id: int = Field(primary_key=True, foreign_key="contact.id")
    on: date
