"""What the court decides and what follows."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"
