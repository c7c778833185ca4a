"""Neutral addresses of the boards, under /desk/board/ (SR-03)."""

from django.urls import path

from portal import board_views

app_name = "boards"
urlpatterns = [
    path("", board_views.board, name="board"),
    path("wall/", board_views.wall, name="wall"),
    path("live/", board_views.live, name="live"),
    path("deadline/<int:deadline_id>/", board_views.deadline, name="deadline"),
    path("<slug:key>/", board_views.tile_list, name="list"),
    path("<slug:key>/rows/", board_views.tile_rows, name="rows"),
]
