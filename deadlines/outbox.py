"""Messages, written in the transaction of their cause and sent afterwards, each once per key.

`enqueue` writes; `sending.send_due` sends. A member of staff gets the notice in the portal at once and
an SMS (urgent) or e-mail beside it; an applicant gets what the safe contact allows at sending.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agencies.duty import people_for
from agencies.models import User
from deadlines.alarms import note_alarm
from deadlines.messages import check_params
from deadlines.models import OutboxMessage

Channel = OutboxMessage.Channel


@dataclass(frozen=True, slots=True)
class StaffRecipient:
    user_id: int


@dataclass(frozen=True, slots=True)
class ApplicantRecipient:
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class AgencyRecipient:
    """Whoever is on duty in the role when the message is written, else all who hold it."""

    agency_id: int
    role: str


Recipient = StaffRecipient | ApplicantRecipient | AgencyRecipient


@dataclass(frozen=True, slots=True)
class ApplicantDelivery:
    """The channel ("sms" or "email") and address that are safe now, with the agreed code word."""

    channel: str
    address: str
    code_word: str = ""


@dataclass(frozen=True, slots=True)
class HoldUntil:
    """Outside the safe hours: wait until then."""

    at: datetime


@dataclass(frozen=True, slots=True)
class NoContact:
    """No message may be sent; a person may call in the agreed way."""


ApplicantAnswer = ApplicantDelivery | HoldUntil | NoContact
ApplicantResolver = Callable[[UUID, datetime], ApplicantAnswer]


def _nobody_asked(subject_id: UUID, now: datetime) -> ApplicantAnswer:
    return NoContact()


_resolver: ApplicantResolver = _nobody_asked


def register_applicant_resolver(resolver: ApplicantResolver) -> None:
    """Set who answers how an applicant may be reached; asked again at each sending (invariant 42)."""
    global _resolver
    _resolver = resolver


def applicant_answer(subject_id: UUID, now: datetime) -> ApplicantAnswer:
    """How the applicant may be reached now; until somebody registers, not at all."""
    return _resolver(subject_id, now)


def enqueue(
    *,
    key: str,
    recipient: Recipient,
    template_id: str,
    params: Mapping[str, str | int],
    subject_id: UUID | None = None,
    urgent: bool = False,
    now: datetime,
) -> None:
    """Write the message once per key; the same key again writes nothing.

    An agency role with nobody in it raises an alarm. Raises TemplateError for a template that is not
    reviewed for this recipient or for a value it has no place for.
    """
    audience = "applicant" if isinstance(recipient, ApplicantRecipient) else "staff"
    check_params(template_id, params, audience)
    common = {
        "template_id": template_id,
        "params": dict(params),
        "urgent": urgent,
        "created_at": now,
        "not_before": now,
    }
    if isinstance(recipient, ApplicantRecipient):
        rows = [
            OutboxMessage(key=key, subject_id=recipient.subject_id, channel=Channel.SAFE_CONTACT, **common)
        ]
    else:
        people = _people(recipient, now)
        rows = [
            OutboxMessage(
                key=f"{key}:{person.pk}:{channel}",
                user=person,
                subject_id=subject_id,
                channel=channel,
                **common,
                **sent_at_once(channel, now),
            )
            for person in people
            for channel in channels_for(person, urgent=urgent)
        ]
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)


def channels_for(person: User, *, urgent: bool) -> list[Channel]:
    """In the portal always; by SMS when it is urgent and there is a number, else by e-mail."""
    outside: Channel | None = None
    if urgent and person.phone:
        outside = Channel.SMS
    elif person.email:
        outside = Channel.EMAIL
    return [Channel.IN_PORTAL] if outside is None else [Channel.IN_PORTAL, outside]


def sent_at_once(channel: Channel, now: datetime) -> dict[str, object]:
    """A notice in the portal is delivered by being written."""
    if channel != Channel.IN_PORTAL:
        return {}
    return {"state": OutboxMessage.State.SENT, "sent_at": now}


def _people(recipient: StaffRecipient | AgencyRecipient, now: datetime) -> Sequence[User]:
    if isinstance(recipient, StaffRecipient):
        return list(User.objects.filter(pk=recipient.user_id))
    people = people_for(recipient.agency_id, recipient.role, now)
    if not people:
        note_alarm(
            key=f"duty_gap:{recipient.agency_id}:{recipient.role}",
            kind="duty_gap",
            now=now,
            details={"role": recipient.role},
            agency_id=recipient.agency_id,
        )
    return people
