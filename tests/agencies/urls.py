"""Addresses for tests of this room alone: sign-in, one page for each policy, one view for each error."""

from datetime import UTC, datetime

from django.http import Http404, HttpResponse
from django.urls import include, path
from rest_framework.response import Response
from rest_framework.serializers import ValidationError
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from agencies.access import policy, require_fresh
from agencies.errors import Conflict, InvalidInput, NotAllowed, TransitionRefused

handler404 = handler403 = "agencies.error_pages.page_not_found"
handler400 = "agencies.error_pages.bad_request"
handler500 = "agencies.error_pages.server_error"

ERRORS = {
    "forbidden": NotAllowed("内部说明"),
    "missing": Http404("no such row"),
    "refused": TransitionRefused("已受理，不能再补正。"),
    "conflict": Conflict("王立案", datetime(2026, 3, 11, 2, 20, tzinfo=UTC)),
    "invalid": InvalidInput("日期不存在。", "birth_on"),
    "rejected": ValidationError({"name": ["太长"]}),
    "fault": RuntimeError("secret-in-the-fault"),
}


@policy("staff")
def desk(request):
    return HttpResponse("desk")


@policy("application.accept")
def clerks_only(request):
    return HttpResponse("clerks")


@policy("staff")
def needs_fresh(request):
    return require_fresh(request) or HttpResponse("fresh")


@policy("public")
def fail(request, error):
    raise ERRORS[error]


@policy("public")
class ApiFail(APIView):
    authentication_classes = ()
    permission_classes = ()

    def get(self, request, error):
        raise ERRORS[error]


@policy("application.issue")
class ApiIssue(APIView):
    def get(self, request):
        return Response({"issued": False})


@policy("staff")
class ApiWrite(APIView):
    def post(self, request):
        return Response({"written": True})


@policy("case.view")
class ApiCases(ViewSet):
    def list(self, request):
        return Response([])

    @policy("application.issue")
    def issue(self, request):
        return Response({"issued": True})


urlpatterns = [
    path("", policy("public")(lambda request: HttpResponse("front")), name="front"),
    path("staff/", include("agencies.urls")),
    path("staff/", desk),
    path("staff/clerks/", clerks_only),
    path("staff/fresh/", needs_fresh),
    path("fail/<str:error>/", fail),
    path("api/fail/<str:error>/", ApiFail.as_view()),
    path("api/write/", ApiWrite.as_view()),
    path("api/cases/", ApiCases.as_view({"get": "list", "post": "issue"})),
    path("api/issue/", ApiIssue.as_view()),
]
