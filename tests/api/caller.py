"""A member of staff who calls the API with the session of the pages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client

from agencies.models import User
from cases.models import Case
from tests.agencies.login import sign_in

PROBLEM = "application/problem+json"


def path_of(case: Case, rest: str = "") -> str:
    return f"/api/v1/cases/{case.pk}/{rest}"


@dataclass
class Caller:
    """`user` is None for somebody who has not signed in."""

    client: Client

    @classmethod
    def of(cls, user: User | None, **options: Any) -> Caller:
        client = Client(**options)
        return cls(sign_in(client, user) if user else client)

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        return self.client.post(
            path, json.dumps(body if body is not None else {}), content_type="application/json", **more
        )
