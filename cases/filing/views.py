"""Asking the court, screen by screen; every screen is saved before the next one is shown."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agencies.access import policy
from agencies.errors import InvalidInput
from cases.filing.assemble import filing_from
from cases.filing.clocks import ACCEPTANCE, clock_of, decision_hours, emergency_hours
from cases.filing.fields import PlainForm
from cases.filing.forms import PlaceForm
from cases.filing.passphrase import PassphraseField
from cases.filing.session import (
    applicant_page,
    draft_of,
    remember_access,
    remember_draft,
    show,
    touch,
)
from cases.filing.steps import (
    STEPS,
    TOTAL,
    Step,
    blank_form,
    bound_form,
    checked_forms,
    region_choices,
    step_by_slug,
    typed,
)
from cases.models import FilingDraft
from cases.services.filing import (
    answers_of,
    courts_in,
    protect_draft,
    receipt_of,
    save_answers,
    start_draft,
    submit,
)
from deadlines.clock import now as clock_now

# Beside the screens' answers: the day on which a screen was last saved.
SAVED_ON = "saved_on"


class PassphraseForm(PlainForm):
    """Choosing the passphrase with which she comes back."""

    passphrase = PassphraseField(
        is_new=True,
        label=_("给自己设一个口令"),
        help_text=_("以后凭编号和口令回来。至少 8 个字符，可以是一句话。字会显示出来，请看看旁边有没有人。"),
        error_messages={"required": _("请设一个口令，这样只有您能回来看。")},
    )


class SendForm(PlainForm):
    """The last screen: true, and a passphrase when the draft has none yet."""

    is_true = forms.BooleanField(
        label=_("我写的都是真的"),
        error_messages={"required": _("请确认您写的都是真的，再送出。")},
    )
    form_token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, needs_passphrase: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needs_passphrase:
            self.fields["passphrase"] = PassphraseForm().fields["passphrase"]


@require_safe
@policy("applicant")
@applicant_page
def start(request: HttpRequest) -> HttpResponse:
    """Into the first screen that is still empty."""
    draft = draft_of(request, clock_now())
    return redirect("filing:step", _first_empty(_answers(draft)))


@policy("applicant")
@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@sensitive_variables()
def step(request: HttpRequest, slug: str) -> HttpResponse:
    """One screen: show it as it was left; check and save it, then the next one."""
    screen = step_by_slug(slug)
    if screen is None:
        raise Http404
    now = clock_now()
    draft = draft_of(request, now)
    if draft is not None and draft.case_id:
        draft = None  # that one is with the court; another application begins
    answers = _answers(draft)
    today, regions = localdate(now), region_choices()
    goes_back = request.POST.get("then", request.GET.get("then")) == "check"
    if request.method != "POST":
        form = blank_form(screen, answers, today=today, regions=regions)
        return _show_step(request, screen, form, draft, goes_back)
    form = bound_form(screen, request.POST, today=today, regions=regions)
    if not form.is_valid():
        return _show_step(request, screen, form, draft, goes_back, status=422)
    _save(request, draft, screen, {**answers, slug: typed(form)}, now)
    if "keep" in request.POST:
        return redirect("filing:keep")
    return redirect("filing:check") if goes_back else redirect(_next_address(screen))


@policy("applicant")
@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@sensitive_variables()
def check(request: HttpRequest) -> HttpResponse:
    """All answers read back; sent once, however often the button is pressed (INV-44)."""
    now = clock_now()
    draft = draft_of(request, now)
    if draft is None:
        return redirect("filing:start")
    if draft.case_id:
        return redirect("filing:done")
    needs_passphrase = not draft.passphrase_hash
    if request.method != "POST":
        form = SendForm(initial={"form_token": draft.form_token}, needs_passphrase=needs_passphrase)
        return _show_check(request, draft, form, now)
    form = SendForm(request.POST, needs_passphrase=needs_passphrase)
    if (
        form.is_valid()
        and form.cleaned_data["form_token"] == draft.form_token
        and _send(request, draft, form, now)
    ):
        return redirect("filing:done")
    return _show_check(request, draft, form, now, status=422)


@require_safe
@policy("applicant")
@applicant_page
@sensitive_variables()
def done(request: HttpRequest) -> HttpResponse:
    """The receipt; only a committed application has one (INV-43)."""
    draft = draft_of(request, clock_now())
    if draft is None or not draft.case_id:
        return redirect("filing:start")
    receipt = receipt_of(draft=draft)
    context = {
        "reference": receipt.reference,
        "court": receipt.case.court,
        "case": receipt.case,
        "first_answer": clock_of(receipt.case, ACCEPTANCE),
        "decision_hours": decision_hours(receipt.case),
    }
    return show(request, "filing/done.html", context)


@policy("applicant")
@applicant_page
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@sensitive_variables()
def keep(request: HttpRequest) -> HttpResponse:
    """Save now, go on later: a reference and a passphrase before anything is sent."""
    now = clock_now()
    draft = draft_of(request, now)
    if draft is None or draft.case_id:
        return redirect("filing:start")
    form = PassphraseForm(request.POST or None)
    reference = ""
    if request.method == "POST" and form.is_valid():
        reference = protect_draft(draft=draft, passphrase=form.cleaned_data["passphrase"], now=now)
    status = 422 if request.method == "POST" and not reference else 200
    context = {"form": form, "reference": reference, "erases_at": draft.erases_at, "draft": draft}
    return show(request, "filing/keep.html", context, status=status)


@require_POST
@policy("applicant")
@applicant_page
def stay(request: HttpRequest) -> HttpResponse:
    """She is still there (the idle warning's button); 410 when the session has already ended."""
    return HttpResponse(status=204 if touch(request) else 410)


def _answers(draft: FilingDraft | None) -> dict[str, Any]:
    return answers_of(draft) if draft is not None and not draft.case_id else {}


def _save(
    request: HttpRequest, draft: FilingDraft | None, screen: Step, answers: dict[str, Any], now: datetime
) -> None:
    if draft is None:
        draft = start_draft(now=now)
        remember_draft(request, draft)
    saved_on = {**answers.get(SAVED_ON, {}), screen.slug: localdate(now).isoformat()}
    save_answers(draft=draft, answers={**answers, SAVED_ON: saved_on}, now=now)


def _send(request: HttpRequest, draft: FilingDraft, form: SendForm, now: datetime) -> bool:
    answers = answers_of(draft)
    screens = checked_forms(answers, today=localdate(now), regions=region_choices())
    if not all(screen.is_valid() for screen in screens.values()):
        form.add_error(None, _("还有几处没填好，请先看上面标出的地方。"))
        return False
    if passphrase := form.cleaned_data.get("passphrase"):
        protect_draft(draft=draft, passphrase=passphrase, now=now)
    told_on = answers.get(SAVED_ON, {}).get("story")
    filing = filing_from(screens, story_told_on=date.fromisoformat(told_on) if told_on else localdate(now))
    try:
        receipt = submit(draft=draft, filing=filing, now=now)
    except InvalidInput as error:
        form.add_error(None, error.message)
        return False
    remember_access(request, UUID(receipt.access_id), receipt.case.pk)
    return True


def _first_empty(answers: dict[str, Any]) -> str:
    return next((row.slug for row in STEPS if row.slug not in answers), "check")


def _next_address(screen: Step) -> str:
    place = STEPS.index(screen) + 1
    return f"/start/{STEPS[place].slug}/" if place < len(STEPS) else "/start/check/"


def _show_step(
    request: HttpRequest,
    screen: Step,
    form: Any,
    draft: FilingDraft | None,
    goes_back: bool,
    *,
    status: int = 200,
) -> HttpResponse:
    place = STEPS.index(screen)
    context = {
        "step": screen,
        "form": form,
        "goes_back": goes_back,
        "has_draft": draft is not None,
        "back_url": f"/start/{STEPS[place - 1].slug}/" if place else "/before/",
        "emergency_hours": emergency_hours(settings.PROFILE_ID),
        **_way(place),
    }
    return show(request, screen.template, context, status=status)


def _way(place: int) -> dict[str, Any]:
    states = ["done" if at < place else "here" if at == place else "ahead" for at in range(TOTAL)]
    return {"number": place + 1, "total": TOTAL, "steps": [{"state": state} for state in states]}


def _show_check(
    request: HttpRequest, draft: FilingDraft, form: SendForm, now: datetime, *, status: int = 200
) -> HttpResponse:
    answers = answers_of(draft)
    screens = checked_forms(answers, today=localdate(now), regions=region_choices())
    for screen in screens.values():
        screen.full_clean()
    parts = [
        {"step": row, "said": list(screens[row.slug].said()), "wrong": _first_errors(screens[row.slug])}
        for row in STEPS
    ]
    place = screens["place"]
    context = {
        "form": form,
        "parts": parts,
        "missing": [part for part in parts if part["wrong"]],
        "court": _court_of(place),
        "erases_at": draft.erases_at,
        "back_url": f"/start/{STEPS[-1].slug}/",
        **_way(len(STEPS)),
    }
    return show(request, "filing/check.html", context, status=status)


def _first_errors(form: forms.Form) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]


def _court_of(place: forms.Form) -> Any:
    if not place.is_valid():
        return None
    courts = courts_in(*(place.cleaned_data[name] for name in PlaceForm.REGIONS))
    return courts[0] if courts else None
