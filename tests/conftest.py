"""What every room's tests stand on: a database that may be emptied, a browser, real workers."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

pytest_plugins = ["tests.browser", "tests.workers", "tests.record"]


@pytest.fixture(scope="session", autouse=True)
def tables_may_be_emptied() -> Iterator[None]:
    """Let the emptying between transactional tests pass the triggers that refuse TRUNCATE.

    Only the test runner does this, as the tables' owner; the triggers are back at once.
    """
    flush = DatabaseOperations.sql_flush

    def past_the_triggers(
        self: DatabaseOperations, style: Any, tables: list[str], **options: Any
    ) -> list[str]:
        guarded = [table for table in _tables_refusing_truncate() if table in tables]
        return [
            *(f'ALTER TABLE "{table}" DISABLE TRIGGER USER' for table in guarded),
            *flush(self, style, tables, **options),
            *(f'ALTER TABLE "{table}" ENABLE TRIGGER USER' for table in guarded),
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", past_the_triggers)
        yield


def _tables_refusing_truncate() -> list[str]:
    before_truncate = 32
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND t.tgtype & %s <> 0",
            [before_truncate],
        )
        return [name for (name,) in cursor.fetchall()]
