"""The record in rows of label and value, for the layout's list of facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cases.models import Case, Evidence, Party
from cases.selectors import NoteView
from cases.vocabulary import (
    Answer,
    DangerSign,
    EvidenceKind,
    IdentityKind,
    IncidentKind,
    OnBehalfGround,
    Side,
)
from deadlines.profile import load_profile

Words = str | Promise
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """One of the three conditions of ADVL 27, and whether the application speaks of it."""

    words: str
    is_there: bool


@dataclass(frozen=True, slots=True)
class CurrentNote:
    """The newest version of a note with the versions that it corrects, newest first."""

    note: NoteView
    earlier: Sequence[NoteView]


def person_rows(party: Party | None) -> list[Row]:
    """A party (K1); empty when the application does not name one."""
    if party is None:
        return []
    person = party.person
    rows = [
        _row(_("姓名"), person.name),
        _row(_("别名"), person.also_known_as, optional=True),
        _row(_("性别"), person.get_sex_display() if person.sex else ""),
        _row(_("出生日期"), _born(person.born_on)),
        _row(_("证件"), _papers(person.identity_kind, person.identity_number)),
    ]
    if party.side == Side.APPLICANT:
        rows.append(_row(_("被申请人是她（他）的"), party.get_relation_display() if party.relation else ""))
    if party.side == Side.RESPONDENT:
        rows.append(_row(_("能找到他（她）的地方"), party.whereabouts))
    return [row for row in rows if row]


def application_rows(case: Case, regions: Mapping[str, str]) -> list[Row]:
    """What happened (K2)."""
    application = case.application
    kinds = [IncidentKind(code).label for code in application.incident_kinds]
    happened = application.last_incident_on or application.last_incident_words
    rows = [
        _row(_("经过"), application.statement, said=True),
        _row(_("做过的事"), "；".join(str(kind) for kind in kinds)),
        _row(_("最近一次"), _born(happened) if isinstance(happened, date) else happened),
        _row(_("发生地"), _place(regions, application.incident_region, application.incident_place)),
        _row(_("申请人所在区县"), regions.get(application.applicant_region, application.applicant_region)),
        _row(
            _("被申请人所在区县"), regions.get(application.respondent_region, application.respondent_region)
        ),
    ]
    if application.on_behalf_ground:
        ground = OnBehalfGround(application.on_behalf_ground).label
        rows.append(_row(_("代为申请的理由"), ground))
    return [row for row in rows if row]


def request_rows(case: Case) -> list[str]:
    """The measures asked for, each in the profile's words with her own behind it (K2)."""
    profile = load_profile(case.profile_id)
    language = get_language() or "zh-hans"
    found = []
    for asked in case.application.requested_measures:
        known = profile.measures.get(asked.get("code", ""))
        own = asked.get("words", "")
        name = known.name.in_language(language) if known else asked.get("code", "")
        found.append(f"{name}：{own}" if own else name)
    return found


def danger_rows(answers: Mapping[str, str]) -> tuple[list[tuple[Words, Words, str]], list[Words]]:
    """Question, answer and tone, what was answered yes first; and the questions left open (K4)."""
    given = [(sign, Answer(answers.get(sign.value, Answer.SKIPPED))) for sign in DangerSign]
    answered: list[tuple[Words, Words, str]] = [
        (sign.label, answer.label, _TONES[answer]) for sign, answer in given if answer in _TONES
    ]
    answered.sort(key=lambda row: row[2] != _TONES[Answer.YES])
    return answered, [sign.label for sign, answer in given if answer not in _TONES]


_TONES = {Answer.YES: "bad", Answer.NO: "neutral"}


def conditions(case: Case, respondent: Party | None) -> list[Condition]:
    """The three conditions of ADVL 27 as a check list: what the application says, not whether it is proved."""
    application = case.application
    names = [respondent.person.name, respondent.person.also_known_as] if respondent else []
    return [
        Condition(_("有明确的被申请人"), any(names)),
        Condition(_("有具体的请求"), bool(application.requested_measures)),
        Condition(
            _("有遭受家庭暴力或者面临家庭暴力现实危险的情形"),
            bool(application.statement.strip() or application.incident_kinds),
        ),
    ]


def missing_kinds(evidence: Iterable[Evidence]) -> list[Words]:
    """Kinds of evidence (SPC17 6) of which there is none yet; its absence is no ground by itself."""
    there = {piece.kind for piece in evidence}
    return [kind.label for kind in EvidenceKind if kind.value not in there and kind != EvidenceKind.E01]


def current_notes(notes: Sequence[NoteView]) -> list[CurrentNote]:
    """Newest versions in the order given, each with what it corrects."""
    by_id = {note.id: note for note in notes}
    return [CurrentNote(note, _earlier(note, by_id)) for note in notes if not note.is_superseded]


def _earlier(note: NoteView, by_id: Mapping[str, NoteView]) -> list[NoteView]:
    found = []
    before = by_id.get(note.corrects)
    while before is not None:
        found.append(before)
        before = by_id.get(before.corrects)
    return found


def _row(label: str, value: Words | None, *, said: bool = False, optional: bool = False) -> Row:
    return {} if optional and not value else {"label": label, "value": value, "said": said}


def _born(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


def _papers(kind: str, number: str) -> str:
    label = IdentityKind(kind).label
    return f"{label} {number}" if number else str(label)


def _place(regions: Mapping[str, str], region: str, place: str) -> str:
    return " ".join(filter(None, [regions.get(region, region), place]))
