"""Sending what the outbox holds: claim with a lease, hand over, mark; a crash repeats under the same key.

Claims are taken by SKIP LOCKED, so any number of senders share the work. A message that fails is put
off by 1, 5, 15 and 60 minutes and then shown as failed, with another channel tried once; it never holds
up the rest.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from deadlines.alarms import raise_alarm
from deadlines.channels import ChannelError, email, sms
from deadlines.heartbeat import beat
from deadlines.messages import write
from deadlines.models import OutboxMessage
from deadlines.outbox import ApplicantDelivery, Channel, HoldUntil, NoContact, applicant_answer

RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
# A claim holds few messages, so that even with every one timing out it ends within its lease.
CLAIM = 10
LEASE_SECONDS = 120
LONGEST_RUN_SECONDS = 40.0
State = OutboxMessage.State

_CLAIM = """
UPDATE deadlines_outboxmessage
SET attempts = attempts + 1, leased_until = clock_timestamp() + make_interval(secs => %(lease)s)
WHERE id IN (
    SELECT id FROM deadlines_outboxmessage
    WHERE state = 'waiting' AND not_before <= %(now)s
      AND (leased_until IS NULL OR leased_until < clock_timestamp())
    ORDER BY urgent DESC, not_before
    LIMIT %(claim)s
    FOR UPDATE SKIP LOCKED
)
RETURNING id
"""


@dataclass(slots=True)
class SendResult:
    sent: int = 0
    retried: int = 0
    failed: int = 0
    held: int = 0


def send_due(now: datetime) -> SendResult:
    """Send everything that may go at `now`; writes the outbox's heartbeat at the end."""
    result = SendResult()
    until = time.monotonic() + LONGEST_RUN_SECONDS
    while time.monotonic() < until:
        claimed = _claim(now)
        for message in claimed:
            _send_one(message, now, result)
        if len(claimed) < CLAIM:
            break
    beat("outbox", now)
    return result


def _claim(now: datetime) -> list[OutboxMessage]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "lease": LEASE_SECONDS, "claim": CLAIM})
        ids = [row[0] for row in cursor.fetchall()]
    rows = OutboxMessage.objects.select_related("user", "step__deadline").in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]


def _send_one(message: OutboxMessage, now: datetime, result: SendResult) -> None:
    try:
        is_sent = _hand_over(message, now)
    except ChannelError as error:
        _put_off(message, str(error), now, result)
    except Exception as error:
        _put_off(message, f"broken: {type(error).__name__}", now, result)
    else:
        if is_sent:
            _close(message, State.SENT, sent_at=now)
            result.sent += 1
        else:
            result.held += 1


def _hand_over(message: OutboxMessage, now: datetime) -> bool:
    """Give the message to its channel; False when it was held back instead. Raises ChannelError."""
    if message.channel == Channel.IN_PORTAL:
        return True
    if message.channel == Channel.SAFE_CONTACT:
        return _hand_over_to_applicant(message, now)
    person = message.user
    if person is None or not person.is_active:
        raise ChannelError("the person has left")
    subject, body = write(message.template_id, values_of(message))
    address = person.phone if message.channel == Channel.SMS else person.email
    _hand_to(message.channel, address, subject, body, message.key)
    return True


def _hand_over_to_applicant(message: OutboxMessage, now: datetime) -> bool:
    if message.subject_id is None:
        raise ChannelError("the message names nobody")
    answer = applicant_answer(message.subject_id, now)
    if isinstance(answer, ApplicantDelivery):
        subject, body = write(message.template_id, {"code_word": answer.code_word})
        _hand_to(answer.channel, answer.address, subject, body, message.key)
        return True
    if isinstance(answer, HoldUntil):
        _hold(message, answer.at)
    elif isinstance(answer, NoContact):
        _close(message, State.WITHHELD)
    if message.urgent:
        raise_alarm(
            key=f"call_applicant:{message.subject_id}",
            kind="call_applicant",
            now=now,
            details={"subject": str(message.subject_id)},
        )
    return False


def _hand_to(channel: str, address: str, subject: str, body: str, key: str) -> None:
    if not address:
        raise ChannelError("no address")
    if channel == Channel.SMS:
        sms.send(address=address, body=body, key=key)
    elif channel == Channel.EMAIL:
        email.send(address=address, subject=subject, body=body, key=key)
    else:
        raise ChannelError(f"there is no channel {channel}")


def values_of(message: OutboxMessage) -> dict[str, str | int]:
    """What the sentence holds: the message's own values, or those of the step it tells of."""
    values: dict[str, str | int] = dict(message.params)
    if message.step is not None:
        deadline = message.step.deadline
        values |= {
            "reference": deadline.subject_reference,
            "rule": deadline.rule_id,
            "step": message.step.step,
            "strict": local_words(deadline.strict_at),
        }
    if "earliest" in values:
        values["earliest"] = local_words(datetime.fromisoformat(str(values["earliest"])))
    return values


def local_words(instant: datetime) -> str:
    """The instant in the portal's zone, to the minute."""
    return instant.astimezone(ZoneInfo(settings.TIME_ZONE)).strftime("%Y-%m-%d %H:%M")


def _close(message: OutboxMessage, state: State, *, sent_at: datetime | None = None) -> None:
    OutboxMessage.objects.filter(pk=message.pk).update(
        state=state, sent_at=sent_at, leased_until=None, last_error=""
    )


def _hold(message: OutboxMessage, until: datetime) -> None:
    """Give the claim back: waiting for the safe hours is no attempt."""
    OutboxMessage.objects.filter(pk=message.pk).update(
        not_before=until, leased_until=None, attempts=max(message.attempts - 1, 0)
    )


def _put_off(message: OutboxMessage, cause: str, now: datetime, result: SendResult) -> None:
    failed_times = message.attempts
    if failed_times <= len(RETRY_AFTER):
        OutboxMessage.objects.filter(pk=message.pk).update(
            not_before=now + RETRY_AFTER[failed_times - 1], leased_until=None, last_error=cause[:200]
        )
        result.retried += 1
        return
    with transaction.atomic():
        OutboxMessage.objects.filter(pk=message.pk).update(
            state=State.FAILED, failed_at=now, leased_until=None, last_error=cause[:200]
        )
        _try_other_channel(message, now)
        raise_alarm(key="message_failed", kind="message_failed", now=now)
    result.failed += 1


def _try_other_channel(message: OutboxMessage, now: datetime) -> None:
    """A member of staff whom one channel does not reach is tried once by the other."""
    person = message.user
    if person is None or message.key.endswith(":instead"):
        return
    other = Channel.EMAIL if message.channel == Channel.SMS else Channel.SMS
    if not (person.email if other == Channel.EMAIL else person.phone):
        return
    instead = OutboxMessage(
        key=f"{message.key}:instead",
        user=person,
        subject_id=message.subject_id,
        step=message.step,
        channel=other,
        template_id=message.template_id,
        params=message.params,
        urgent=message.urgent,
        created_at=now,
        not_before=now,
    )
    OutboxMessage.objects.bulk_create([instead], ignore_conflicts=True)
