"""Handing out a paper: who may read it, the look written down, then the bytes (SR-18, SR-28)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from agencies.capabilities import Action
from agencies.errors import NotAllowed
from cases.actors import Actor
from cases.danger import signs_answered_yes
from cases.looking import record_look
from cases.models import Case
from cases.policy import standing
from cases.secrets import cipher
from cases.services.confidential import danger_answers
from orders.documents.rendering import render
from orders.models import CasePaper
from orders.paper_content import RecordOfCase, application_paper
from orders.paper_rights import content_of, may_read
from orders.vocabulary import PaperAudience, PaperKind


@dataclass(frozen=True, slots=True)
class PaperFile:
    """The bytes of a paper under a name that says nothing (SR-03)."""

    name: str
    pdf: bytes


def read_paper(*, actor: Actor, case: Case, paper_id: UUID, now: datetime, network: str = "") -> PaperFile:
    """One kept paper of the case for somebody who may read it.

    Raises: NotAllowed, the same for a paper that is missing, of another case or for other eyes; the
    refused look is written down too.
    """
    paper = CasePaper.objects.filter(pk=paper_id, case=case).first()
    which = (paper.kind, paper.audience) if paper else ("", "")
    _look(actor, case, which, object_id=str(paper_id), now=now, network=network)
    if paper is None:
        raise NotAllowed
    return PaperFile(_neutral_name(paper.sha256), cipher().decrypt(bytes(paper.content)))


def print_application(*, actor: Actor, case: Case, now: datetime, network: str = "") -> PaperFile:
    """The application as a paper, printed from the record on request; for the court and for her.

    Raises: NotAllowed.
    """
    _look(actor, case, (PaperKind.APPLICATION, PaperAudience.COURT), object_id="", now=now, network=network)
    answers = danger_answers(actor=actor, case=case, now=now)
    record = RecordOfCase(case, actor, now)
    pdf = render(application_paper(record, signs_answered_yes(answers)))
    return PaperFile(_neutral_name(hashlib.sha256(pdf).hexdigest()), pdf)


def _look(
    actor: Actor, case: Case, which: tuple[str, str], *, object_id: str, now: datetime, network: str
) -> None:
    """Write the look in a transaction of its own, so that a refused one stays written. Raises: NotAllowed."""
    view = standing(actor, Action.VIEW_CASE, case, now)
    allowed = view is not None and may_read(view.body, *which)
    with transaction.atomic():
        record_look(
            actor,
            purpose="paper.read",
            now=now,
            case_id=case.pk,
            acting_as=view,
            object_kind=f"paper.{which[0]}"[:30],
            object_id=object_id,
            data_classes=content_of(*which) if allowed else (),
            allowed=allowed,
            network=network,
        )
    if not allowed:
        raise NotAllowed


def _neutral_name(sha256: str) -> str:
    return f"document-{sha256[:8]}.pdf"
