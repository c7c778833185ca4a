"""The API under /api/: version 1 of each room, and the schema that describes it (for staff)."""

from django.urls import include, path

from portal.api_schema import Schema

urlpatterns = [
    path("schema/", Schema.as_view(), name="api_schema"),
    path("v1/", include("cases.api.urls")),
    path("v1/", include("orders.api.urls")),
]
