"""The shared record and who may see it."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
