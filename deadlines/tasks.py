"""Celery's way into the engine: no arguments, no results, harmless to run twice."""

from celery import shared_task

from deadlines import clock, engine, sending


@shared_task(name="deadlines.tasks.sweep")
def sweep() -> None:
    """Record and tell what is due."""
    engine.sweep(clock.now())


@shared_task(name="deadlines.tasks.send_outbox")
def send_outbox() -> None:
    """Send what the outbox holds."""
    sending.send_due(clock.now())
