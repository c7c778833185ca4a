"""Ways of service for each recipient, the usual one first, and which comes next after failures (CPL)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

from orders.vocabulary import Recipient, Way

WAYS: Mapping[str, tuple[Way, ...]] = MappingProxyType(
    {
        Recipient.APPLICANT: (Way.IN_PERSON, Way.ELECTRONIC, Way.ENTRUSTED, Way.MAIL),
        Recipient.RESPONDENT: (
            Way.IN_PERSON,
            Way.LEAVING,
            Way.ENTRUSTED,
            Way.ELECTRONIC,
            Way.MAIL,
            Way.NOTICE,
        ),
        Recipient.POLICE: (Way.PLATFORM, Way.IN_PERSON, Way.MAIL),
        Recipient.COMMITTEE: (Way.IN_PERSON, Way.PLATFORM, Way.ELECTRONIC, Way.MAIL),
    }
)


def ways_for(recipient: str) -> tuple[Way, ...]:
    """The ways open for a recipient; an unknown one: all."""
    return WAYS.get(recipient, tuple(Way))


def next_way(recipient: str, tried: Collection[str]) -> Way | None:
    """The first way in the order of the law that was not tried yet; None before any failure."""
    if not tried:
        return None
    return next((way for way in ways_for(recipient) if way not in tried), None)
