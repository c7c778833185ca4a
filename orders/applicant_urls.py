"""Addresses of the applicant's papers; neutral, like all of hers (SR-03)."""

from django.urls import path

from orders import applicant_page

app_name = "papers"
urlpatterns = [
    path("my/paper/", applicant_page.paper, name="application"),
    path("my/paper/received/", applicant_page.received, name="received"),
    path("my/paper/<uuid:paper_id>/", applicant_page.paper, name="paper"),
]
