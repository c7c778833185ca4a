"""Service over the API: who has the ruling, each attempt, whom the court asks, and the police's receipt."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies.access import policy
from agencies.capabilities import Action
from agencies.errors import InvalidInput, NotAllowed
from agencies.roles import AgencyKind
from cases.api.answers import person
from cases.api.bodies import Text, VersionedBody, read_step
from cases.api.docs import reads, steps
from cases.api.opening import answer, open_for_reading, open_for_step, stepped, with_version
from cases.api.shapes import CaseRow, PersonOfStaff
from cases.desk.opening import Opened
from orders.api import shapes
from orders.api.answers import services_answer
from orders.selectors import officers_of, police_on, services_of
from orders.services.serving import acknowledge_order, entrust_police, record_attempt
from orders.vocabulary import Way
from orders.ways import ways_for


class AttemptBody(VersionedBody):
    """`place` is kept closed and never given back; `tried_at` is now when it is left out."""

    way = serializers.ChoiceField(choices=Way.choices)
    succeeded = serializers.BooleanField()
    tried_at = serializers.DateTimeField(allow_null=True, default=None)
    place = Text(max_length=200, allow_blank=True, default="", write_only=True)
    received_by = Text(max_length=50, allow_blank=True, default="")
    words = Text(max_length=500, allow_blank=True, default="")


class EntrustBody(VersionedBody):
    agency = serializers.SlugField(max_length=40)


class AcknowledgeBody(VersionedBody):
    officer = serializers.IntegerField(min_value=1)


@policy(Action.VIEW_CASE)
class ServiceList(APIView):
    @reads(shapes.ServiceShape(many=True), "On whom the ruling has been served")
    def get(self, request: Request, case_id: UUID) -> Response:
        """Every recipient in the order of the law; empty before there is a ruling."""
        opened = open_for_reading(request, case_id, "service.open")
        return answer(shapes.ServiceShape, services_answer(opened), many=True)


@policy(Action.RECORD_SERVICE)
class AttemptList(APIView):
    @steps(AttemptBody, shapes.ServedShape, "Write down one attempt to serve")
    @sensitive_variables("body")
    def post(self, request: Request, case_id: UUID, service_id: UUID) -> Response:
        """A success completes the service and prints its certificate."""
        opened = open_for_step(request, case_id, Action.RECORD_SERVICE, "service.open")
        body, version = read_step(AttemptBody, request)
        services = services_of(opened.user, opened.case, opened.now)
        service = next((row for row in services if row.id == service_id), None)
        if service is None:
            raise NotAllowed
        if body["way"] not in ways_for(service.recipient):
            raise InvalidInput(_("请选择送达方式。"), field="way")
        done = record_attempt(
            actor=opened.user,
            case=case_id,
            service_id=service_id,
            now=opened.now,
            expected_version=version,
            **body,
        )
        return with_version(_served(opened, done.case.version), done.case)


@policy(Action.RECORD_SERVICE)
class Entrust(APIView):
    @steps(EntrustBody, CaseRow, "Ask the police to serve (委托送达)")
    def post(self, request: Request, case_id: UUID) -> Response:
        """By the court alone, to a police body on the case."""
        opened = open_for_step(request, case_id, Action.RECORD_SERVICE, "service.open")
        if opened.may[Action.RECORD_SERVICE].body != AgencyKind.COURT:
            raise NotAllowed
        body, version = read_step(EntrustBody, request)
        station = next(
            (row for row in police_on(opened.case, opened.now) if row.code == body["agency"]), None
        )
        if station is None:
            raise InvalidInput(_("请选择本案的公安机关。"), field="agency")
        entrust_police(
            actor=opened.user, case=opened.case, agency=station, now=opened.now, expected_version=version
        )
        opened.case.refresh_from_db()
        return stepped(opened.case)


@policy(Action.ACKNOWLEDGE_ORDER)
class Acknowledge(APIView):
    @reads(PersonOfStaff(many=True), "Who of the station can answer for the order")
    def get(self, request: Request, case_id: UUID) -> Response:
        """Officers and commanders of one's own body."""
        opened = open_for_step(request, case_id, Action.ACKNOWLEDGE_ORDER, "order.acknowledge")
        station = opened.may[Action.ACKNOWLEDGE_ORDER].agency
        found = officers_of(station, opened.now) if station else []
        return answer(PersonOfStaff, [person(user) for user in found], many=True)

    @steps(AcknowledgeBody, CaseRow, "Confirm that the police have the order")
    def post(self, request: Request, case_id: UUID) -> Response:
        """Names the officer who answers for it (D08)."""
        opened = open_for_step(request, case_id, Action.ACKNOWLEDGE_ORDER, "order.acknowledge")
        body, version = read_step(AcknowledgeBody, request)
        station = opened.may[Action.ACKNOWLEDGE_ORDER].agency
        officers = officers_of(station, opened.now) if station else []
        officer = next((row for row in officers if row.pk == body["officer"]), None)
        if officer is None:
            raise InvalidInput(_("请选择本单位的民警。"), field="officer")
        row = acknowledge_order(
            actor=opened.user, case=case_id, officer=officer, now=opened.now, expected_version=version
        )
        return stepped(row.order.case)


def _served(opened: Opened, version: int) -> Response:
    return answer(shapes.ServedShape, {"version": version, "services": services_answer(opened)})
