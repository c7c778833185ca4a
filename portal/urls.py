"""Every address of the portal. Paths are neutral: they name no person, number or subject (SR-03)."""

from django.urls import include, path

urlpatterns = [
    path("staff/", include("agencies.urls")),
    path("", include("portal.front_urls")),
    path("", include("cases.filing.urls")),
]
