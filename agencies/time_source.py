"""The two clocks of this room.

`wall_now` is the machine's time. One-time codes and session lengths use it, because an authenticator
app and an unattended desk know nothing of the demo clock. `business_now` is the portal's clock, named
by the setting BUSINESS_CLOCK because this room may not import the room that holds it.
"""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string


def wall_now() -> datetime:
    """Aware UTC instant of the machine."""
    return timezone.now()


def business_now() -> datetime:
    """Aware UTC instant of the portal's clock, which the demo may move."""
    instant: datetime = import_string(settings.BUSINESS_CLOCK)()
    return instant
