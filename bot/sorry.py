"""What somebody reads after an error that nobody foresaw."""

from handlers.ui import Card, Text


def sorry(reference: str) -> Card:
    return Card(
        title="Something went wrong on my side",
        body=(
            Text(text="Your message is kept, and nothing was half done. Please try again in a moment."),
            Text(text=f"If it happens again, tell your channel manager this number: {reference}", style="subtle"),
        ),
    )
