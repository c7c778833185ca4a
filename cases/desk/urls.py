"""Neutral addresses of the staff's pages (SR-03); a case is named by its random id alone."""

from django.urls import path

from cases.desk import (
    accepting,
    adding,
    case_page,
    details,
    emergency,
    glass,
    home,
    mine,
    notices,
    people,
    queue,
    sending_back,
)

app_name = "cases"
urlpatterns = [
    path("", home.home, name="home"),
    path("queue/", queue.queue, name="queue"),
    path("queue/rows/", queue.rows, name="queue_rows"),
    path("mine/", mine.mine, name="mine"),
    path("mine/rows/", mine.rows, name="mine_rows"),
    path("notices/", notices.notices, name="notices"),
    path("notices/seen/", notices.all_seen, name="all_seen"),
    path("notices/<int:notice_id>/seen/", notices.seen, name="seen"),
    path("glass/", glass.ask, name="glass"),
    path("glass/review/", glass.reviews, name="glass_reviews"),
    path("glass/review/<uuid:use_id>/", glass.review, name="glass_review"),
    path("c/<uuid:case_id>/", case_page.detail, name="detail"),
    path("c/<uuid:case_id>/accept/", accepting.accept, name="accept"),
    path("c/<uuid:case_id>/accepted/", accepting.accepted, name="accepted"),
    path("c/<uuid:case_id>/correct/", sending_back.correct, name="correct"),
    path("c/<uuid:case_id>/transfer/", sending_back.send_on, name="transfer"),
    path("c/<uuid:case_id>/decline/", sending_back.decline, name="decline"),
    path("c/<uuid:case_id>/mark/", emergency.mark, name="mark"),
    path("c/<uuid:case_id>/unmark/", emergency.unmark, name="unmark"),
    path("c/<uuid:case_id>/propose/", emergency.propose, name="propose"),
    path("c/<uuid:case_id>/assign/", people.assign, name="assign"),
    path("c/<uuid:case_id>/recuse/", people.step_aside, name="recuse"),
    path("c/<uuid:case_id>/note/", adding.note, name="note"),
    path("c/<uuid:case_id>/note/<uuid:note_id>/", adding.correct_note, name="correct_note"),
    path("c/<uuid:case_id>/record/", adding.record, name="record"),
    path("c/<uuid:case_id>/file/", adding.file, name="file"),
    path("c/<uuid:case_id>/detail/<int:detail_id>/", details.show, name="show"),
]
