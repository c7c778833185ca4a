"""`@policy`: who gets through the door of a view, and how the others are answered (SR-10, SR-11)."""

import base64
from datetime import timedelta

import pytest
from django.utils import timezone
from django.views import View
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from agencies.access import policy, policy_of
from agencies.models import Membership
from agencies.roles import Role
from tests.agencies.login import sign_in
from tests.agencies.people import make_agency, make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_urls")]


def test_sr_10_an_unknown_policy_is_refused_when_the_code_is_read():
    with pytest.raises(ValueError, match="no policy"):
        policy("application.aceept")


def test_sr_10_every_kind_of_view_carries_its_policy():
    @policy("staff")
    def function(request):
        return None

    @policy("case.view")
    class Page(View):
        pass

    @policy("note.add")
    class Api(APIView):
        pass

    @policy("case.view")
    class Cases(ViewSet):
        def list(self, request):
            return None

    assert policy_of(function) == "staff"
    assert policy_of(Page.as_view()) == "case.view"
    assert policy_of(Api.as_view()) == "note.add"
    assert policy_of(Cases.as_view({"get": "list"})) == "case.view"
    assert policy_of(lambda request: None) is None


def test_sr_10_a_method_of_a_viewset_may_ask_for_more(client, clerk):
    sign_in(client, clerk)
    assert client.get("/api/cases/").status_code == 200
    assert client.post("/api/cases/").status_code == 404


def test_sr_10_the_capability_opens_the_door(client, clerk):
    sign_in(client, clerk)
    assert client.get("/staff/clerks/").content == b"clerks"


def test_sr_11_without_the_capability_it_is_not_there(client, officer):
    sign_in(client, officer)
    forbidden = client.get("/staff/clerks/")
    missing = client.get("/staff/no-such-page/")
    assert forbidden.status_code == missing.status_code == 404
    assert forbidden.content == missing.content
    assert client.get("/staff/").status_code == 200


def test_sr_11_the_api_answers_forbidden_and_missing_alike(client, officer):
    sign_in(client, officer)
    forbidden = client.get("/api/issue/")
    missing = client.get("/api/no-such-thing/")
    assert forbidden.status_code == missing.status_code == 404
    assert forbidden.content == missing.content
    assert forbidden["Content-Type"] == missing["Content-Type"] == "application/problem+json"


def test_sr_10_the_api_says_401_to_strangers_and_never_takes_a_password(client, clerk):
    answer = client.get("/api/issue/")
    assert answer.status_code == 401 and answer["Content-Type"] == "application/problem+json"
    basic = base64.b64encode(f"{clerk.username}:three-blue-kettles".encode()).decode()
    assert client.get("/api/issue/", headers={"Authorization": f"Basic {basic}"}).status_code == 401


def test_sr_12_a_role_opens_nothing_before_it_starts_or_after_it_ends(client, clerk):
    sign_in(client, clerk)
    row = Membership.objects.get(user=clerk)
    now = timezone.now()
    row.valid_until = now - timedelta(seconds=1)
    row.save()
    assert client.get("/staff/clerks/").status_code == 404
    row.valid_from, row.valid_until = now + timedelta(hours=1), None
    row.save()
    assert client.get("/staff/clerks/").status_code == 404


def test_sr_12_an_agency_that_was_closed_gives_no_rights(client, clerk):
    sign_in(client, clerk)
    agency = Membership.objects.get(user=clerk).agency
    agency.is_active = False
    agency.save()
    assert client.get("/staff/clerks/").status_code == 404


def test_sr_10_any_of_several_roles_is_enough(client):
    agency = make_agency()
    user = make_member(agency, Role.AUDITOR)
    Membership.objects.create(
        user=user, agency=agency, role=Role.FILING_CLERK, valid_from=timezone.now() - timedelta(days=1)
    )
    sign_in(client, user)
    assert client.get("/staff/clerks/").status_code == 200


def test_a_part_of_a_page_that_lost_its_session_reloads_the_whole(client, db):
    answer = client.get("/staff/", headers={"HX-Request": "true"})
    assert answer.status_code == 204 and answer["HX-Redirect"] == "/staff/login/"
