"""The project: settings, addresses, boards, demo."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
