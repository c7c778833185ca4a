"""Coming back with reference and passphrase: wrong tries are slowed, a correct pair always passes (SR-05, SR-23)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password

from cases.actors import ApplicantActor
from cases.models import ApplicantAccess, FilingDraft, ReturnAttempt
from cases.return_code import digest

WINDOW = timedelta(hours=1)
FREE_TRIES_PER_REFERENCE, FREE_TRIES_PER_NETWORK = 5, 60
LONGEST_DELAY_SECONDS = 8.0
SHORTEST_PASSPHRASE = 8


@dataclass(frozen=True, slots=True)
class Returned:
    """What a correct pair opens: a case, or a draft that was not sent yet."""

    actor: ApplicantActor | None
    draft_id: UUID | None


def come_back(*, reference: str, passphrase: str, network: str, now: datetime) -> Returned | None:
    """Open the case or draft; None, and one failure counted, when the pair is wrong.

    A missing reference costs the same hashing time as a wrong passphrase.
    """
    wanted = digest(reference)
    access = ApplicantAccess.unscoped.filter(reference_digest=wanted, closed_at=None).first()
    draft = None if access else _living_draft(wanted, now)
    stored = access.passphrase_hash if access else (draft.passphrase_hash if draft else "")
    if check_password(passphrase, stored or _hash_of_nobody()) and stored:
        actor = ApplicantActor(access.pk, access.case_id, access.is_agent) if access else None
        return Returned(actor, draft.pk if draft else None)
    ReturnAttempt.objects.create(reference_digest=wanted, network=network, at=now)
    return None


def delay_seconds(*, reference: str, network: str, now: datetime) -> float:
    """How long the answer to a wrong pair waits; doubles with each failure past the free ones, at most 8 s."""
    recent = ReturnAttempt.objects.filter(at__gt=now - WINDOW)
    over = max(
        recent.filter(reference_digest=digest(reference)).count() - FREE_TRIES_PER_REFERENCE,
        recent.filter(network=network).count() - FREE_TRIES_PER_NETWORK if network else 0,
    )
    return 0.0 if over <= 0 else min(2.0 ** (over - 1) / 2, LONGEST_DELAY_SECONDS)


def is_open(actor: ApplicantActor) -> bool:
    """Whether this access still opens its case."""
    return ApplicantAccess.unscoped.filter(pk=actor.access_id, case=actor.case_id, closed_at=None).exists()


def _living_draft(wanted: str, now: datetime) -> FilingDraft | None:
    return FilingDraft.objects.filter(reference_digest=wanted, case=None, erases_at__gt=now).first()


_nobody: list[str] = []


def _hash_of_nobody() -> str:
    if not _nobody:
        _nobody.append(make_password("no such person"))
    return _nobody[0]
