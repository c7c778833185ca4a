"""Neutral addresses of the applicant's site (SR-03)."""

from django.urls import path

from cases.filing import own_views, views

app_name = "filing"
urlpatterns = [
    path("start/", views.start, name="start"),
    path("start/check/", views.check, name="check"),
    path("start/done/", views.done, name="done"),
    path("start/keep/", views.keep, name="keep"),
    path("start/<slug:slug>/", views.step, name="step"),
    path("stay/", views.stay, name="stay"),
    path("return/", own_views.come_again, name="return"),
    path("return/ok/", own_views.arrived, name="arrived"),
    path("my/", own_views.my_page, name="my"),
    path("my/add/", own_views.add, name="add"),
    path("my/answer/", own_views.answer, name="answer"),
]
