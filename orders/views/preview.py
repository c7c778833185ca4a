"""The real papers before they leave, and the signature on the same page (journeys 3.4, screens 6 and 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import policy
from agencies.capabilities import Action
from agencies.errors import InvalidInput
from agencies.second_factor import CodeCheck, Verdict, check_totp, mark_fresh
from agencies.time_source import wall_now
from cases.desk.opening import Opened, carry_out, too_late
from cases.handing_out import attachment
from cases.models import Case
from cases.transitions import APPLICATION
from deadlines import clock
from orders.decisions import Decision, OrderDecision, from_text, to_text
from orders.differences import Difference, differences
from orders.documents.papers import ApplicantRuling, PoliceRuling, RespondentRuling
from orders.documents.rendering import render as print_paper
from orders.forms import SignForm
from orders.judging import Change, changes_since, last_sequence
from orders.page_pictures import pages_as_picture
from orders.selectors import decision_clock, decision_of
from orders.services.decision import (
    PaperPreview,
    draft_of,
    issue_order,
    preview,
    print_preview,
    reject_application,
)
from orders.views.decide import compared, decision_form, given_away, open_to_decide
from orders.views.files import as_picture
from orders.vocabulary import PaperAudience, PaperKind


@dataclass(frozen=True, slots=True)
class Shown:
    """One printed paper on the page."""

    kind: str
    audience: str
    title: str | Promise
    reader: str | Promise
    pages_url_args: Sequence[Any]
    problems: Sequence[str | Promise]
    kilobytes: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why signing stopped: what came in between, and both texts where the draft itself was changed."""

    changes: Sequence[Change] = ()
    compared: Sequence[dict[str, Any]] = ()


@require_http_methods(["GET", "HEAD", "POST"])
@policy(Action.ISSUE)
@sensitive_post_parameters()
@sensitive_variables("decision", "form", "draft")
def preview_and_sign(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """GET prints the papers of the draft; POST signs with a code of the judge's own second factor."""
    opened = open_to_decide(request, case_id)
    if Action.ISSUE not in opened.may:
        return given_away(request, opened, _in_words(opened, request.POST.get("previewed", "")))
    draft = draft_of(actor=opened.user, case=opened.case, now=opened.now)
    if request.method != "POST":
        if APPLICATION.find(opened.case.state, "issue") is None:
            return redirect("orders:issued", case_id)
        return (
            _page(request, opened, draft[0], _sign_form(opened, draft))
            if draft
            else redirect("orders:decide", case_id)
        )
    form = SignForm(request.POST)
    form.refusal = too_late(opened, "issue")
    if form.refusal is not None or draft is None:
        return _decided_by_another(request, opened, form)
    if not form.is_valid():
        return _page(request, opened, draft[0], form)
    if stopped := _stopped(opened, form, draft):
        return _page(request, opened, draft[0], _moved_on(form, opened, draft), stopped=stopped)
    if not _is_her_code(request, opened, form):
        return _page(request, opened, draft[0], form)
    if not carry_out(form, lambda: _sign(opened, draft[0])):
        return _refused(request, opened, draft, form)
    return redirect("orders:issued", case_id)


@require_safe
@policy(Action.ISSUE)
def preview_file(request: HttpRequest, case_id: UUID, kind: str, audience: str) -> HttpResponse:
    """One paper of the draft, to be saved."""
    return attachment(name="document-preview.pdf", content=_printed(request, case_id, kind, audience))


@require_safe
@policy(Action.ISSUE)
def preview_pages(request: HttpRequest, case_id: UUID, kind: str, audience: str) -> HttpResponse:
    """The pages of one paper of the draft, as a picture."""
    return as_picture(pages_as_picture(_printed(request, case_id, kind, audience)))


def _printed(request: HttpRequest, case_id: UUID, kind: str, audience: str) -> bytes:
    opened = open_to_decide(request, case_id)
    draft = draft_of(actor=opened.user, case=opened.case, now=opened.now)
    if draft is None:
        raise Http404
    papers = preview(actor=opened.user, case=opened.case, decision=draft[0], now=opened.now)
    found = next((row for row in papers if (row.kind, row.audience) == (kind, audience)), None)
    if found is None:
        raise Http404
    return print_paper(found.content)


def _sign_form(opened: Opened, draft: tuple[Decision, int]) -> SignForm:
    return SignForm(
        initial={
            "version": opened.case.version,
            "draft_version": draft[1],
            "last_event": last_sequence(opened.case),
            "previewed": to_text(draft[0]),
        }
    )


def _moved_on(form: SignForm, opened: Opened, draft: tuple[Decision, int]) -> SignForm:
    """An empty form for what is there now; the judge has just been shown it."""
    fresh = _sign_form(opened, draft)
    fresh.refusal = form.refusal
    return fresh


def _stopped(opened: Opened, form: SignForm, draft: tuple[Decision, int]) -> Stopped | None:
    """What was changed since the preview that is being signed; None when nothing she could read was."""
    if form.cleaned_data["draft_version"] != draft[1]:
        return Stopped(compared=_both_texts(opened, form.cleaned_data["previewed"], draft[0]))
    if form.cleaned_data["version"] == opened.case.version:
        return None
    changes = changes_since(opened.case, form.cleaned_data["last_event"])
    return Stopped(changes=changes) if changes else None


def _both_texts(opened: Opened, previewed: str, now_there: Decision) -> list[dict[str, Any]]:
    try:
        mine = decision_form(opened, decision=from_text(previewed))
    except (ValueError, KeyError, TypeError):
        return []
    return compared(mine, decision_form(opened, decision=now_there))


_CODE_WORDS: dict[Verdict, str | Promise] = {
    Verdict.WRONG: gettext_lazy("验证码不对。请看验证器上现在的 6 位数字再输入一次；您写的内容都在。"),
    Verdict.USED: gettext_lazy("这个验证码已经用过。请等验证器换下一个（最多 30 秒）再输入。"),
    Verdict.NOT_SET_UP: gettext_lazy("您还没有设置验证器，不能签发。请先设置。"),
}


def _is_her_code(request: HttpRequest, opened: Opened, form: SignForm) -> bool:
    """Use up one code of the judge's own; a wrong one leaves the form as it is (SR-22)."""
    check = check_totp(opened.user, form.cleaned_data["code"], wall_now())
    if check.is_right:
        mark_fresh(request, wall_now())
        return True
    form.add_error("code", _code_words(check))
    return False


def _code_words(check: CodeCheck) -> str:
    if check.verdict is Verdict.TOO_SOON:
        seconds = max(1, int(check.wait / timedelta(seconds=1)) + 1)
        return _("输错几次了，请等 %(seconds)d 秒再输入；您写的内容都在。") % {"seconds": seconds}
    return str(_CODE_WORDS[check.verdict])


def _sign(opened: Opened, decision: Decision) -> None:
    """The code was right this instant; the version read with the papers must still be the newest."""
    signed_at = clock.now()
    version = opened.case.version
    if isinstance(decision, OrderDecision):
        issue_order(
            actor=opened.user,
            case=opened.case,
            decision=decision,
            signed_at=signed_at,
            now=signed_at,
            expected_version=version,
        )
        return
    reject_application(
        actor=opened.user,
        case=opened.case,
        decision=decision,
        signed_at=signed_at,
        now=signed_at,
        expected_version=version,
    )


def _refused(
    request: HttpRequest, opened: Opened, draft: tuple[Decision, int], form: SignForm
) -> HttpResponse:
    """The service said no: decided by another, changed in the last moment, or not whole."""
    opened.case.refresh_from_db()
    first = too_late(opened, "issue")
    if first is not None:
        form.refusal = first
        return _decided_by_another(request, opened, form)
    if form.refusal is None:
        return _page(request, opened, draft[0], form)
    changes = changes_since(opened.case, form.cleaned_data["last_event"])
    return _page(request, opened, draft[0], _moved_on(form, opened, draft), stopped=Stopped(changes=changes))


def _decided_by_another(request: HttpRequest, opened: Opened, form: SignForm) -> HttpResponse:
    """Somebody was first: who, when, and what was decided, beside what was about to be signed."""
    opened.case.refresh_from_db()
    there = decision_of(opened.user, opened.case, opened.now)
    mine = form.data.get("previewed", "")
    context = {
        "opened": opened,
        "case": opened.case,
        "now": opened.now,
        "refusal": form.refusal,
        "decided": there,
        "mine": _in_words(opened, mine),
    }
    return render(request, "orders/too_late.html", context, status=409)


def _in_words(opened: Opened, previewed: str) -> list[dict[str, Any]]:
    try:
        return [row for row in decision_form(opened, decision=from_text(previewed)).typed() if row["value"]]
    except (ValueError, KeyError, TypeError):
        return []


def _page(
    request: HttpRequest,
    opened: Opened,
    decision: Decision,
    form: SignForm,
    *,
    stopped: Stopped | None = None,
) -> HttpResponse:
    case: Case = opened.case
    context: dict[str, Any] = {
        "opened": opened,
        "case": case,
        "now": opened.now,
        "form": form,
        "stopped": stopped,
        "is_order": isinstance(decision, OrderDecision),
        "summary": [row for row in decision_form(opened, decision=decision).typed() if row["value"]],
        "clock": decision_clock(case, opened.now),
    }
    try:
        printed = print_preview(actor=opened.user, case=case, decision=decision, now=opened.now)
    except InvalidInput as error:
        context["unfit"] = error.message
        return render(request, "orders/preview.html", context, status=422)
    context |= {
        "papers": [_shown(row, case) for row in printed],
        "differences": _differences(printed),
        "is_fit": not any(row.problems for row in printed),
    }
    status = 409 if stopped else form.status
    return render(request, "orders/preview.html", context, status=status)


def _shown(row: PaperPreview, case: Case) -> Shown:
    paper = row.paper
    return Shown(
        kind=paper.kind,
        audience=paper.audience,
        title=PaperKind(paper.kind).label,
        reader=PaperAudience(paper.audience).label,
        pages_url_args=[case.pk, paper.kind, paper.audience],
        problems=[problem.words for problem in row.problems],
        kilobytes=max(1, len(row.pdf) // 1024),
    )


def _differences(printed: Sequence[PaperPreview]) -> list[Difference]:
    """Hers, his and the police's copy against each other; none for a rejection, which has one copy."""
    copies = {type(row.paper.content): row.paper.content for row in printed}
    hers, his, police = (copies.get(kind) for kind in (ApplicantRuling, RespondentRuling, PoliceRuling))
    if not (
        isinstance(hers, ApplicantRuling)
        and isinstance(his, RespondentRuling)
        and isinstance(police, PoliceRuling)
    ):
        return []
    return differences(hers, his, police)
