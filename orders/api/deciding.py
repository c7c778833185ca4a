"""The ruling over the API: read by the bodies on the case, made by the assigned judge with a fresh code."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.views.decorators.debug import sensitive_variables
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies.access import policy
from agencies.capabilities import Action
from agencies.errors import InvalidInput
from agencies.forms import words_for
from agencies.second_factor import check_totp, mark_fresh
from agencies.time_source import wall_now
from cases.api.bodies import Body, Text, VersionedBody, read_step
from cases.api.docs import reads, steps
from cases.api.opening import answer, open_for_reading, open_for_step, stepped
from cases.api.shapes import CaseRow
from cases.desk.opening import Opened, too_late
from cases.looking import network_of
from deadlines import clock
from orders.api import shapes
from orders.api.answers import draft_answer, order_answer
from orders.api.drafts import read_draft
from orders.decisions import (
    LONGEST_TEXT,
    Decision,
    MeasureChosen,
    OrderDecision,
    PlaceChosen,
    RejectionDecision,
)
from orders.selectors import decision_of
from orders.services.decision import issue_order, reject_application
from orders.vocabulary import FailedCondition, MeasureCode


class MeasureBody(Body):
    code = serializers.ChoiceField(choices=MeasureCode.choices)
    words = Text(max_length=500, allow_blank=True, default="")
    distance_metres = serializers.IntegerField(allow_null=True, default=None)
    within_days = serializers.IntegerField(allow_null=True, default=None, min_value=1, max_value=90)


class PlaceBody(Body):
    detail_id = serializers.IntegerField()
    confirmed_known = serializers.BooleanField(default=False)


class DecisionBody(VersionedBody):
    """`code` is the judge's own one-time code: giving it is signing (SR-22)."""

    code = serializers.CharField(max_length=10, write_only=True)
    facts_found = Text(max_length=LONGEST_TEXT)
    reasons = Text(max_length=LONGEST_TEXT)
    claims = Text(max_length=5_000, allow_blank=True, default="")
    late_reason = Text(max_length=500, allow_blank=True, default="")


class IssueBody(DecisionBody):
    measures = MeasureBody(many=True)
    months = serializers.IntegerField()
    places = PlaceBody(many=True, default=list)


class RejectBody(DecisionBody):
    failed_conditions = serializers.ListField(
        child=serializers.ChoiceField(choices=FailedCondition.choices), min_length=1
    )


@policy(Action.VIEW_CASE)
class OrderDetail(APIView):
    @reads(shapes.OrderShape, "The ruling, its measures, validity and service")
    def get(self, request: Request, case_id: UUID) -> Response:
        """404 before there is one."""
        opened = open_for_reading(request, case_id, "order.open")
        decided = decision_of(opened.user, opened.case, opened.now)
        if decided is None:
            raise Http404
        return answer(shapes.OrderShape, order_answer(opened, decided))


@policy(Action.VIEW_CASE)
class DraftDetail(APIView):
    @reads(shapes.DraftShape, "The draft of the ruling (K6)")
    def get(self, request: Request, case_id: UUID) -> Response:
        """For whom the class is open; 404 for everybody else, and while there is none."""
        opened = open_for_reading(request, case_id, "draft.open")
        network = network_of(request._request)
        draft = read_draft(opened.user, opened.view, opened.case, now=opened.now, network=network)
        if draft is None:
            raise Http404
        return answer(shapes.DraftShape, draft_answer(*draft))


@policy(Action.ISSUE)
class Issue(APIView):
    @steps(IssueBody, CaseRow, "Issue the order (作出裁定)")
    @sensitive_variables("body", "decision")
    def post(self, request: Request, case_id: UUID) -> Response:
        """By the assigned judge alone, signed with a fresh code (INV-24, SR-22)."""
        opened = open_for_step(request, case_id, Action.ISSUE, "case.decide")
        body, version = read_step(IssueBody, request)
        decision = OrderDecision(
            measures=[MeasureChosen(**row) for row in body["measures"]],
            places=[PlaceChosen(**row) for row in body["places"]],
            months=body["months"],
            **_texts(body),
        )
        _sign(request, opened, "issue", body["code"])
        return _decided(opened, decision, version)


@policy(Action.REJECT)
class Reject(APIView):
    @steps(RejectBody, CaseRow, "Reject the application (驳回申请)")
    @sensitive_variables("body", "decision")
    def post(self, request: Request, case_id: UUID) -> Response:
        """With reasons and the condition that fails, signed with a fresh code."""
        opened = open_for_step(request, case_id, Action.REJECT, "case.decide")
        body, version = read_step(RejectBody, request)
        decision = RejectionDecision(failed_conditions=body["failed_conditions"], **_texts(body))
        _sign(request, opened, "reject", body["code"])
        return _decided(opened, decision, version)


def _texts(body: dict[str, Any]) -> dict[str, str]:
    return {name: body[name] for name in ("claims", "facts_found", "reasons", "late_reason")}


def _sign(request: Request, opened: Opened, command: str, code: str) -> None:
    """Use up one code of the judge's own, once nothing else stands in the way.

    Raises: Conflict when another was first, InvalidInput for a code that does not pass.
    """
    if first := too_late(opened, command):
        raise first
    check = check_totp(opened.user, code, wall_now())
    if not check.is_right:
        raise InvalidInput(words_for(check), field="code")
    mark_fresh(request._request, wall_now())


def _decided(opened: Opened, decision: Decision, version: int) -> Response:
    """Write the ruling; the code was right this instant."""
    now = clock.now()
    if isinstance(decision, OrderDecision):
        order = issue_order(
            actor=opened.user,
            case=opened.case.pk,
            decision=decision,
            signed_at=now,
            now=now,
            expected_version=version,
        )
        return stepped(order.case)
    ruling = reject_application(
        actor=opened.user,
        case=opened.case.pk,
        decision=decision,
        signed_at=now,
        now=now,
        expected_version=version,
    )
    return stepped(ruling.case)
