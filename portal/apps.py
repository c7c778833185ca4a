"""The project: settings, addresses, boards, demo."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        # Tasks of the rooms find their queue only when the app exists before they are called.
        from portal import celery  # noqa: F401
