"""Settings of the tests: the portal's own, after saying that this is a test.

`make test` gives DATABASE_URL and REDIS_URL of its own servers; plain pytest needs them given.
Each pytest-xdist worker gets a Redis database of its own, as pytest-django gives it a PostgreSQL one.
"""

import os

os.environ.setdefault("PORTAL_ENV", "test")
if "DATABASE_URL" not in os.environ or "REDIS_URL" not in os.environ:
    raise SystemExit(
        "Run the tests with `make test`, or give DATABASE_URL and REDIS_URL of your own servers."
    )
_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")
if _worker.isdigit():
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].rpartition("/")[0] + f"/{int(_worker) + 1}"

from portal.settings import *  # noqa: E402, F403 - the environment comes first
