"""Addresses of the record under /api/v1/; neutral, a case is named by its random id (SR-03)."""

from django.urls import path

from cases.api import adding, reading, stepping

app_name = "cases_api"
CASE = "cases/<uuid:case_id>/"
urlpatterns = [
    path("cases/", reading.CaseList.as_view(), name="list"),
    path(CASE, reading.CaseDetail.as_view(), name="detail"),
    path(f"{CASE}application/", reading.ApplicationDetail.as_view(), name="application"),
    path(f"{CASE}application/accept/", stepping.Accept.as_view(), name="accept"),
    path(
        f"{CASE}application/request_correction/",
        stepping.RequestCorrection.as_view(),
        name="request_correction",
    ),
    path(f"{CASE}application/transfer/", stepping.Transfer.as_view(), name="transfer"),
    path(
        f"{CASE}application/decline_acceptance/",
        stepping.DeclineAcceptance.as_view(),
        name="decline_acceptance",
    ),
    path(f"{CASE}application/mark_emergency/", stepping.MarkEmergency.as_view(), name="mark_emergency"),
    path(f"{CASE}application/unmark_emergency/", stepping.UnmarkEmergency.as_view(), name="unmark_emergency"),
    path(
        f"{CASE}application/propose_emergency/", stepping.ProposeEmergency.as_view(), name="propose_emergency"
    ),
    path(f"{CASE}application/assign/", stepping.Assign.as_view(), name="assign"),
    path(f"{CASE}details/<int:detail_id>/reveal/", reading.RevealDetail.as_view(), name="reveal"),
    path(f"{CASE}notes/", adding.NoteList.as_view(), name="notes"),
    path(
        f"{CASE}notes/<uuid:note_id>/corrections/", adding.NoteCorrections.as_view(), name="note_corrections"
    ),
    path(f"{CASE}evidence/", adding.EvidenceList.as_view(), name="evidence"),
    path(f"{CASE}deadlines/", reading.DeadlineList.as_view(), name="deadlines"),
    path(f"{CASE}timeline/", reading.Timeline.as_view(), name="timeline"),
    path(f"{CASE}looks/", reading.LookList.as_view(), name="looks"),
]
