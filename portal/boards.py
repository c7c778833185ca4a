"""The boards: numbers over what a person may see, and for each number exactly its list (journeys 3.7).

A tile is data: its words, who is shown it, and one selector. The number counts what the selector gives
and the list shows it, so that they cannot differ. A tile counts cases; a duty tile counts the cases in
which such a duty runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Min, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.capabilities import Action, Reach, reach
from agencies.models import Membership, User
from agencies.roles import AgencyKind, Role
from agencies.selectors import active_memberships
from cases.desk.clocks import hours_minutes, tone_of
from cases.models import Case
from cases.policy import visible_to
from cases.vocabulary import State
from deadlines.models import Deadline
from deadlines.selectors import ShownDeadline, due_within, overdue, running_deadlines, shown
from orders.case_filters import unacknowledged, unserved

Words = str | Promise
WAITING = (State.SUBMITTED, State.CORRECTION_REQUESTED)
# The half-hour share looks back this far.
SHARE_DAYS = 30
PAGE = 50
MOST_URGENT = 8
_COURT, _POLICE, _FEDERATION = AgencyKind.COURT, AgencyKind.POLICE, AgencyKind.FEDERATION
_ALL_BODIES = frozenset({_COURT, _POLICE, _FEDERATION})


@dataclass(frozen=True, slots=True)
class View:
    """What a person's board covers at an instant: her cases, and the duties that run in her bodies."""

    user: User
    now: datetime
    kinds: frozenset[str]
    visible: QuerySet[Case]
    cases: QuerySet[Case]
    duties: QuerySet[Deadline]
    sees_share: bool


@dataclass(frozen=True, slots=True)
class Tile:
    """One number. Either `cases` or `duties` selects what it counts."""

    key: str
    words: Words
    kinds: frozenset[str] = _ALL_BODIES
    tone: str = "warn"
    is_share: bool = False
    cases: Callable[[View], QuerySet[Case]] | None = None
    duties: Callable[[View], QuerySet[Deadline]] | None = None

    def number(self, view: View) -> int:
        """How many cases the tile's list holds."""
        if self.duties is not None:
            return self.duties(view).order_by().values("subject_id").distinct().count()
        return self.selected(view).count()

    def selected(self, view: View) -> QuerySet[Case]:
        """The cases of a tile that counts cases."""
        if self.cases is None:
            raise TypeError(f"The tile {self.key} counts duties.")
        return self.cases(view)


@dataclass(frozen=True, slots=True)
class Counted:
    """A tile with its number, as the board shows it."""

    tile: Tile
    number: int
    hint: Words = ""

    @property
    def tone(self) -> str:
        """Nothing waiting is good; otherwise the tile's own tone. A share is never a warning."""
        if self.tile.is_share:
            return "good"
        return self.tile.tone if self.number else "calm"


@dataclass(frozen=True, slots=True)
class Row:
    """A case of a list, with the most urgent duty that put it there."""

    case: Case
    duty: ShownDeadline | None
    tone: str
    # From submission to the decision as h:mm; "" while there is none.
    took: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a tile's list; `after` is the key that the next page starts behind, "" on the last."""

    rows: Sequence[Row]
    after: str


def _due(hours: int) -> Callable[[View], QuerySet[Deadline]]:
    return lambda view: due_within(view.duties, view.now, timedelta(hours=hours))


def _goal_cases(view: View, *states: str) -> QuerySet[Case]:
    goals = Deadline.objects.filter(
        nature=Deadline.Nature.GOAL, state__in=states, closed_at__gt=view.now - timedelta(days=SHARE_DAYS)
    )
    return view.cases.filter(pk__in=goals.values("subject_id"))


TILES: tuple[Tile, ...] = (
    Tile("overdue", _("已超时限"), tone="alarm", duties=lambda view: overdue(view.duties, view.now)),
    Tile("due-2", _("2 小时内到期"), tone="bad", duties=_due(2)),
    Tile("due-8", _("8 小时内到期"), duties=_due(8)),
    Tile("due-24", _("24 小时内到期"), tone="info", duties=_due(24)),
    Tile("waiting", _("等待受理"), cases=lambda view: view.cases.filter(state__in=WAITING)),
    Tile("unserved", _("还没有全部送达"), frozenset({_COURT}), cases=lambda view: unserved(view.cases)),
    Tile(
        "unconfirmed",
        _("公安机关还没有确认收到"),
        frozenset({_COURT, _POLICE}),
        cases=lambda view: unacknowledged(view.cases),
    ),
    Tile(
        "half-hour",
        _("半小时内作出裁定"),
        is_share=True,
        cases=lambda view: _goal_cases(view, Deadline.State.MET),
    ),
    Tile(
        "decided",
        _("作出裁定"),
        is_share=True,
        cases=lambda view: _goal_cases(view, Deadline.State.MET, Deadline.State.MET_LATE),
    ),
)


def view_for(user: User, now: datetime) -> View:
    """The board of this person: own for desk roles, the whole body for those who lead it (law.md 6)."""
    memberships = [row for row in active_memberships(user, now) if reach(row.role, Action.VIEW_BOARD)]
    visible = visible_to(user, now)
    running = running_deadlines(visible.order_by().values_list("pk", flat=True)).exclude(ladder="")
    owned = _any_of(_duties_of(row, user) for row in memberships)
    return View(
        user=user,
        now=now,
        kinds=frozenset(row.agency.kind for row in memberships),
        visible=visible,
        cases=visible if _sees_all(memberships) else visible.filter(assigned_judge=user),
        duties=running.filter(owned) if memberships else running.none(),
        sees_share=any(reach(row.role, Action.VIEW_STATISTICS) for row in memberships),
    )


def tiles_for(view: View) -> list[Tile]:
    """The tiles that mean something to this person."""
    return [tile for tile in TILES if tile.kinds & view.kinds and (view.sees_share or not tile.is_share)]


def tile_called(view: View, key: str) -> Tile | None:
    """The tile of that name, if this person is shown it."""
    return next((tile for tile in tiles_for(view) if tile.key == key), None)


def counted(view: View) -> list[Counted]:
    """Every tile with its number; one query each."""
    numbers = {tile.key: tile.number(view) for tile in tiles_for(view)}
    return [Counted(tile, numbers[tile.key], _hint(tile, numbers)) for tile in tiles_for(view)]


def most_urgent(view: View) -> Sequence[Row]:
    """What is most at risk now, without a click: overdue first, then what falls due next."""
    return _duty_rows(view, view.duties, "", MOST_URGENT).rows


def listed(view: View, tile: Tile, after: str = "") -> Listed:
    """A page of exactly the cases that the tile counts, the most urgent first; keyset, never OFFSET."""
    if tile.duties is not None:
        return _duty_rows(view, tile.duties(view), after, PAGE)
    return _case_rows(view, tile.selected(view), after)


def _duties_of(membership: Membership, user: User) -> Q:
    own_body = Q(agency=membership.agency_id)
    if reach(membership.role, Action.VIEW_BOARD) != Reach.OWN:
        return own_body | Q(agency=None, chain_agency=membership.agency_id)
    return own_body & (Q(user=user) | Q(user=None, owner_role=membership.role))


def _sees_all(memberships: Iterable[Membership]) -> bool:
    """A judge who holds no other role on the board has the cases assigned to her, others their body's."""
    return any(
        row.role != Role.JUDGE or reach(row.role, Action.VIEW_BOARD) != Reach.OWN for row in memberships
    )


def _any_of(conditions: Iterable[Q]) -> Q:
    whole = Q()
    for condition in conditions:
        whole |= condition
    return whole


def _hint(tile: Tile, numbers: dict[str, int]) -> Words:
    if not tile.is_share:
        return ""
    decided = numbers.get("decided", 0)
    if tile.key == "decided" or not decided:
        return _("近 %(days)d 天") % {"days": SHARE_DAYS}
    words = {"days": SHARE_DAYS, "decided": decided, "share": round(100 * numbers[tile.key] / decided)}
    return _("近 %(days)d 天 %(decided)d 件中的 %(share)d %%") % words


def _duty_rows(view: View, duties: QuerySet[Deadline], after: str, size: int) -> Listed:
    """Cases by their earliest selected duty: two queries for the page and its cases, one for the duties."""
    found = duties.order_by().values("subject_id").annotate(at=Min("strict_at"))
    if key := _read_key(after):
        at, pk = key
        found = found.filter(Q(at__gt=at) | Q(at=at, subject_id__gt=pk))
    page = list(found.order_by("at", "subject_id").values_list("subject_id", "at")[: size + 1])
    shown_here = [subject for subject, _at in page[:size]]
    first: dict[UUID, Deadline] = {}
    for row in duties.filter(subject_id__in=shown_here).order_by("strict_at", "pk"):
        first.setdefault(row.subject_id, row)
    cases = view.visible.filter(pk__in=shown_here).select_related("court", "assigned_judge").in_bulk()
    rows = [_row(cases[pk], first.get(pk), view.now) for pk in shown_here if pk in cases]
    return Listed(rows, _write_key(page[size - 1][1], page[size - 1][0]) if len(page) > size else "")


def _case_rows(view: View, cases: QuerySet[Case], after: str) -> Listed:
    """Cases by when they came in; two queries."""
    rows = cases.select_related("court", "assigned_judge").order_by("submitted_at", "pk")
    if key := _read_key(after):
        at, pk = key
        rows = rows.filter(Q(submitted_at__gt=at) | Q(submitted_at=at, pk__gt=pk))
    page = list(rows[: PAGE + 1])
    first: dict[UUID, Deadline] = {}
    for row in view.duties.filter(subject_id__in=[case.pk for case in page[:PAGE]]):
        first.setdefault(row.subject_id, row)
    last = page[PAGE - 1] if len(page) > PAGE else None
    return Listed(
        [_row(case, first.get(case.pk), view.now) for case in page[:PAGE]],
        _write_key(last.submitted_at, last.pk) if last else "",
    )


def _row(case: Case, duty: Deadline | None, now: datetime) -> Row:
    return Row(
        case=case,
        duty=shown(duty, now) if duty else None,
        tone=tone_of(duty.started_at, duty.strict_at, now) if duty else "",
        took=hours_minutes(case.decided_at - case.submitted_at) if case.decided_at else "",
    )


def _write_key(at: datetime, pk: UUID) -> str:
    return f"{at.isoformat()}_{pk}"


def _read_key(text: str) -> tuple[datetime, UUID] | None:
    """The key of a page's link; None for an empty or a mangled one, which begins at the start."""
    at, _separator, pk = text.partition("_")
    try:
        instant = datetime.fromisoformat(at)
        return (instant, UUID(pk)) if instant.tzinfo else None
    except ValueError:
        return None
