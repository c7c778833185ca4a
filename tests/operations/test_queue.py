"""The task queue only wakes people up (SR-37, SR-40): its settings, and life without it."""

from datetime import datetime

import pytest
import redis
from celery import Celery
from django.conf import settings
from django.utils import timezone

from deadlines.models import EngineHeartbeat
from portal import beat
from portal.celery import TolerantTask, app
from portal.local import processes
from portal.local.home import PROJECT
from tests.workers import CeleryStack


def nothing() -> None:
    """A task that does nothing."""


def app_at(broker_url: str) -> Celery:
    """An app with the portal's settings and tasks of the portal's kind, at another queue."""
    other = Celery("other", task_cls=TolerantTask, set_as_current=False)
    other.config_from_object("django.conf:settings", namespace="CELERY")
    other.conf.broker_url = broker_url
    return other


def test_sr_40_a_task_is_kept_until_done_and_handed_out_one_by_one() -> None:
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.task_ignore_result
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == "json"


def test_sr_40_limits_are_soft_below_hard_below_visibility() -> None:
    visibility = app.conf.broker_transport_options["visibility_timeout"]
    assert app.conf.task_soft_time_limit < app.conf.task_time_limit < visibility == 300


def test_sr_38_the_engine_is_woken_every_fifteen_seconds_and_runs_do_not_pile_up() -> None:
    for entry in app.conf.beat_schedule.values():
        assert entry["options"]["expires"] <= entry["schedule"], "runs would pile up"
        if "sweep" in entry["task"] or "outbox" in entry["task"]:
            assert entry["schedule"] <= 15


def test_sr_40_every_scheduled_task_exists_and_goes_to_a_queue_with_a_worker() -> None:
    app.loader.import_default_modules()
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in app.tasks
        route = app.amqp.router.route(dict(entry["options"]), entry["task"])
        assert route["queue"].name in processes.QUEUES


def test_the_light_beat_has_the_same_schedule_and_knows_no_tasks_of_ours() -> None:
    assert beat.app.conf.beat_schedule == app.conf.beat_schedule
    assert beat.app.conf.task_routes == app.conf.task_routes


def test_sr_40_publishing_without_a_queue_is_a_line_in_the_log_and_no_error() -> None:
    away = app_at("redis://127.0.0.1:1/0")
    assert away.task(name="nothing")(nothing).delay() is None


def test_publishing_with_a_queue_puts_it_there() -> None:
    queue = redis.Redis.from_url(settings.REDIS_URL)
    queue.flushdb()
    here = app_at(settings.REDIS_URL)
    assert here.task(name="nothing")(nothing).delay() is not None
    assert queue.llen("messages") == 1
    queue.flushdb()


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_sr_38_a_real_beat_and_worker_sweep_and_survive_an_emptied_queue(celery_stack: CeleryStack) -> None:
    def swept_since(instant: datetime) -> bool:
        return EngineHeartbeat.objects.filter(part="sweep", beat_at__gt=instant).exists()

    started = timezone.now()
    celery_stack.wait_for(lambda: swept_since(started))
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    celery_stack.kill("urgent")
    moment = timezone.now()
    celery_stack.start("urgent")
    celery_stack.wait_for(lambda: swept_since(moment), seconds=45)


def test_no_room_publishes_outside_the_tolerant_task() -> None:
    """`send_task` and `Producer` would raise in a page when the queue is away."""
    for room in ("portal", "orders", "cases", "deadlines", "agencies"):
        for file in (PROJECT / room).rglob("*.py"):
            assert "send_task(" not in file.read_text(), file
