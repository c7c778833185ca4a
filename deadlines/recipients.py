"""Which people a rung of a ladder reaches, at an instant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from agencies.duty import people_for
from agencies.models import Agency, Membership, User
from agencies.roles import ROLES_OF_KIND, AgencyKind, Role
from deadlines.profile import Rule
from deadlines.profile_checks import ABOVE, OUTSIDE_STAFF


class Gap(NamedTuple):
    """A rung that has nobody at this hour: an alarm, never silence (invariant 49)."""

    agency_id: int | None
    role: str


class Place(NamedTuple):
    """Where a deadline stands: the columns that decide whom its rungs reach."""

    agency_id: int | None
    user_id: int | None
    chain_agency_id: int | None
    owner_role: str


@dataclass(frozen=True, slots=True)
class Reached:
    people: tuple[User, ...]
    gaps: tuple[Gap, ...]
    applicant: bool = False


class Roster:
    """Answers for one run of the sweep; the same body and role are asked for once."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._people: dict[tuple[int | None, str], list[User]] = {}
        self._agencies: dict[int, Agency] = {}
        self._users: dict[int, User | None] = {}

    def reached(self, place: Place, rule: Rule, tell: list[str]) -> Reached:
        """The people of a rung, each once, with the rungs that are empty."""
        found: dict[int, User] = {}
        gaps: list[Gap] = []
        for agency_id, role, user_id in self._rungs(place, rule, tell):
            named = self._named(user_id) if user_id else None
            people = [named] if named else self._people_of(agency_id, role)
            if not people:
                gaps.append(Gap(agency_id, role))
            found.update({person.pk: person for person in people})
        return Reached(tuple(found.values()), tuple(dict.fromkeys(gaps)), applicant="applicant" in tell)

    def has_people(self, agency_id: int | None, role: str) -> bool:
        """Whether anybody answers for the role now."""
        return bool(self._people_of(agency_id, role))

    def _rungs(
        self, place: Place, rule: Rule, tell: list[str]
    ) -> Iterator[tuple[int | None, str, int | None]]:
        for rung in tell:
            if rung == "owner" and place.owner_role not in OUTSIDE_STAFF:
                yield place.agency_id, place.owner_role, place.user_id
            elif rung == "duty" and place.owner_role not in OUTSIDE_STAFF:
                yield place.agency_id, place.owner_role, None
            elif rung in {"next", "all"}:
                for role in rule.then[:1] if rung == "next" else rule.then:
                    yield from self._holding(place, role)
            elif rung.startswith(ABOVE):
                if (above := self._above(place.agency_id)) is not None:
                    yield above, rung.removeprefix(ABOVE), None
            elif rung in Role.values:
                yield from self._holding(place, rung)

    def _holding(self, place: Place, role: str) -> Iterator[tuple[int | None, str, int | None]]:
        """The role in the deadline's own body, or in the other body on its chain; none: no such rung."""
        for agency_id in (place.agency_id, place.chain_agency_id):
            if agency_id is not None and role in ROLES_OF_KIND[AgencyKind(self._agency(agency_id).kind)]:
                yield agency_id, role, None
                return

    def _people_of(self, agency_id: int | None, role: str) -> list[User]:
        known = self._people.get((agency_id, role))
        if known is None:
            known = self._anywhere(role) if agency_id is None else people_for(agency_id, role, self.at)
            self._people[(agency_id, role)] = known
        return known

    def _anywhere(self, role: str) -> list[User]:
        """Holders of a role that belongs to no one body, such as the platform's administrators."""
        if role != Role.PLATFORM_ADMIN:
            return []
        holding = Membership.objects.filter(role=role, valid_from__lte=self.at, agency__is_active=True)
        current = holding.filter(valid_until=None) | holding.filter(valid_until__gt=self.at)
        return list(User.objects.filter(is_active=True, memberships__in=current).distinct().order_by("pk"))

    def _named(self, user_id: int) -> User | None:
        if user_id not in self._users:
            self._users[user_id] = User.objects.filter(pk=user_id, is_active=True).first()
        return self._users[user_id]

    def _agency(self, agency_id: int) -> Agency:
        if agency_id not in self._agencies:
            self._agencies[agency_id] = Agency.objects.get(pk=agency_id)
        return self._agencies[agency_id]

    def _above(self, agency_id: int | None) -> int | None:
        return None if agency_id is None else self._agency(agency_id).parent_id
