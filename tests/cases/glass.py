"""A use of break-glass for tests: when, why, and a way to open one."""

from cases.services.break_glass import open_glass
from tests.record import ACCEPTED_AT, HOUR

REASON = "报警人说她现在在我们辖区，正在被他跟踪，需要知道怎么保护"
AT = ACCEPTED_AT + HOUR
DAY = 24 * HOUR


def words(response):
    return response.content.decode()


def opened_by(actor, case, now=AT, **terms):
    return open_glass(actor=actor, reference=case.staff_reference, reason=REASON, now=now, **terms)
