"""The few errors that services of every room raise; `agencies.error_pages` maps them to answers once."""

from datetime import datetime


class DomainError(Exception):
    """A refusal with words for the person. `message` is shown as it is, so it never holds a secret."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NotAllowed(DomainError):
    """No right. Answered exactly as if the thing did not exist (SR-11), so the message stays inside."""


class TransitionRefused(DomainError):
    """The state of the case does not allow this step, or a guard of the step failed."""


class Conflict(DomainError):
    """Somebody else was first. `who` is a display name, `when` an aware instant."""

    def __init__(self, who: str = "", when: datetime | None = None, message: str = "") -> None:
        super().__init__(message)
        self.who = who
        self.when = when


class InvalidInput(DomainError):
    """What was entered cannot be taken. `field` is the form field's name when one is to blame."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Unavailable(DomainError):
    """A part that must work before we answer does not; nothing was shown and nothing was changed."""
