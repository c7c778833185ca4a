"""People, their bodies and what each role may do."""

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "agencies"
