"""Which body may read which paper (law.md 6), as data; what is not written here nobody reads.

The federation reads the ruling in the respondent's rendering: it needs to know what is forbidden and until
when, and that rendering holds no confidential detail (K3 to K5), as INV-26 shows.
"""

from collections.abc import Mapping
from types import MappingProxyType

from agencies.roles import AgencyKind
from cases.vocabulary import DataClass
from orders.vocabulary import PaperAudience, PaperKind

COURT, POLICE, FEDERATION = AgencyKind.COURT.value, AgencyKind.POLICE.value, AgencyKind.FEDERATION.value
APPLICANT = "applicant"

Which = tuple[str, str]

READERS: Mapping[Which, frozenset[str]] = MappingProxyType(
    {
        (PaperKind.APPLICATION, PaperAudience.COURT): frozenset({COURT, APPLICANT}),
        (PaperKind.RULING, PaperAudience.APPLICANT): frozenset({COURT, APPLICANT}),
        (PaperKind.RULING, PaperAudience.RESPONDENT): frozenset({COURT, FEDERATION}),
        (PaperKind.RULING, PaperAudience.POLICE): frozenset({COURT, POLICE}),
        (PaperKind.ASSISTANCE_NOTICE, PaperAudience.POLICE): frozenset({COURT, POLICE}),
        (PaperKind.ASSISTANCE_NOTICE, PaperAudience.COMMITTEE): frozenset({COURT}),
        (PaperKind.SERVICE_CERTIFICATE, PaperAudience.COURT): frozenset({COURT}),
    }
)

# What a reader of the paper has read, for the log of looks (SR-18).
_IDENTITY_AND_FACTS = (DataClass.K1, DataClass.K2)
_WITH_PLACES = (*_IDENTITY_AND_FACTS, DataClass.K3)
_WITH_DANGER = (*_WITH_PLACES, DataClass.K4)
CONTENT: Mapping[Which, tuple[DataClass, ...]] = MappingProxyType(
    {
        (PaperKind.APPLICATION, PaperAudience.COURT): _WITH_DANGER,
        (PaperKind.RULING, PaperAudience.APPLICANT): _WITH_PLACES,
        (PaperKind.RULING, PaperAudience.RESPONDENT): _IDENTITY_AND_FACTS,
        (PaperKind.RULING, PaperAudience.POLICE): _WITH_DANGER,
        (PaperKind.ASSISTANCE_NOTICE, PaperAudience.POLICE): _WITH_PLACES,
        (PaperKind.ASSISTANCE_NOTICE, PaperAudience.COMMITTEE): _IDENTITY_AND_FACTS,
        (PaperKind.SERVICE_CERTIFICATE, PaperAudience.COURT): (DataClass.K1,),
    }
)


def may_read(body: str, kind: str, audience: str) -> bool:
    """Whether a body (or "applicant") reads this paper; an unknown one: no (INV-31)."""
    return body in READERS.get((kind, audience), frozenset())


def content_of(kind: str, audience: str) -> tuple[DataClass, ...]:
    """The classes of content that the paper holds; an unknown paper counts as holding all."""
    return CONTENT.get((kind, audience), tuple(DataClass))
