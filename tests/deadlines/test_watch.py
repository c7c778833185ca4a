"""The engine watches itself, and something apart watches the engine (INV-11, INV-12, SR-42, SR-43)."""

import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from deadlines import clock, heartbeat, tasks, watch
from deadlines.management.commands import run_engine
from deadlines.management.commands import watchdog as watchdog_command
from deadlines.models import Alarm, Deadline, EngineHeartbeat
from deadlines.selectors import deadlines_of, engine_status
from deadlines.services import sweep
from tests.deadlines.conftest import ACCEPTED_AT, HOUR, MINUTE

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def silent_for(length: timedelta) -> None:
    EngineHeartbeat.objects.update_or_create(part="sweep", defaults={"beat_at": clock.real_now() - length})


def test_inv_12_an_engine_that_never_ran_or_fell_silent_is_said_in_words():
    assert engine_status(ACCEPTED_AT).is_late
    sweep(ACCEPTED_AT)
    status = engine_status(ACCEPTED_AT)
    assert (status.is_late, status.words) == (False, "")
    silent_for(61 * SECOND)
    status = engine_status(ACCEPTED_AT)
    assert status.is_late
    assert "没有报告" in status.words


def test_inv_11_pages_show_the_right_deadline_with_the_engine_stopped(subject):
    subject.accepted()
    silent_for(5 * HOUR)
    lead = deadlines_of(subject.subject_id, ACCEPTED_AT + 70 * HOUR)
    [decision] = [row for row in lead if row.deadline.rule_id == "D02"]
    assert decision.remaining == 2 * HOUR
    assert decision.is_pinned
    assert not decision.is_overdue
    [later] = [
        row
        for row in deadlines_of(subject.subject_id, ACCEPTED_AT + 72.9 * HOUR)
        if row.deadline.rule_id == "D02"
    ]
    assert (later.is_overdue, later.is_late_in_law, later.asks_reason) == (True, True, True)


def test_inv_11_between_strict_and_legal_it_is_overdue_but_not_late_in_law(subject):
    subject.accepted()
    shown = deadlines_of(subject.subject_id, ACCEPTED_AT + 72 * HOUR)
    [decision] = [row for row in shown if row.deadline.rule_id == "D02"]
    assert (decision.is_overdue, decision.is_late_in_law) == (True, False)


def test_sr_43_the_watchdog_finds_a_silent_engine_and_steps_left_lying(subject):
    sweep(ACCEPTED_AT - HOUR)
    assert watch.look(ACCEPTED_AT) == []
    subject.accepted()
    found = {finding.kind for finding in watch.look(ACCEPTED_AT + 2 * MINUTE)}
    assert found == {"due_left_lying"}
    silent_for(61 * SECOND)
    assert "engine_silent" in {finding.kind for finding in watch.look(ACCEPTED_AT)}


def test_sr_43_a_database_that_is_away_is_a_finding(monkeypatch):
    class Away:
        def cursor(self):
            raise DatabaseError

        def close(self):
            pass

    monkeypatch.setattr(watch, "connection", Away())
    assert [finding.kind for finding in watch.look(ACCEPTED_AT)] == ["database_away"]


def test_sr_43_the_watchdog_says_it_by_its_own_channel_once_and_when_it_is_over(monkeypatch, capsys):
    posted: list[dict[str, object]] = []
    monkeypatch.setattr(watchdog_command, "post_json", lambda url, content, headers: posted.append(content))
    silent_for(2 * MINUTE)
    dog = watchdog_command.Watch()
    now = clock.real_now()
    dog.report(watch.look(now), now)
    dog.report(watch.look(now), now + MINUTE)
    assert [content.get("alarm") for content in posted] == ["engine_silent"]
    assert Alarm.objects.get(key="engine_silent").closed_at is None
    dog.report(watch.look(now), now + 5 * MINUTE)
    assert len(posted) == 2
    sweep(ACCEPTED_AT)
    dog.report(watch.look(now), now + 6 * MINUTE)
    assert posted[-1].get("over") == "engine_silent"
    assert Alarm.objects.get(key="engine_silent").closed_at is not None
    said = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert said[0]["alarm"] == "engine_silent"


def test_the_watchdog_believes_what_it_sees_twice():
    dog = watchdog_command.Watch()
    finding = watch.Finding("due_left_lying", "")
    assert dog.confirmed([finding]) == []
    assert dog.confirmed([finding]) == [finding]
    assert dog.confirmed([]) == []
    assert dog.confirmed([finding]) == []


def test_the_watchdog_command_fails_once_when_something_is_wrong(settings):
    settings.WATCHDOG_ALARM_URL = ""
    with pytest.raises(SystemExit) as ended:
        call_command("watchdog", "--once")
    assert ended.value.code == 1
    sweep(ACCEPTED_AT)
    with pytest.raises(SystemExit) as ended:
        call_command("watchdog", "--once")
    assert ended.value.code == 0


def test_sr_42_a_drift_between_machine_and_database_is_an_alarm(monkeypatch):
    monkeypatch.setattr(clock, "real_now", lambda: datetime.now(ACCEPTED_AT.tzinfo) + 3 * SECOND)
    heartbeat.beat("sweep", ACCEPTED_AT)
    assert Alarm.objects.get(key="clock_drift").details["seconds"] >= 2


def test_sr_42_a_jump_of_the_wall_clock_is_an_alarm(monkeypatch):
    sweep(ACCEPTED_AT)
    monkeypatch.setattr(heartbeat._seen_clocks, "wall", heartbeat._seen_clocks.wall - HOUR)
    sweep(ACCEPTED_AT)
    assert Alarm.objects.filter(key="clock_jump").exists()


def test_an_alarm_is_one_row_while_it_is_open():
    from deadlines.alarms import close_alarm, note_alarm, raise_alarm

    for _ in range(3):
        raise_alarm(key="k", kind="clock_drift", now=ACCEPTED_AT)
    note_alarm(key="k", kind="clock_drift", now=ACCEPTED_AT)
    assert Alarm.objects.get(key="k").count == 3
    assert close_alarm(key="k", now=ACCEPTED_AT)
    assert not close_alarm(key="k", now=ACCEPTED_AT)
    raise_alarm(key="k", kind="clock_drift", now=ACCEPTED_AT)
    assert Alarm.objects.filter(key="k").count() == 2


def test_run_engine_without_a_queue_records_and_sends(subject, mailoutbox):
    clock.set_to(ACCEPTED_AT + 36 * HOUR)
    subject.accepted()
    run_engine.run_once()
    assert subject.row("D02").steps.count() == 2
    assert any("D02" in mail.body for mail in mailoutbox)


def test_run_engine_outlives_a_database_that_is_away(monkeypatch):
    def away(now):
        raise DatabaseError

    monkeypatch.setattr(run_engine.engine, "sweep", away)
    run_engine.run_once()


def test_sr_40_each_task_may_run_twice(subject, mailoutbox):
    clock.set_to(ACCEPTED_AT + 36 * HOUR)
    subject.accepted()
    for _ in range(2):
        tasks.sweep()
        tasks.send_outbox()
    assert subject.row("D02").steps.count() == 2
    assert len(mailoutbox) == len({mail.extra_headers["Message-ID"] for mail in mailoutbox})


def test_engine_status_command_fails_when_the_engine_is_silent():
    with pytest.raises(CommandError):
        call_command("engine_status", stdout=StringIO())
    sweep(ACCEPTED_AT)
    out = StringIO()
    call_command("engine_status", stdout=out)
    assert "last sweep" in out.getvalue()


def test_an_idle_sweep_reads_the_partial_index(subject):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM deadlines_deadline WHERE state = 'running' AND next_action_at <= %s"
            " ORDER BY next_action_at LIMIT 500 FOR NO KEY UPDATE SKIP LOCKED",
            [ACCEPTED_AT],
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "deadlines_due" in plan
    assert "Sort" not in plan
    assert Deadline.objects.count() == 0
