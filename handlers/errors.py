"""What may go wrong and is told to the person, word for word."""


class PortalError(Exception):
    """The message is a sentence for the person who reads it, and says what to do next."""


class NotAllowed(PortalError):
    """The person may not do this. Says nothing about whether the thing exists."""


class FormError(PortalError):
    """Errors by the name of the field they belong under; what was typed is kept."""

    def __init__(self, /, **fields: str) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = fields
