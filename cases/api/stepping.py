"""Steps of the application, each a POST of its own; the case answers with its new state and version."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies.access import policy
from agencies.capabilities import Action
from agencies.errors import InvalidInput, NotAllowed
from agencies.selectors import court_by_code
from cases.api import shapes
from cases.api.answers import person
from cases.api.bodies import Body, Text, VersionedBody, read_body, read_step
from cases.api.docs import reads, steps, writes
from cases.api.opening import answer, open_for_step, stepped
from cases.desk.actions import may_assign
from cases.desk.forms import UNMARK_WORDS
from cases.desk.opening import Opened
from cases.services import acceptance
from cases.services.acceptance import DECLINE_REASONS, EMERGENCY_REASONS, LONGEST_REASON


class AcceptBody(VersionedBody):
    emergency = serializers.BooleanField(default=False)


class CorrectionBody(VersionedBody):
    points = serializers.ListField(child=Text(max_length=200), min_length=1, max_length=20)
    days = serializers.IntegerField(min_value=1, max_value=7, default=3)


class TransferBody(VersionedBody):
    court_code = serializers.CharField(max_length=12)
    reason = Text(max_length=LONGEST_REASON)


class DeclineBody(VersionedBody):
    reason_code = serializers.ChoiceField(choices=DECLINE_REASONS)


class MarkBody(VersionedBody):
    reason_code = serializers.ChoiceField(choices=EMERGENCY_REASONS)


class ProposeBody(Body):
    reason_code = serializers.ChoiceField(choices=EMERGENCY_REASONS)


class UnmarkBody(VersionedBody):
    reason_code = serializers.ChoiceField(choices=list(UNMARK_WORDS))


class AssignBody(VersionedBody):
    judge = serializers.IntegerField(min_value=1)


@policy(Action.ACCEPT)
class Accept(APIView):
    @steps(AcceptBody, shapes.CaseRow, "Accept (受理): number, clock, judge, district")
    def post(self, request: Request, case_id: UUID) -> Response:
        """Start the decision clock, ADVL 28."""
        opened = open_for_step(request, case_id, Action.ACCEPT, "case.accept")
        body, version = read_step(AcceptBody, request)
        case = acceptance.accept_application(
            actor=opened.user, case=case_id, now=opened.now, expected_version=version, **body
        )
        return stepped(case)


@policy(Action.REQUEST_CORRECTION)
class RequestCorrection(APIView):
    @steps(CorrectionBody, shapes.CaseRow, "Ask once for what is missing (补正)")
    def post(self, request: Request, case_id: UUID) -> Response:
        """All points at once; a second notice is refused (INV-20)."""
        opened = open_for_step(request, case_id, Action.REQUEST_CORRECTION, "case.correct")
        body, version = read_step(CorrectionBody, request)
        case = acceptance.request_correction(
            actor=opened.user, case=case_id, now=opened.now, expected_version=version, **body
        )
        return stepped(case)


@policy(Action.TRANSFER)
class Transfer(APIView):
    @steps(TransferBody, shapes.CaseRow, "Send on to the court that has jurisdiction (移送)")
    def post(self, request: Request, case_id: UUID) -> Response:
        """The receipt instant stays (INV-06); the own court loses sight of the case (INV-30)."""
        opened = open_for_step(request, case_id, Action.TRANSFER, "case.transfer")
        body, version = read_step(TransferBody, request)
        court = court_by_code(body["court_code"])
        if court is None:
            raise InvalidInput(_("没有这个法院代码。"), field="court_code")
        case = acceptance.transfer(
            actor=opened.user,
            case=case_id,
            court=court,
            reason=body["reason"],
            now=opened.now,
            expected_version=version,
        )
        return stepped(case)


@policy(Action.DECLINE_ACCEPTANCE)
class DeclineAcceptance(APIView):
    @steps(DeclineBody, shapes.CaseRow, "Do not accept (不予受理)")
    def post(self, request: Request, case_id: UUID) -> Response:
        """With a reason from the list; the remedy is told."""
        opened = open_for_step(request, case_id, Action.DECLINE_ACCEPTANCE, "case.decline")
        body, version = read_step(DeclineBody, request)
        case = acceptance.decline_acceptance(
            actor=opened.user, case=case_id, now=opened.now, expected_version=version, **body
        )
        return stepped(case)


@policy(Action.MARK_EMERGENCY)
class MarkEmergency(APIView):
    @steps(MarkBody, shapes.CaseRow, "Mark an emergency (情况紧急)")
    def post(self, request: Request, case_id: UUID) -> Response:
        """It can only shorten (INV-03)."""
        opened = open_for_step(request, case_id, Action.MARK_EMERGENCY, "case.mark")
        body, version = read_step(MarkBody, request)
        case = acceptance.mark_emergency(
            actor=opened.user, case=case_id, now=opened.now, expected_version=version, **body
        )
        return stepped(case)


@policy(Action.UNMARK_EMERGENCY)
class UnmarkEmergency(APIView):
    @steps(UnmarkBody, shapes.CaseRow, "Take the mark back")
    def post(self, request: Request, case_id: UUID) -> Response:
        """A judge only: 72 hours from acceptance, never later (INV-03)."""
        opened = open_for_step(request, case_id, Action.UNMARK_EMERGENCY, "case.unmark")
        body, version = read_step(UnmarkBody, request)
        case = acceptance.unmark_emergency(
            actor=opened.user, case=case_id, now=opened.now, expected_version=version, **body
        )
        return stepped(case)


@policy(Action.PROPOSE_EMERGENCY)
class ProposeEmergency(APIView):
    @writes(ProposeBody, shapes.CaseRow, "Propose an emergency to the court")
    def post(self, request: Request, case_id: UUID) -> Response:
        """Police and federation propose; the court decides."""
        opened = open_for_step(request, case_id, Action.PROPOSE_EMERGENCY, "case.propose")
        body = read_body(ProposeBody, request)
        return stepped(acceptance.propose_emergency(actor=opened.user, case=case_id, now=opened.now, **body))


@policy(Action.ASSIGN)
class Assign(APIView):
    @reads(shapes.PersonOfStaff(many=True), "Judges to whom the case can be given")
    def get(self, request: Request, case_id: UUID) -> Response:
        """Judges of its court whom nothing keeps from it."""
        opened = _open_to_assign(request, case_id)
        judges = acceptance.judges_without_conflict(opened.case, opened.now)
        return answer(shapes.PersonOfStaff, [person(judge) for judge in judges], many=True)

    @steps(AssignBody, shapes.CaseRow, "Give the case to a judge")
    def post(self, request: Request, case_id: UUID) -> Response:
        """To a judge of its court who has no conflict."""
        opened = _open_to_assign(request, case_id)
        body, version = read_step(AssignBody, request)
        judges = acceptance.judges_without_conflict(opened.case, opened.now)
        judge = next((row for row in judges if row.pk == body["judge"]), None)
        if judge is None:
            raise InvalidInput(_("请选本院没有回避情形的法官。"), field="judge")
        case = acceptance.assign_judge(
            actor=opened.user, case=case_id, judge=judge, now=opened.now, expected_version=version
        )
        return stepped(case)


def _open_to_assign(request: Request, case_id: UUID) -> Opened:
    """Only the court names its judge; other bodies assign people of their own."""
    opened = open_for_step(request, case_id, Action.ASSIGN, "case.assign")
    if not may_assign(opened.may):
        raise NotAllowed
    return opened
