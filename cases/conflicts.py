"""Conflicts of interest (回避): parties compared with staff and the persons they have declared (SR-16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from agencies.models import DeclaredRelation, User
from cases.models import Person, Recusal

if TYPE_CHECKING:
    from cases.change import CaseChange

DIGEST_FIELDS = ("id_number_digest", "phone_digest", "name_birth_digest")


def record_conflicts(change: CaseChange) -> None:
    """Hide the case from every member of staff who is, or has declared, one of its persons.

    A party who is staff hides it from the whole of that person's bodies, unless that body is the
    court of the case, where the person alone is kept out.
    """
    digests = [value for row in Person.objects.filter(case=change.case) for value in row.match_digests]
    if not digests:
        return
    matches = Q(*[(f"{name}__in", digests) for name in DIGEST_FIELDS], _connector=Q.OR)
    for party_who_is_staff in User.objects.filter(matches):
        _recuse(change, party_who_is_staff, "is_a_party")
        for membership in party_who_is_staff.memberships.exclude(agency=change.case.court):
            Recusal.objects.get_or_create(
                case=change.case,
                agency=membership.agency,
                defaults={"reason": "colleague_is_a_party", "since_at": change.now},
            )
    for relation in DeclaredRelation.objects.filter(matches).select_related("user"):
        _recuse(change, relation.user, "declared_relation")


def recuse_person(change: CaseChange, user: User, reason: str) -> None:
    """Take one person off the case on her own word, and say so on the timeline."""
    _recuse(change, user, reason)


def _recuse(change: CaseChange, user: User, reason: str) -> None:
    _row, made = Recusal.objects.get_or_create(
        case=change.case, user=user, defaults={"reason": reason, "since_at": change.now}
    )
    if made:
        change.record("recusal.recorded", reason_code=reason)
