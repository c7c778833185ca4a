"""Neutral addresses of the judge's desk, service and papers, under /desk/ (SR-03)."""

from django.urls import path

from orders.views import acknowledging, decide, issued, judge, papers, preview, serving

app_name = "orders"
urlpatterns = [
    path("judge/", judge.my_deadlines, name="judge"),
    path("judge/rows/", judge.rows, name="judge_rows"),
    path("c/<uuid:case_id>/decide/", decide.decide, name="decide"),
    path("c/<uuid:case_id>/decide/preview/", preview.preview_and_sign, name="preview"),
    path(
        "c/<uuid:case_id>/decide/preview/<slug:kind>/<slug:audience>/",
        preview.preview_file,
        name="preview_file",
    ),
    path(
        "c/<uuid:case_id>/decide/preview/<slug:kind>/<slug:audience>/pages/",
        preview.preview_pages,
        name="preview_pages",
    ),
    path("c/<uuid:case_id>/issued/", issued.issued, name="issued"),
    path("c/<uuid:case_id>/papers/", papers.papers, name="papers"),
    path("c/<uuid:case_id>/papers/application/", papers.paper, name="application"),
    path("c/<uuid:case_id>/papers/<uuid:paper_id>/", papers.paper, name="paper"),
    path("c/<uuid:case_id>/service/", serving.overview, name="service"),
    path("c/<uuid:case_id>/service/entrust/", serving.entrust, name="entrust"),
    path("c/<uuid:case_id>/service/<uuid:service_id>/", serving.attempt, name="attempt"),
    path("c/<uuid:case_id>/acknowledge/", acknowledging.acknowledge, name="acknowledge"),
]
