"""What the bodies add to the record: notes, written evidence, files."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.access import policy
from agencies.capabilities import Action
from agencies.errors import NotAllowed
from agencies.roles import AgencyKind
from cases.desk.forms import FileForm, NoteForm, RecordForm
from cases.desk.opening import Opened, answer, carry_out, open_for, posted
from cases.desk.selectors import newest_version, note_to_correct
from cases.models import Note
from cases.services.evidence import add_file, add_record
from cases.services.notes import add_note
from cases.vocabulary import EvidenceKind

WRITE = ["GET", "HEAD", "POST"]


@require_http_methods(WRITE)
@policy(Action.ADD_NOTE)
def note(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Add a note (工作记录); it is read by the own body alone unless another audience is chosen."""
    opened = open_for(request, case_id, Action.ADD_NOTE, purpose="note.add")
    form = NoteForm(posted(request))
    if form.is_bound and form.is_valid():
        done = carry_out(
            form,
            lambda: add_note(actor=opened.user, case=opened.case.pk, now=opened.now, **form.cleaned_data),
        )
        if done:
            messages.success(request, _("工作记录已保存。"))
            return redirect("cases:detail", case_id)
    return answer(request, "cases/note.html", opened, form)


@require_http_methods(WRITE)
@policy(Action.ADD_NOTE)
def correct_note(request: HttpRequest, case_id: UUID, note_id: UUID) -> HttpResponse:
    """Correct a note of the own body by a newer version; the earlier one stays readable.

    When a colleague was first, both texts are shown and the person decides on the newer one.
    """
    opened = open_for(request, case_id, Action.ADD_NOTE, purpose="note.correct")
    asked = note_to_correct(opened.may[Action.ADD_NOTE], opened.case, note_id)
    if asked is None:
        raise NotAllowed
    newest = newest_version(asked)
    seen = request.POST.get("seen") or str(note_id)
    form = NoteForm(posted(request), initial={"text": asked.text.open_text(), "audience": asked.audience})
    is_stale = seen != str(newest.pk)
    if form.is_bound and form.is_valid() and not is_stale:
        done = _save_correction(opened, form, newest)
        if done:
            messages.success(request, _("更正已保存，原来的一版仍可查看。"))
            return redirect("cases:detail", case_id)
        is_stale = done is None
        newest = newest_version(newest)
    response = answer(
        request,
        "cases/correct_note.html",
        opened,
        form,
        newest=newest,
        newest_text=newest.text.open_text() if is_stale else "",
        is_stale=is_stale,
        typed=form.typed() if form.is_bound else [],
    )
    response.status_code = 409 if is_stale and form.is_bound else response.status_code
    return response


def _save_correction(opened: Opened, form: NoteForm, newest: Note) -> bool | None:
    """True when saved, False with the complaint on the form, None when a colleague has just been first."""
    try:
        return carry_out(
            form,
            lambda: add_note(
                actor=opened.user,
                case=opened.case.pk,
                now=opened.now,
                supersedes=newest.pk,
                **form.cleaned_data,
            ),
        )
    except NotAllowed:
        if newest_version(newest) == newest:
            raise
        return None


@require_http_methods(WRITE)
@policy(Action.ADD_EVIDENCE)
def record(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Add written evidence; for the police the incident record (出警记录, E02)."""
    opened = open_for(request, case_id, Action.ADD_EVIDENCE, purpose="evidence.add")
    is_police = opened.view.body == AgencyKind.POLICE
    kind = EvidenceKind.E02 if is_police else EvidenceKind.E07
    form = RecordForm(posted(request), initial={"kind": kind})
    if form.is_bound and form.is_valid():
        done = carry_out(
            form,
            lambda: add_record(actor=opened.user, case=opened.case.pk, now=opened.now, **form.cleaned_data),
        )
        if done:
            messages.success(request, _("记录已加入本案。"))
            return redirect("cases:detail", case_id)
    return answer(request, "cases/record.html", opened, form, is_police=is_police)


@require_http_methods(WRITE)
@policy(Action.ADD_EVIDENCE)
def file(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Add a file: sealed with its hash, in quarantine until a safe copy exists (SR-26, SR-27)."""
    opened = open_for(request, case_id, Action.ADD_EVIDENCE, purpose="evidence.add")
    files = request.FILES if request.method == "POST" else None
    form = FileForm(posted(request), files, initial={"kind": EvidenceKind.E04})
    if form.is_bound and form.is_valid():
        done = carry_out(
            form,
            lambda: add_file(
                actor=opened.user,
                case=opened.case.pk,
                content=form.content(),
                kind=form.cleaned_data["kind"],
                title=form.cleaned_data["title"],
                audience=form.cleaned_data["audience"],
                now=opened.now,
            ),
        )
        if done:
            messages.success(request, _("文件已封存，等待安全检查。"))
            return redirect("cases:detail", case_id)
    return answer(request, "cases/file.html", opened, form)
