"""Fill an empty portal with the demo's bodies, people and cases."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from agencies.demo import DEMO_PASSWORD, demo_secret
from deadlines.clock import now
from portal.demo import DEMO_PASSPHRASE, DEMO_REFERENCE, seed


class Command(BaseCommand):
    help = "Make the demo's two districts and their cases; safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print accounts and secrets as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        people = seed(now())
        if options["json"]:
            accounts = [
                {"username": name, "password": DEMO_PASSWORD, "totp_secret": demo_secret(name)}
                for name in people.users
            ]
            applicant = {"reference": DEMO_REFERENCE, "passphrase": DEMO_PASSPHRASE}
            self.stdout.write(json.dumps({"accounts": accounts, "applicant": applicant}, ensure_ascii=False))
        else:
            self.stdout.write(f"{len(people.agencies)} bodies and {len(people.users)} people are there.")
