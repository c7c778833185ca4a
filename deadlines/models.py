"""Rows of the engine. What they say is derived from a case's timeline; they can be rebuilt from it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Deadline(models.Model):
    """One derived deadline of a subject (a case), with the engine's place on its ladder.

    Written by `services.sync` and the sweep only; never deleted. All instants are UTC.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("进行中")
        MET = "met", _("已按期完成")
        MET_LATE = "met_late", _("逾期完成")
        CANCELLED = "cancelled", _("已终止")

    class Nature(models.TextChoices):
        DUTY = "duty", _("职责期限")
        WINDOW = "window", _("权利期间")
        VALIDITY = "validity", _("有效期")
        GOAL = "goal", _("目标")

    # The case; its foreign key is added by the room that owns cases.
    subject_id = models.UUIDField()
    # The neutral reference that staff messages may carry.
    subject_reference = models.CharField(max_length=40)
    profile_id = models.CharField(max_length=8)
    rule_id = models.CharField(max_length=8)
    # Recipient, breach or request; "#2", "#3" when a rule starts anew; "" for the only one.
    key = models.CharField(max_length=64, blank=True)
    rule_version = models.CharField(max_length=16)
    nature = models.CharField(max_length=8, choices=Nature.choices, default=Nature.DUTY)
    # How it was counted: "72 h", and the rule that cut it short.
    length = models.CharField(max_length=12, blank=True)
    capped_by = models.CharField(max_length=8, blank=True)

    started_at = models.DateTimeField()
    strict_at = models.DateTimeField()
    legal_at = models.DateTimeField()
    target_at = models.DateTimeField(null=True)
    last_on = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.RUNNING)
    closed_at = models.DateTimeField(null=True)

    owner_role = models.CharField(max_length=24)
    agency = models.ForeignKey(
        "agencies.Agency", on_delete=models.PROTECT, null=True, related_name="deadlines", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="deadlines",
        db_index=False,
    )
    # Where rungs stand whose role the owner's agency cannot hold (the court, for a federation's duty).
    chain_agency = models.ForeignKey(
        "agencies.Agency", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    ladder = models.CharField(max_length=16, blank=True)
    next_step = models.CharField(max_length=4, blank=True)
    next_repeat = models.PositiveIntegerField(default=0)
    next_action_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_id", "rule_id", "key"], name="deadlines_one_per_rule"),
            models.CheckConstraint(condition=Q(strict_at__lte=F("legal_at")), name="deadlines_strict_first"),
            models.CheckConstraint(
                condition=Q(state="running", closed_at=None)
                | (~Q(state="running") & Q(closed_at__isnull=False)),
                name="deadlines_closed_has_instant",
            ),
        ]
        indexes = [
            # The idle sweep reads one page of this index, however many deadlines run.
            models.Index(fields=["next_action_at"], condition=Q(state="running"), name="deadlines_due"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id}{':' + self.key if self.key else ''}"

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def closed_after_strict(self) -> bool:
        """Whether it was closed only after the strict instant (the measure of every statistic)."""
        return self.closed_at is not None and self.closed_at > self.strict_at


class EscalationStep(models.Model):
    """A rung that was reached: when it was due, and when the engine recorded it. Never changed."""

    # No constraint in the database: its check at commit took a quarter of the sweep, and a trigger refuses
    # to delete what it would protect.
    deadline = models.ForeignKey(
        Deadline, on_delete=models.PROTECT, related_name="steps", db_index=False, db_constraint=False
    )
    step = models.CharField(max_length=4)
    repeat = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deadline", "step", "repeat"], name="deadlines_step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id}:{self.step}/{self.repeat}"


class Acknowledgement(models.Model):
    """A person has taken notice of a step: its repeats no longer reach that person. The clock runs on."""

    deadline = models.ForeignKey(
        Deadline, on_delete=models.PROTECT, related_name="acknowledgements", db_index=False
    )
    step = models.CharField(max_length=4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=500, blank=True)
    acknowledged_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["deadline", "step", "user"], name="deadlines_acknowledged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.deadline_id}:{self.step} {self.user_id}"


class OutboxMessage(models.Model):
    """A message to one person by one channel, written in the transaction of its cause.

    The address is looked up at sending and never stored. `params` hold neutral values only.
    """

    class Channel(models.TextChoices):
        IN_PORTAL = "in_portal", _("站内")
        SMS = "sms", _("短信")
        EMAIL = "email", _("电子邮件")
        # An applicant's channel is asked for at each sending (SR-06).
        SAFE_CONTACT = "safe", _("安全联系方式")

    class State(models.TextChoices):
        WAITING = "waiting", _("待发送")
        SENT = "sent", _("已发送")
        FAILED = "failed", _("发送失败")
        # Nothing may be sent to this person; a member of staff has to call in the agreed way.
        WITHHELD = "withheld", _("未发送（无安全联系方式）")

    key = models.CharField(max_length=120, unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    # The applicant of this subject, when `user` is null; else the subject the message is about.
    subject_id = models.UUIDField(null=True)
    # No constraint in the database, for the same reason as that of a step.
    step = models.ForeignKey(
        EscalationStep,
        on_delete=models.PROTECT,
        null=True,
        related_name="messages",
        db_index=False,
        db_constraint=False,
    )
    channel = models.CharField(max_length=9, choices=Channel.choices)
    template_id = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    # By the machine's clock, so that a moved demo clock cannot free or freeze a claimed message.
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["-urgent", "not_before"], condition=Q(state="waiting"), name="deadlines_to_send"
            ),
            models.Index(
                fields=["user", "-created_at"], condition=Q(channel="in_portal"), name="deadlines_notices"
            ),
            models.Index(fields=["failed_at"], condition=Q(state="failed"), name="deadlines_failed"),
            models.Index(fields=["step"], condition=Q(step__isnull=False), name="deadlines_message_step"),
        ]
        constraints = [
            # One open digest per person and channel: later steps join it until it is claimed.
            models.UniqueConstraint(
                fields=["user", "channel"],
                condition=Q(template_id="staff.digest", state="waiting", attempts=0),
                name="deadlines_one_open_digest",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class DigestEntry(models.Model):
    """A step that a digest told of after an outage."""

    message = models.ForeignKey(OutboxMessage, on_delete=models.PROTECT, related_name="entries")
    step = models.ForeignKey(EscalationStep, on_delete=models.PROTECT, related_name="digest_entries")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "step"], name="deadlines_digest_entry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}:{self.step_id}"


class EngineHeartbeat(models.Model):
    """The last sign of life of a part of the engine, by the database's own clock."""

    part = models.CharField(max_length=16, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.part


class DemoClock(models.Model):
    """How far the demo clock stands from the machine's; one row, never read in production."""

    ONLY = 1

    offset = models.DurationField()

    def __str__(self) -> str:
        return str(self.offset)


class Alarm(models.Model):
    """Something a person must put right: a rung with nobody, missing data, a late engine, a drifting clock.

    One open row per key; the same finding again only counts up.
    """

    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=24)
    # Identifiers and choices only, never personal values.
    details = models.JSONField(default=dict)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, null=True, related_name="alarms")
    raised_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(closed_at=None), name="deadlines_one_open_alarm"
            ),
        ]

    def __str__(self) -> str:
        return self.key
