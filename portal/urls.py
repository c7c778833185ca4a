"""Every address of the portal. Paths are neutral: they name no person, number or subject (SR-03)."""

from django.urls import include, path

urlpatterns = [
    path("staff/", include("agencies.urls")),
    path("api/", include("portal.api_urls")),
    path("desk/", include("cases.desk.urls")),
    path("", include("portal.front_urls")),
    path("", include("cases.filing.urls")),
    path("", include("orders.applicant_urls")),
    path("desk/", include("orders.urls")),
    path("desk/board/", include("portal.boards_urls")),
]

# Missing and forbidden give one page (SR-11); a fault shows a number only (SR-34).
handler403 = handler404 = "agencies.error_pages.page_not_found"
handler400 = "agencies.error_pages.bad_request"
handler500 = "agencies.error_pages.server_error"
