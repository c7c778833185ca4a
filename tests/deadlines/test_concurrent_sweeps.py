"""Several sweepers and senders on the same rows, each with its own connection; and one that dies."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction

from deadlines import engine, sending
from deadlines.models import Deadline, EscalationStep, OutboxMessage
from deadlines.outbox import StaffRecipient, enqueue
from deadlines.services import sweep
from tests.deadlines.conftest import ACCEPTED_AT, HOUR, Subject
from tests.workers import database_url_of_this_test

PROJECT = Path(__file__).resolve().parents[2]
SWEEPERS = 4
CASES = 60


def at_once(work: Callable[[], object], times: int = SWEEPERS) -> list[object]:
    """Run the work in several threads that start together, each on a connection of its own."""
    barrier = threading.Barrier(times)

    def run(_number: int) -> object:
        try:
            barrier.wait(timeout=30)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def many(subject: Subject) -> None:
    for _ in range(CASES):
        Subject(subject.world, uuid4(), named={"judge": subject.world.people["judge"].pk}).accepted()


@pytest.mark.django_db(transaction=True)
def test_inv_08_four_sweepers_record_each_step_once(committed_subject):
    many(committed_subject)
    now = ACCEPTED_AT + 36 * HOUR + timedelta(seconds=1)
    results = at_once(lambda: sweep(now, batch=7))
    # D01 and D04 were met at once, so only D02 climbs: S0 and S1.
    assert EscalationStep.objects.count() == 2 * CASES
    assert sum(result.steps for result in results) == 2 * CASES
    # S1 is on time: one notice in the portal and one mail each; S0 is late: one digest each.
    single = OutboxMessage.objects.filter(template_id="staff.step")
    assert single.count() == 2 * CASES
    digests = OutboxMessage.objects.filter(template_id="staff.digest", channel="in_portal")
    assert [digest.params["count"] for digest in digests] == [CASES]


@pytest.mark.django_db(transaction=True)
def test_inv_09_a_sweeper_that_dies_in_its_transaction_leaves_nothing_half_done(committed_subject):
    committed_subject.accepted()
    now = ACCEPTED_AT + 36 * HOUR
    with pytest.raises(ConnectionAbortedError), transaction.atomic():
        engine._sweep_batch(engine._Run(now), 500)
        assert EscalationStep.objects.exists()
        raise ConnectionAbortedError
    assert not EscalationStep.objects.exists()
    assert not OutboxMessage.objects.exists()
    assert Deadline.objects.get(rule_id="D02").next_step == "S0"

    sweep(now)
    assert EscalationStep.objects.filter(deadline__rule_id="D02").count() == 2


@pytest.mark.django_db(transaction=True)
def test_inv_09_a_sweeper_killed_by_the_server_leaves_nothing_half_done(committed_subject):
    committed_subject.accepted()
    now = ACCEPTED_AT + 36 * HOUR

    def killed() -> bool:
        try:
            with transaction.atomic():
                engine._sweep_batch(engine._Run(now), 500)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        except Exception:
            return True
        return False

    assert at_once(killed, times=1) == [True]
    assert not EscalationStep.objects.exists()
    sweep(now)
    assert EscalationStep.objects.filter(deadline__rule_id="D02").count() == 2


HALF_WAY = """
import django, sys, time
django.setup()
from datetime import datetime
from django.db import transaction
from deadlines import engine
with transaction.atomic():
    engine._sweep_batch(engine._Run(datetime.fromisoformat(sys.argv[1])), 500)
    print("half way", flush=True)
    time.sleep(60)
"""


@pytest.mark.django_db(transaction=True)
def test_inv_09_kill_9_in_mid_transaction_leaves_nothing_half_done(committed_subject):
    committed_subject.accepted()
    now = ACCEPTED_AT + 36 * HOUR
    environment = {**os.environ, "DATABASE_URL": database_url_of_this_test()}
    sweeper = subprocess.Popen(
        [sys.executable, "-c", HALF_WAY, now.isoformat()],
        cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert sweeper.stdout.readline().strip() == "half way"
        assert not EscalationStep.objects.exists()
    finally:
        sweeper.kill()
        sweeper.wait(timeout=10)
        sweeper.stdout.close()
    until = time.monotonic() + 20
    while not EscalationStep.objects.exists() and time.monotonic() < until:
        # The server frees the rows as soon as it sees the dead connection.
        sweep(now)
        time.sleep(0.1)
    assert EscalationStep.objects.filter(deadline__rule_id="D02").count() == 2
    assert OutboxMessage.objects.filter(user=committed_subject.world.people["judge"]).exists()


@pytest.mark.django_db(transaction=True)
def test_inv_08_an_open_sweep_is_passed_by_and_not_waited_for(committed_subject):
    committed_subject.accepted()
    now = ACCEPTED_AT + 36 * HOUR
    with transaction.atomic():
        engine._sweep_batch(engine._Run(now), 500)
        [other] = at_once(lambda: sweep(now), times=1)
        assert other.steps == 0
    sweep(now)
    assert EscalationStep.objects.filter(deadline__rule_id="D02").count() == 2


@pytest.mark.django_db(transaction=True)
def test_sr_39_four_senders_send_each_message_once(committed_subject, mailoutbox):
    clerk = committed_subject.world.people["clerk"]
    for number in range(40):
        enqueue(
            key=f"k{number}",
            recipient=StaffRecipient(clerk.pk),
            template_id="staff.test",
            params={},
            now=ACCEPTED_AT,
        )
    results = at_once(lambda: sending.send_due(ACCEPTED_AT))
    assert sum(result.sent for result in results) == 40
    assert len(mailoutbox) == 40
    assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) == 40
