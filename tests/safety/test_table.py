"""docs/safety.md lists the tests that are there."""

from portal.local.safety_table import PAGE, page


def test_the_table_of_safety_requirements_is_up_to_date() -> None:
    assert PAGE.read_text() == page(), "run: python -m portal.local.safety_table"
