"""Two checks before a paper leaves the court: nothing secret for the respondent, nothing unreadable."""

from __future__ import annotations

from django.utils.translation import gettext as _

from agencies.errors import InvalidInput
from orders.decisions import OrderDecision
from orders.documents.papers import RespondentRuling
from orders.paper_content import PaperOf, RecordOfCase

# Shorter secrets (a surname, "妈妈") would be found in any text.
SHORTEST_SECRET = 4


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


def refuse_unreadable(paper: PaperOf, pdf: bytes) -> None:
    """Refuse a printed paper that is no whole PDF. Raises: InvalidInput."""
    if not pdf.startswith(b"%PDF-") or b"%%EOF" not in pdf[-1024:]:
        raise InvalidInput(_("文书没有生成完整，请再试一次。"))
    if isinstance(paper.content, RespondentRuling) and not paper.content.applicant.name:
        raise InvalidInput(_("请先补上申请人的姓名，再签发。"), field="claims")


def _squeezed(text: str) -> str:
    return "".join(text.split())
