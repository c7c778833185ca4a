"""Two checks before a paper leaves the court: nothing secret for the respondent, nothing unreadable."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from agencies.errors import InvalidInput
from orders.decisions import OrderDecision
from orders.documents.readback import Problem, expectations_for, verify_paper
from orders.paper_content import SHORTEST_SECRET, PaperOf, RecordOfCase
from orders.vocabulary import PaperAudience, PaperKind


def refuse_leaks(record: RecordOfCase, decision: OrderDecision) -> None:
    """Refuse words for the respondent that hold a confidential detail of the case (INV-26).

    Raises: InvalidInput naming the kind of the detail, never its text.
    """
    words = [decision.claims, decision.facts_found, decision.reasons]
    words += [measure.words for measure in decision.measures]
    written = _squeezed("\n".join(words))
    for kind, text in record.hidden_texts(decision):
        secret = _squeezed(text)
        if len(secret) >= SHORTEST_SECRET and secret in written:
            raise InvalidInput(
                _("文字里写到了申请人保密的%(kind)s，被申请人会看到。请删去后再签发。") % {"kind": kind},
                field="facts_found",
            )


def problems_of(paper: PaperOf, pdf: bytes, secrets: Iterable[str]) -> list[Problem]:
    """Why this printed paper may not leave the court; empty when it may.

    Read back from the finished PDF: every part that must stand in it, nothing hidden, blank or outside the
    page, and on copies for outside the bodies none of the `secrets`.
    """
    closed_to = (PaperAudience.RESPONDENT, PaperAudience.COMMITTEE)
    forbidden = tuple(secrets) if paper.audience in closed_to else ()
    return verify_paper(pdf, expectations_for(paper.content, forbidden=forbidden))


def refuse_unfit(paper: PaperOf, pdf: bytes, secrets: Iterable[str]) -> None:
    """Refuse a printed paper with a problem. Raises: InvalidInput naming paper and problem, no secret."""
    for problem in problems_of(paper, pdf, secrets):
        which = f"{PaperKind(paper.kind).label}（{PaperAudience(paper.audience).label}）"
        raise InvalidInput(_("%(paper)s：%(problem)s") % {"paper": which, "problem": problem.words})


def secrets_of(record: RecordOfCase, decision: OrderDecision) -> list[str]:
    """The texts that a copy for outside must not hold; too short ones would be found in any text."""
    return [text for _kind, text in record.hidden_texts(decision) if len(_squeezed(text)) >= SHORTEST_SECRET]


def _squeezed(text: str) -> str:
    return "".join(text.split())
