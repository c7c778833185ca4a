"""Case notes (工作记录): own agency, agencies on the case, or court only; corrected by a newer one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.capabilities import Action
from agencies.errors import InvalidInput, NotAllowed
from agencies.models import Agency, User
from cases.change import CaseChange, case_change
from cases.models import Case, Note
from cases.secrets import Secret
from cases.vocabulary import Audience

LONGEST_NOTE = 5_000


def add_note(
    *, actor: User, case: Case | UUID, text: str, audience: str, now: datetime, supersedes: UUID | None = None
) -> Note:
    """Add a note; `supersedes` names the own note that it corrects.

    Raises: NotAllowed, InvalidInput.
    """
    words = text.strip()
    if not words or len(words) > LONGEST_NOTE:
        raise InvalidInput(_("请写下内容（最多 5000 字）。"), field="text")
    if audience not in Audience:
        raise InvalidInput(_("请选择谁可以看这条记录。"), field="audience")
    with case_change(case, actor, Action.ADD_NOTE, now=now) as change:
        earlier = _own_note(change.case, change.acting_as.agency, supersedes)
        return write_note(change, text=words, audience=audience, earlier=earlier)


def write_note(change: CaseChange, *, text: str, audience: str, earlier: Note | None = None) -> Note:
    """A note inside a change that is under way, such as the reason for a transfer."""
    agency = change.acting_as.agency
    if not isinstance(change.actor, User) or agency is None:
        raise NotAllowed
    note = Note.objects.create(
        case=change.case,
        author=change.actor,
        agency=agency,
        audience=audience,
        text=Secret.close(text),
        supersedes=earlier,
        written_at=change.now,
    )
    change.record(
        "note.added",
        note_id=str(note.pk),
        audience=audience,
        supersedes_id=str(earlier.pk) if earlier else None,
    )
    return note


def _own_note(case: Case, agency: Agency | None, note_id: UUID | None) -> Note | None:
    if note_id is None:
        return None
    if agency is None:
        raise NotAllowed
    note = Note.objects.filter(pk=note_id, case=case, agency=agency, superseded_by=None).first()
    if note is None:
        raise NotAllowed
    return note
