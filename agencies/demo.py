"""Two districts of bodies and people for the demo, with one documented password and fixed secrets.

Never in production: everybody may read the secrets here.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Max

from agencies import second_factor
from agencies.duty import DUTY_ROLES
from agencies.models import Agency, DutyShift, Membership, User
from agencies.roles import AgencyKind, Role

DEMO_PASSWORD = "half-hour-demo"  # noqa: S105 - printed by `make run` on purpose
ROSTER_DAYS = 30
# On this day of the roster the second person stands in for the first, from 08:00 to 20:00.
STANDIN_DAY = 7
_SINCE = datetime(2020, 1, 1, tzinfo=UTC)
_LAW_ZONE = ZoneInfo("Asia/Shanghai")


class Body(NamedTuple):
    code: str
    name: str
    kind: AgencyKind
    region_code: str
    court_code: str = ""
    parent: str = ""


class Person(NamedTuple):
    username: str
    name: str
    role: Role
    body: str


@dataclass(frozen=True)
class DemoPeople:
    """What the seed made, by the short names used in the demo ("xinjin.court", "xinjin.judge1")."""

    agencies: Mapping[str, Agency]
    users: Mapping[str, User]


BODIES = (
    Body("chengdu.court", "成都市中级人民法院", AgencyKind.COURT, "510100", "川01"),
    Body("xinjin.court", "成都市新津区人民法院", AgencyKind.COURT, "510118", "川0118", "chengdu.court"),
    Body("xinjin.police", "成都市公安局新津区分局五津派出所", AgencyKind.POLICE, "510118"),
    Body("xinjin.federation", "成都市新津区妇女联合会", AgencyKind.FEDERATION, "510118"),
    Body("xinjin.committee", "新津区五津街道演示社区居民委员会", AgencyKind.COMMITTEE, "510118"),
    Body("pujiang.court", "蒲江县人民法院", AgencyKind.COURT, "510131", "川0131", "chengdu.court"),
    Body("pujiang.police", "蒲江县公安局鹤山派出所", AgencyKind.POLICE, "510131"),
    Body("pujiang.federation", "蒲江县妇女联合会", AgencyKind.FEDERATION, "510131"),
    Body("pujiang.committee", "蒲江县鹤山街道演示社区居民委员会", AgencyKind.COMMITTEE, "510131"),
)

# Per district: the account's short name, the role, the body, and the two people.
_POSTS = (
    ("clerk", Role.FILING_CLERK, "court", {"xinjin": "李立新 王敏", "pujiang": "何倩 邓涛"}),
    ("judge", Role.JUDGE, "court", {"xinjin": "陈静 赵明远", "pujiang": "罗琴 唐建国"}),
    ("president", Role.COURT_PRESIDENT, "court", {"xinjin": "周正 吴海燕", "pujiang": "谢军 冯雪"}),
    ("supervisor", Role.COURT_SUPERVISOR, "court", {"xinjin": "孙丽 郑凯", "pujiang": "曾勇 彭芳"}),
    ("officer", Role.OFFICER, "police", {"xinjin": "张伟 刘洋", "pujiang": "杨磊 黄珊"}),
    ("commander", Role.COMMANDER, "police", {"xinjin": "马强 高翔", "pujiang": "梁斌 宋岩"}),
    ("worker", Role.FEDERATION_WORKER, "federation", {"xinjin": "林慧 徐丹", "pujiang": "韩梅 朱琳"}),
    ("lead", Role.FEDERATION_SUPERVISOR, "federation", {"xinjin": "胡兰 郭玉", "pujiang": "许虹 沈洁"}),
)


def _people() -> tuple[Person, ...]:
    posted = [
        Person(f"{district}.{post}{number}", name, role, f"{district}.{body}")
        for district in ("xinjin", "pujiang")
        for post, role, body, names in _POSTS
        for number, name in enumerate(names[district].split(), start=1)
    ]
    return (
        *posted,
        Person("xinjin.auditor1", "袁方", Role.AUDITOR, "xinjin.court"),
        Person("pujiang.auditor1", "蒋舟", Role.AUDITOR, "pujiang.court"),
        Person("chengdu.supervisor1", "蔡文", Role.COURT_SUPERVISOR, "chengdu.court"),
        Person("chengdu.supervisor2", "贾宁", Role.COURT_SUPERVISOR, "chengdu.court"),
        Person("platform.admin1", "丁一", Role.PLATFORM_ADMIN, "chengdu.court"),
        Person("platform.admin2", "余可", Role.PLATFORM_ADMIN, "chengdu.court"),
    )


PEOPLE = _people()


def seed_agencies(now: datetime) -> DemoPeople:
    """Make or complete the demo's bodies, people and roster; may run any number of times.

    The roster covers the 30 days after `now` for every rung of both districts. An account that exists
    is left as it is. Raises: ImproperlyConfigured in production.
    """
    if settings.PRODUCTION:
        raise ImproperlyConfigured("Demo accounts have published secrets: never in production.")
    with transaction.atomic():
        agencies = _seed_bodies()
        users = _seed_people(agencies, now)
        _seed_roster(agencies, users, now)
    return DemoPeople(agencies, users)


def demo_secret(username: str) -> str:
    """The fixed base32 secret of a demo account, to be typed into an authenticator app."""
    return base64.b32encode(hashlib.sha256(f"half-hour demo {username}".encode()).digest()[:20]).decode()


def current_code(user: User, now: datetime) -> str:
    """A code that this user can use at `now` (wall clock), from the stored secret.

    When the code of this half minute is used up it is the next one, which is accepted already; when that
    is used too, the one after it, accepted within half a minute.
    Raises: ImproperlyConfigured in production, LookupError without a second factor.
    """
    if settings.PRODUCTION:
        raise ImproperlyConfigured("Nobody reads other people's codes in production.")
    secret = second_factor.secret_of(user)
    if secret is None:
        raise LookupError(f"{user.username} has no second factor.")
    return second_factor.code_at_step(secret, second_factor.next_unused_step(user, now))


def _seed_bodies() -> dict[str, Agency]:
    agencies: dict[str, Agency] = {}
    for body in BODIES:
        agencies[body.code], _made = Agency.objects.get_or_create(
            code=body.code.replace(".", "-"),
            defaults={
                "name": body.name,
                "kind": body.kind,
                "region_code": body.region_code,
                "court_code": body.court_code,
                "parent": agencies.get(body.parent),
            },
        )
    return agencies


def _seed_people(agencies: Mapping[str, Agency], now: datetime) -> dict[str, User]:
    there = User.objects.in_bulk([person.username for person in PEOPLE], field_name="username")
    # One hash for all: hashing forty times the same published password would only be slow.
    hashed = "" if len(there) == len(PEOPLE) else make_password(DEMO_PASSWORD)
    for number, person in enumerate(PEOPLE, start=1):
        if person.username in there:
            continue
        user = User.objects.create(
            username=person.username,
            display_name=person.name,
            email=f"{person.username}@staff.example",
            phone=f"1390000{number:04}",
            password=hashed,
        )
        Membership.objects.create(
            user=user, agency=agencies[person.body], role=person.role, valid_from=_SINCE
        )
        second_factor.set_up(user, demo_secret(person.username), now)
        there[person.username] = user
    return there


def _seed_roster(agencies: Mapping[str, Agency], users: Mapping[str, User], now: datetime) -> None:
    today = now.astimezone(_LAW_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    end = today + timedelta(days=ROSTER_DAYS + 1)
    planned = dict(
        DutyShift.objects.filter(user__in=users.values(), is_standin=False)
        .values_list("user_id")
        .annotate(until=Max("ends_at"))
    )
    shifts = []
    for first, second in _pairs():
        agency = agencies[first.body]
        user, standin = users[first.username], users[second.username]
        start = max(today, planned.get(user.pk, today))
        if start >= end:
            continue
        shift = {"agency": agency, "role": first.role}
        shifts.append(DutyShift(**shift, user=user, starts_at=start, ends_at=end))
        if start == today:
            morning = today + timedelta(days=STANDIN_DAY, hours=8)
            leave = {"starts_at": morning, "ends_at": morning + timedelta(hours=12)}
            shifts.append(DutyShift(**shift, **leave, user=standin, is_standin=True, stands_in_for=user))
    DutyShift.objects.bulk_create(shifts, ignore_conflicts=True)


def _pairs() -> list[tuple[Person, Person]]:
    """The two people of each rung that needs a roster."""
    kinds = {body.code: body.kind for body in BODIES}
    posts: dict[tuple[str, Role], list[Person]] = {}
    for person in PEOPLE:
        if person.role in DUTY_ROLES.get(kinds[person.body], ()):
            posts.setdefault((person.body, person.role), []).append(person)
    return [(pair[0], pair[1]) for pair in posts.values()]
