"""The servers of one running copy and the environment its processes see."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

import psycopg2

from portal.local.children import Child, stop_all
from portal.local.console import Trouble
from portal.local.home import Home, keys, remembered_port
from portal.local.postgres import Postgres
from portal.local.valkey import Valkey


@dataclass
class Servers:
    """PostgreSQL and the queue server: ours, or those named by DATABASE_URL and REDIS_URL."""

    database_url: str
    redis_url: str
    own_database: bool
    children: list[Child] = field(default_factory=list)

    def stop(self) -> None:
        """The queue first; the database last, when nobody writes any more."""
        for child in reversed(self.children):
            stop_all([child])


def start_servers(
    home: Home, given: Mapping[str, str], postgres_settings: Mapping[str, str] | None = None
) -> Servers:
    """Start what was not given from outside and wait until it answers. Raises: Trouble."""
    servers = Servers(
        given.get("DATABASE_URL", ""), given.get("REDIS_URL", ""), not given.get("DATABASE_URL")
    )
    try:
        waits = []
        if servers.database_url:
            _see_database(servers.database_url)
        else:
            postgres = Postgres(home, postgres_settings)
            child = postgres.child()
            servers.children.append(child)
            child.start()
            servers.database_url = postgres.url
            waits.append((postgres.wait_until_ready, child))
        if servers.redis_url:
            _see_queue(servers.redis_url)
        else:
            valkey = Valkey(home)
            child = valkey.child()
            servers.children.append(child)
            child.start()
            servers.redis_url = valkey.url
            waits.append((valkey.wait_until_ready, child))
        for wait, child in waits:
            wait(child)
    except BaseException:
        servers.stop()
        raise
    return servers


def _see_database(url: str) -> None:
    try:
        psycopg2.connect(url, connect_timeout=5).close()
    except psycopg2.Error as error:
        raise Trouble(
            f"无法连接 DATABASE_URL 指定的数据库:{error}",
            "The database named by DATABASE_URL cannot be reached; the reason is above. "
            "Form: postgres://user:password@host:5432/name",
        ) from None


def _see_queue(url: str) -> None:
    import redis  # only here: it would cost the supervisor 20 MiB for nothing

    try:
        redis.Redis.from_url(url, socket_connect_timeout=5).ping()
    except (redis.RedisError, ValueError) as error:
        raise Trouble(
            f"无法连接 REDIS_URL 指定的队列服务器:{error}",
            "The queue server named by REDIS_URL cannot be reached; the reason is above. "
            "Form: redis://:password@host:6379/0",
        ) from None


def environment(home: Home, servers: Servers, portal_env: str) -> dict[str, str]:
    """What every process of the portal sees. PostgreSQL's own PG… variables would bend our address."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {
        **inherited,
        **keys(home),
        "PORTAL_ENV": portal_env,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": servers.database_url,
        "REDIS_URL": servers.redis_url,
        "FILES_ROOT": str(home.data / "files"),
        # Ports of this home's own sink: the tests' messages never reach a demo running beside them.
        "MESSAGE_SINK_HOST": "127.0.0.1",
        "MESSAGE_SINK_HTTP_PORT": str(remembered_port(home, "sink-http")),
        "MESSAGE_SINK_SMTP_PORT": str(remembered_port(home, "sink-smtp")),
        "MESSAGE_SINK_DIR": str(home.data / "messages"),
        "PYTHONUNBUFFERED": "1",
        # The workers need no routes and views; the checks ran with the migrations.
        "CELERY_SKIP_CHECKS": "true",
        # Few threads, little memory: glibc would keep a pool of memory per thread.
        "MALLOC_ARENA_MAX": "2",
    }
