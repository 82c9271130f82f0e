"""What somebody reads whom the assistant does not know."""

from handlers.ui import Card, Text


def refusal() -> Card:
    """Kind, and without a word about what there would be to see."""
    return Card(
        title="I don't know you yet",
        body=(
            Text(text="I'm the assistant of a partner programme, and I can only talk to its registered partners."),
            Text(
                text="Ask your channel manager, or your company's partner administrator, to register the e-mail "
                "address of your profile here. It must be confirmed. Then just write to me again."
            ),
        ),
    )
