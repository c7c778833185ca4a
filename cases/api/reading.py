"""Reading the record: the list, one case, and its parts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.views.decorators.debug import sensitive_variables
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies.access import policy
from agencies.capabilities import Action
from agencies.errors import NotAllowed
from agencies.selectors import active_memberships
from cases.api import shapes
from cases.api.answers import (
    actions_to_ask,
    application_answer,
    case_answer,
    case_row,
    deadline_answer,
)
from cases.api.bodies import Body, read_body, read_query
from cases.api.docs import reads, writes
from cases.api.opening import answer, open_for_reading, open_for_step, with_version
from cases.api.paging import CursorField, Key, next_link
from cases.desk.forms import PURPOSES
from cases.desk.opening import staff_of
from cases.desk.selectors import looks_for_supervisor, own_cases_by_due, own_cases_newest
from cases.looking import network_of, record_look
from cases.models import Case
from cases.policy import Standing
from cases.selectors import details_read_by, timeline_read_by
from cases.services.confidential import reveal
from cases.vocabulary import State
from deadlines import clock
from deadlines.selectors import deadlines_of

DUE, NEWEST = "due", "newest"
PAGE, LARGEST_PAGE = 50, 200


class CaseQuery(Body):
    """`due`: what has a deadline, the nearest first; `newest`: everything, by submission."""

    order = serializers.ChoiceField(choices=[DUE, NEWEST], default=DUE)
    cursor = CursorField(required=False)
    limit = serializers.IntegerField(min_value=1, max_value=LARGEST_PAGE, default=PAGE)
    state = serializers.ChoiceField(choices=State.choices, required=False)
    is_open = serializers.BooleanField(required=False)
    is_emergency = serializers.BooleanField(required=False)
    number = serializers.CharField(required=False, max_length=60)


@policy(Action.VIEW_CASE)
class CaseList(APIView):
    @reads(
        shapes.CasePage,
        "Cases of one's own bodies, by key",
        parameters=[CaseQuery],
        operation_id="cases_list",
    )
    def get(self, request: Request) -> Response:
        """Page by page along (next_deadline, id) or (submitted_at, id); `next` is null on the last."""
        query = read_query(CaseQuery, request)
        user, now = staff_of(request._request), clock.now()
        first = next(iter(active_memberships(user, now)), None)
        record_look(
            user,
            purpose="case.list",
            now=now,
            acting_as=Standing("staff", first.agency, first.role) if first else None,
            object_kind="list",
            network=network_of(request._request),
        )
        listed = own_cases_newest if query["order"] == NEWEST else own_cases_by_due
        rows = listed(user, now, query.get("cursor")).filter(**_filters(query))
        found = list(rows[: query["limit"] + 1])
        shown = found[: query["limit"]]
        more = len(found) > len(shown)
        page = {
            "results": [case_row(case) for case in shown],
            "next": next_link(request, _key(shown[-1], query["order"])) if more else None,
        }
        return answer(shapes.CasePage, page)


@policy(Action.VIEW_CASE)
class CaseDetail(APIView):
    @reads(shapes.CaseShape, "One case, as far as one may know it")
    def get(self, request: Request, case_id: UUID) -> Response:
        """K1 to K4 by the table of classes: closed ones are absent, K3 is masked."""
        opened = open_for_reading(request, case_id, "case.open", actions=actions_to_ask)
        return with_version(answer(shapes.CaseShape, case_answer(opened)), opened.case)


@policy(Action.VIEW_CASE)
class ApplicationDetail(APIView):
    @reads(shapes.ApplicationOfCase, "The application of a case")
    def get(self, request: Request, case_id: UUID) -> Response:
        """What was asked of the court, where it stands, and which steps are open to the reader."""
        opened = open_for_reading(request, case_id, "application.open", actions=actions_to_ask)
        return with_version(answer(shapes.ApplicationOfCase, application_answer(opened)), opened.case)


class RevealBody(Body):
    purpose = serializers.ChoiceField(choices=list(PURPOSES.items()))


@policy(Action.REVEAL_CONFIDENTIAL)
class RevealDetail(APIView):
    @writes(RevealBody, shapes.RevealedDetail, "Open one confidential detail, saying why")
    @sensitive_variables("text")
    def post(self, request: Request, case_id: UUID, detail_id: int) -> Response:
        """The look is written down, then the text is given, in this one answer (INV-28)."""
        body = read_body(RevealBody, request)
        why = f"reveal.{body['purpose']}"
        opened = open_for_step(request, case_id, Action.REVEAL_CONFIDENTIAL, why)
        detail = next((row for row in details_read_by(opened.view, opened.case) if row.pk == detail_id), None)
        if detail is None:
            raise NotAllowed
        text = reveal(
            actor=opened.user,
            detail=detail,
            purpose=body["purpose"],
            now=opened.now,
            network=network_of(request._request),
        )
        return answer(shapes.RevealedDetail, {"id": detail.pk, "kind": detail.kind, "text": text})


@policy(Action.VIEW_CASE)
class DeadlineList(APIView):
    @reads(shapes.DeadlineShape(many=True), "Deadlines of a case, both readings, and why")
    def get(self, request: Request, case_id: UUID) -> Response:
        """Running ones by strict instant, then the closed ones; right with the engine stopped (INV-11)."""
        opened = open_for_reading(request, case_id, "deadlines.open")
        rows = [deadline_answer(row) for row in deadlines_of(opened.case.pk, opened.now)]
        return answer(shapes.DeadlineShape, rows, many=True)


@policy(Action.VIEW_CASE)
class Timeline(APIView):
    @reads(shapes.EventShape(many=True), "The part of the timeline that one may read")
    def get(self, request: Request, case_id: UUID) -> Response:
        """Oldest first."""
        opened = open_for_reading(request, case_id, "timeline.open")
        return answer(shapes.EventShape, timeline_read_by(opened.view, opened.case), many=True)


@policy(Action.VIEW_CASE)
class LookList(APIView):
    @reads(shapes.LookShape(many=True), "Who looked at the case (K7)")
    def get(self, request: Request, case_id: UUID) -> Response:
        """Newest first; empty for whom the class is closed."""
        opened = open_for_reading(request, case_id, "looks.open")
        return answer(shapes.LookShape, looks_for_supervisor(opened.view, opened.case), many=True)


def _filters(query: dict[str, Any]) -> dict[str, Any]:
    named = ("state", "is_open", "is_emergency", "number")
    return {name: query[name] for name in named if query.get(name) is not None}


def _key(case: Case, order: str) -> Key:
    at = case.submitted_at if order == NEWEST else case.next_deadline
    if at is None:
        raise ValueError("A list by deadline holds only cases that have one.")
    return at, case.pk
