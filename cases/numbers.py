"""Case numbers （2026）川0118民保令1号: per court, kind and year, without gap or repeat (INV-22)."""

from __future__ import annotations

from datetime import datetime

from agencies.models import Agency
from cases.models import CaseNumberCounter
from deadlines.profile import load_profile


def next_number(*, court: Agency, kind: str, now: datetime, profile_id: str) -> str:
    """The next number of the series; call it in the transaction that uses it.

    The counter row stays locked until commit, so a rolled-back use leaves no gap. The year is that
    of the profile's time zone at `now`.
    """
    profile = load_profile(profile_id)
    year = now.astimezone(profile.zone).year
    CaseNumberCounter.objects.get_or_create(court=court, kind=kind, year=year)
    counter = CaseNumberCounter.objects.select_for_update().get(court=court, kind=kind, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return profile.case_number.write(year=year, court_code=court.court_code, kind=kind, running=counter.last)
