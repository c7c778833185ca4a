"""How the applicant may be reached now: asked again each time something is about to be sent (INV-42)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from cases.models import SafeContact
from cases.scope import case_scope
from cases.vocabulary import ContactChannel
from deadlines.outbox import ApplicantAnswer, ApplicantDelivery, HoldUntil, NoContact
from deadlines.profile import load_profile

WRITTEN = frozenset({ContactChannel.SMS, ContactChannel.EMAIL})


def applicant_answer(case_id: UUID, now: datetime) -> ApplicantAnswer:
    """Deliver by her channel, hold until her safe hours begin, or send nothing at all (SR-06)."""
    with case_scope(case_id):
        contact = SafeContact.objects.select_related("case").filter(case_id=case_id).first()
    if contact is None or contact.channel not in WRITTEN or contact.destination is None:
        return NoContact()
    opens_at = next_safe_instant(contact, now, load_profile(contact.case.profile_id).zone)
    if opens_at > now:
        return HoldUntil(opens_at)
    code_word = contact.code_word.open_text() if contact.code_word else ""
    return ApplicantDelivery(contact.channel, contact.destination.open_text(), code_word)


def next_safe_instant(contact: SafeContact, now: datetime, zone: ZoneInfo) -> datetime:
    """`now` when it lies in her safe hours, else the instant at which they next begin.

    Hours are of her own day; from 22 until 6 goes over midnight; equal hours mean the whole day.
    """
    local = now.astimezone(zone)
    start, end = contact.hour_from % 24, contact.hour_until % 24
    inside = start <= local.hour < end if start < end else local.hour >= start or local.hour < end
    if start == end or inside:
        return now
    begins = local.replace(hour=start, minute=0, second=0, microsecond=0)
    return begins if begins > local else begins + timedelta(days=1)
