"""Who can sign in to the demo, with the one-time codes of this moment."""

import unicodedata
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.demo import DEMO_PASSWORD, PEOPLE, current_code, demo_secret
from agencies.models import User
from agencies.time_source import wall_now
from portal.demo import DEMO_PASSPHRASE, DEMO_REFERENCE


class Command(BaseCommand):
    help = "Print the demo's accounts and their current one-time codes; refused where there are none."

    def handle(self, *args: Any, **options: Any) -> None:
        now = wall_now()
        users = User.objects.in_bulk([person.username for person in PEOPLE], field_name="username")
        if not users:
            raise CommandError("There are no demo accounts here.")
        self.stdout.write(f"  申请人 applicant: {DEMO_REFERENCE}  /  {DEMO_PASSPHRASE}")
        self.stdout.write(f"  工作人员密码 staff password: {DEMO_PASSWORD}")
        for person in PEOPLE:
            if person.username.endswith("1") and person.username in users:
                try:
                    code = current_code(users[person.username], now)
                except LookupError:
                    code = "——"
                role = _padded(str(person.role.label), 18)
                self.stdout.write(f"  {person.username:<20}{role}{code}  {demo_secret(person.username)}")
        self.stdout.write("  动态码每 30 秒一换;右列可输入验证器应用。第二人的账号以 2 结尾。")
        self.stdout.write("  Codes change every 30 s; the right column goes into an authenticator app.")


def _padded(text: str, width: int) -> str:
    """The text filled up to a width in which a Chinese character takes two columns."""
    taken = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
    return text + " " * max(1, width - taken)
