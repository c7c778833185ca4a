import pytest

from agencies.roles import Role
from tests.agencies.login import with_factors
from tests.agencies.people import make_agency, make_member


@pytest.fixture
def own_urls(settings):
    """This room's addresses alone, with one page for each policy and error."""
    settings.ROOT_URLCONF = "tests.agencies.urls"
    settings.BUSINESS_CLOCK = "django.utils.timezone.now"


@pytest.fixture
def clerk(db):
    return with_factors(make_member(make_agency(), Role.FILING_CLERK, username="court.clerk1"))


@pytest.fixture
def officer(db):
    return with_factors(make_member(make_agency("police"), Role.OFFICER, username="police.officer1"))
