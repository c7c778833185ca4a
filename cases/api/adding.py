"""What bodies add to the record: notes and written evidence."""

from __future__ import annotations

from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies.access import policy
from agencies.capabilities import Action
from agencies.errors import Conflict, NotAllowed
from cases.api import shapes
from cases.api.bodies import Body, Text, read_body
from cases.api.docs import reads, writes
from cases.api.opening import answer, open_for_reading, open_for_step
from cases.desk.opening import Opened
from cases.desk.selectors import newest_version, note_to_correct
from cases.models import Note
from cases.selectors import evidence_read_by, notes_read_by
from cases.services.evidence import add_record
from cases.services.notes import LONGEST_NOTE, add_note
from cases.vocabulary import Audience, EvidenceKind


class NoteBody(Body):
    text = Text(max_length=LONGEST_NOTE)
    audience = serializers.ChoiceField(choices=Audience.choices, default=Audience.OWN_AGENCY)


class EvidenceBody(Body):
    kind = serializers.ChoiceField(choices=EvidenceKind.choices)
    description = Text(max_length=5_000, allow_blank=True, default="")
    title = Text(max_length=100, allow_blank=True, default="")
    incident_number = Text(max_length=40, allow_blank=True, default="")
    occurred_on = serializers.DateField(allow_null=True, default=None)
    audience = serializers.ChoiceField(choices=Audience.choices, default=Audience.ON_CASE)


@policy(Action.VIEW_CASE)
class NoteList(APIView):
    @reads(shapes.NoteShape(many=True), "Notes that one's own body may read")
    def get(self, request: Request, case_id: UUID) -> Response:
        """Newest first, earlier versions included."""
        opened = open_for_reading(request, case_id, "notes.open")
        return answer(shapes.NoteShape, notes_read_by(opened.view, opened.case), many=True)

    @writes(NoteBody, shapes.NoteShape, "Add a note", status=201)
    @policy(Action.ADD_NOTE)
    def post(self, request: Request, case_id: UUID) -> Response:
        """Read by the own body alone unless another audience is chosen."""
        opened = open_for_step(request, case_id, Action.ADD_NOTE, "note.add")
        body = read_body(NoteBody, request)
        note = add_note(actor=opened.user, case=case_id, now=opened.now, **body)
        return _written(opened, note)


@policy(Action.ADD_NOTE)
class NoteCorrections(APIView):
    @writes(NoteBody, shapes.NoteShape, "Correct a note of one's own body", status=201)
    def post(self, request: Request, case_id: UUID, note_id: UUID) -> Response:
        """By a newer version; 409 with who and when if that version has one already."""
        opened = open_for_step(request, case_id, Action.ADD_NOTE, "note.correct")
        body = read_body(NoteBody, request)
        earlier = note_to_correct(opened.may[Action.ADD_NOTE], opened.case, note_id)
        if earlier is None:
            raise NotAllowed
        _refuse_second(earlier)
        try:
            note = add_note(actor=opened.user, case=case_id, now=opened.now, supersedes=note_id, **body)
        except NotAllowed:
            _refuse_second(earlier)
            raise
        return _written(opened, note)


@policy(Action.VIEW_CASE)
class EvidenceList(APIView):
    @reads(shapes.EvidenceShape(many=True), "Evidence that one may know of")
    def get(self, request: Request, case_id: UUID) -> Response:
        """Descriptions and hashes; files themselves are not given here."""
        opened = open_for_reading(request, case_id, "evidence.open")
        return answer(shapes.EvidenceShape, evidence_read_by(opened.view, opened.case), many=True)

    @writes(EvidenceBody, shapes.EvidenceShape, "Add written evidence", status=201)
    @policy(Action.ADD_EVIDENCE)
    def post(self, request: Request, case_id: UUID) -> Response:
        """Such as a police incident record (E02)."""
        opened = open_for_step(request, case_id, Action.ADD_EVIDENCE, "evidence.add")
        body = read_body(EvidenceBody, request)
        piece = add_record(actor=opened.user, case=case_id, now=opened.now, **body)
        return answer(shapes.EvidenceShape, piece, status=201)


def _refuse_second(earlier: Note) -> None:
    """Raises: Conflict naming the colleague who corrected this version before."""
    newest = newest_version(earlier)
    if newest != earlier:
        raise Conflict(who=str(newest.author), when=newest.written_at)


def _written(opened: Opened, note: Note) -> Response:
    """The note to the person who has just written it."""
    rows = notes_read_by(opened.view, opened.case)
    return answer(shapes.NoteShape, next(row for row in rows if row.id == str(note.pk)), status=201)
