"""How often the engine runs, as data for whoever wires the beat: task name → (seconds, queue)."""

SCHEDULE: dict[str, tuple[float, str]] = {
    "deadlines.tasks.sweep": (10.0, "urgent"),
    "deadlines.tasks.send_outbox": (10.0, "messages"),
}
