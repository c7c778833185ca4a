"""Bodies, people and a case-less subject for the tests of this room."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from agencies.models import Agency, Membership, User
from deadlines import clock, services
from deadlines.models import Deadline
from deadlines.services import Responsible
from deadlines.timeline import TimelineEvent

# 2026-03-11 10:20 in Shanghai, the instant of the vectors.
ACCEPTED_AT = datetime(2026, 3, 11, 2, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _machine_time() -> Iterator[None]:
    """No test inherits the shift of another one's demo clock."""
    clock.forget()
    yield
    clock.forget()


@dataclass
class World:
    """Two courts, one above the other, a police station and a federation, each rung with a person."""

    court: Agency
    above: Agency
    police: Agency
    federation: Agency
    people: dict[str, User]

    def responsible(self, **named: int) -> dict[str, Responsible]:
        places = {
            self.court: ("filing_clerk", "judge", "court_supervisor", "court_president"),
            self.police: ("officer", "commander"),
            self.federation: ("federation_worker", "federation_supervisor"),
        }
        return {
            role: Responsible(agency.pk, named.get(role))
            for agency, roles in places.items()
            for role in roles
        }


def make_person(name: str, agency: Agency, role: str) -> User:
    user = User.objects.create(
        username=name,
        display_name=name,
        phone=f"1380000{User.objects.count():04}",
        email=f"{name}@court.test",
    )
    Membership.objects.create(user=user, agency=agency, role=role, valid_from=ACCEPTED_AT - 1000 * HOUR)
    return user


def make_world() -> World:
    above = Agency.objects.create(
        code="above", name="中级人民法院", kind="court", region_code="510100", court_code="川01"
    )
    court = Agency.objects.create(
        code="court", name="人民法院", kind="court", region_code="510118", court_code="川0118", parent=above
    )
    police = Agency.objects.create(code="police", name="派出所", kind="police", region_code="510118")
    federation = Agency.objects.create(code="fed", name="妇联", kind="federation", region_code="510118")
    people = {
        "above": make_person("above", above, "court_supervisor"),
        "clerk": make_person("clerk", court, "filing_clerk"),
        "judge": make_person("judge", court, "judge"),
        "duty_judge": make_person("duty_judge", court, "judge"),
        "supervisor": make_person("supervisor", court, "court_supervisor"),
        "president": make_person("president", court, "court_president"),
        "officer": make_person("officer", police, "officer"),
        "commander": make_person("commander", police, "commander"),
        "worker": make_person("worker", federation, "federation_worker"),
        "leader": make_person("leader", federation, "federation_supervisor"),
    }
    return World(court, above, police, federation, people)


@dataclass
class Subject:
    """A case as this room sees it: an id, a reference and a growing timeline."""

    world: World
    subject_id: UUID = field(default_factory=uuid4)
    events: list[TimelineEvent] = field(default_factory=list)
    named: dict[str, int] = field(default_factory=dict)
    profile_id: str = "cn"

    def happen(self, event_type: str, at: datetime, **payload: Any) -> services.SyncResult:
        self.events.append(TimelineEvent(event_type, at, len(self.events) + 1, payload))
        return self.sync(at)

    def sync(self, now: datetime) -> services.SyncResult:
        return services.sync(
            subject_id=self.subject_id,
            subject_reference="R-7KQ2",
            profile_id=self.profile_id,
            events=self.events,
            responsible=self.world.responsible(**self.named),
            now=now,
        )

    def accepted(self, *, emergency: bool = False) -> "Subject":
        self.happen("application.submitted", ACCEPTED_AT - 10 * MINUTE, emergency=emergency)
        self.happen("application.accepted", ACCEPTED_AT, emergency=emergency)
        return self

    def row(self, rule_id: str, key: str = "") -> Deadline:
        return Deadline.objects.get(subject_id=self.subject_id, rule_id=rule_id, key=key)


@pytest.fixture
def free_subjects(db: None) -> None:
    """Deadlines here belong to no case; the constraint that cases adds comes back with the rollback."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE deadlines_deadline DROP CONSTRAINT IF EXISTS deadline_subject_is_a_case")


@pytest.fixture
def world(free_subjects: None) -> World:
    return make_world()


@pytest.fixture
def subject(world: World) -> Subject:
    return Subject(world)


@pytest.fixture
def committed_subject(transactional_db: None) -> Iterator[Subject]:
    """A subject whose rows other connections see."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'deadline_subject_is_a_case'"
        )
        found = cursor.fetchone()
        cursor.execute("ALTER TABLE deadlines_deadline DROP CONSTRAINT IF EXISTS deadline_subject_is_a_case")
    yield Subject(make_world())
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE deadlines_deadline CASCADE")
        if found:
            cursor.execute(
                f"ALTER TABLE deadlines_deadline ADD CONSTRAINT deadline_subject_is_a_case {found[0]}"
            )
