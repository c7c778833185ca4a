"""Statutory time: rules, rows, the engine and its messages."""

from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "deadlines"
