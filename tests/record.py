"""People, bodies and cases for tests of the record; plain functions and the fixtures on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agencies.models import Agency, DutyShift, User
from agencies.roles import AgencyKind, Role
from cases.actors import ApplicantActor
from cases.models import ApplicantAccess, Case
from cases.scope import whole_record
from cases.services import acceptance, filing
from cases.vocabulary import Answer, DangerSign, DetailKind, IncidentKind, Relation
from tests.agencies.people import make_agency, make_member

SHANGHAI = ZoneInfo("Asia/Shanghai")
SUBMITTED_AT = datetime(2026, 3, 11, 10, 0, tzinfo=SHANGHAI)
ACCEPTED_AT = datetime(2026, 3, 11, 10, 20, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)
PASSPHRASE = "蓝色的雨伞 seven"

# What must never reach the respondent; random enough to be found wherever it leaks.
CANARIES = {
    DetailKind.RESIDENCE: "花源街道金丝雀路8841号7栋3单元",
    DetailKind.PHONE: "13900008841",
    DetailKind.WORKPLACE: "金丝雀纺织厂八八四一车间",
    DetailKind.SCHOOL: "金丝雀小学三年级八八四一班",
    DetailKind.SHELTER: "金丝雀庇护所8842",
}


@dataclass
class District:
    """One district's bodies, and two people of each role."""

    region: str
    court: Agency
    police: Agency
    federation: Agency
    committee: Agency
    people: dict[str, list[User]] = field(default_factory=dict)

    def one(self, role: str) -> User:
        return self.people[role][0]

    def other(self, role: str) -> User:
        return self.people[role][1]


def make_district(region: str, court_code: str) -> District:
    district = District(
        region=region,
        court=make_agency(AgencyKind.COURT, region, court_code=court_code, name=f"{region}人民法院"),
        police=make_agency(AgencyKind.POLICE, region, name=f"{region}派出所"),
        federation=make_agency(AgencyKind.FEDERATION, region, name=f"{region}妇联"),
        committee=make_agency(AgencyKind.COMMITTEE, region, name=f"{region}居委会"),
    )
    homes = {
        district.court: [Role.FILING_CLERK, Role.JUDGE, Role.COURT_PRESIDENT, Role.COURT_SUPERVISOR],
        district.police: [Role.OFFICER, Role.COMMANDER],
        district.federation: [Role.FEDERATION_WORKER, Role.FEDERATION_SUPERVISOR],
    }
    for agency, roles in homes.items():
        for role in roles:
            district.people[role] = [make_member(agency, role) for _ in range(2)]
    district.people[Role.AUDITOR] = [make_member(district.court, Role.AUDITOR) for _ in range(2)]
    district.people[Role.PLATFORM_ADMIN] = [
        make_member(district.court, Role.PLATFORM_ADMIN) for _ in range(2)
    ]
    _put_on_duty(district)
    return district


def _put_on_duty(district: District) -> None:
    """The first of each role is on duty from 2026 to 2030."""
    start = datetime(2026, 1, 1, tzinfo=SHANGHAI)
    for role, agency in (
        (Role.FILING_CLERK, district.court),
        (Role.JUDGE, district.court),
        (Role.OFFICER, district.police),
        (Role.FEDERATION_WORKER, district.federation),
    ):
        DutyShift.objects.create(
            agency=agency,
            role=role,
            user=district.one(role),
            starts_at=start,
            ends_at=start.replace(year=2030),
        )


def make_filing(district: District, **changes: object) -> filing.Filing:
    """A complete application with a canary in every confidential detail; not an emergency."""
    complete = filing.Filing(
        applicant=filing.PersonFiled(name="林小雨", sex="female"),
        respondent=filing.PersonFiled(name="赵大山", sex="male"),
        relation=Relation.SPOUSE,
        statement="昨天晚上他又打了我，还说不许我出门。",
        incident_kinds=[IncidentKind.HIT, IncidentKind.THREAT],
        incident_region=district.region,
        applicant_region=district.region,
        danger_answers={DangerSign.KNOWS_PLACE: Answer.YES, DangerSign.WEAPON: Answer.NO},
        requested_measures=[{"code": "M1"}, {"code": "M2"}],
        requested_months=6,
        details=[filing.DetailFiled(kind, text) for kind, text in CANARIES.items()],
    )
    return replace(complete, **changes)  # type: ignore[arg-type]


def urgent_answers() -> dict[str, str]:
    return {DangerSign.NEXT_DAY: Answer.YES, DangerSign.WEAPON: Answer.YES}


def submit_case(filed: filing.Filing, *, at: datetime = SUBMITTED_AT) -> filing.Receipt:
    draft = filing.start_draft(now=at)
    filing.protect_draft(draft=draft, passphrase=PASSPHRASE, now=at)
    return filing.submit(draft=draft, filing=filed, now=at)


def applicant_of(case: Case) -> ApplicantActor:
    access = ApplicantAccess.unscoped.filter(case=case, is_agent=False).get()
    return ApplicantActor(access.pk, case.pk)


def refreshed(case: Case) -> Case:
    return Case.unscoped.select_related("application", "court").get(pk=case.pk)


@pytest.fixture
def xinjin(db: None) -> District:
    return make_district("510118", "川0118")


@pytest.fixture
def neighbour(db: None) -> District:
    return make_district("510131", "川0131")


@pytest.fixture
def record_open(db: None) -> Iterator[None]:
    """Let a test read the tables of the record directly."""
    with whole_record("test looks at rows"):
        yield


@pytest.fixture
def submitted_case(xinjin: District) -> Case:
    return refreshed(submit_case(make_filing(xinjin)).case)


@pytest.fixture
def urgent_case(xinjin: District) -> Case:
    return refreshed(submit_case(make_filing(xinjin, danger_answers=urgent_answers())).case)


@pytest.fixture
def accepted_case(xinjin: District, submitted_case: Case) -> Case:
    acceptance.accept_application(actor=xinjin.one(Role.FILING_CLERK), case=submitted_case, now=ACCEPTED_AT)
    return refreshed(submitted_case)
