"""`manage.py staff_code xinjin.judge1 …`: the one-time code of demo accounts, for who has no app at hand."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.demo import current_code
from agencies.models import User
from agencies.time_source import wall_now


class Command(BaseCommand):
    help = "Print the current one-time code of demo accounts; refused in production."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("usernames", nargs="+")

    def handle(self, *args: Any, usernames: list[str], **options: Any) -> None:
        for username in usernames:
            user = User.objects.filter(username=username).first()
            if user is None:
                raise CommandError(f"There is no account {username}.")
            try:
                self.stdout.write(f"{username}  {current_code(user, wall_now())}")
            except LookupError as error:
                raise CommandError(str(error)) from error
