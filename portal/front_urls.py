"""Neutral addresses of the public pages (SR-03)."""

from django.urls import path

from portal import front

app_name = "front"
urlpatterns = [
    path("", front.front, name="front"),
    path("before/", front.before, name="before"),
    path("help/", front.other_ways, name="help"),
    path("closed/", front.closed, name="closed"),
    path("leave/", front.leave, name="leave"),
    path("robots.txt", front.robots, name="robots"),
]
