"""docker-compose.yml says the same as the supervisor: one list of commands, `portal.local.processes`."""

from typing import Any

import pytest
import yaml

from portal.local import processes
from portal.local.home import PROJECT


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
    return found


def commands_of_portal() -> dict[str, tuple[str, ...]]:
    workers = {
        f"worker-{queue}": processes.worker([queue], "prefork", 2 if queue in ("urgent", "messages") else 1)
        for queue in processes.QUEUES
    }
    return {
        "migrate": processes.MIGRATE,
        "web": processes.web("0.0.0.0:8000", workers=3, threads=8),
        "beat": processes.BEAT,
        "watchdog": processes.WATCHDOG,
        "message-sink": processes.SINK,
        **workers,
    }


@pytest.mark.parametrize(("service", "command"), commands_of_portal().items())
def test_each_service_runs_the_command_of_the_supervisor(
    services: dict[str, Any], service: str, command: tuple[str, ...]
) -> None:
    assert tuple(services[service]["command"]) == command


def test_no_service_is_left_out_of_the_comparison(services: dict[str, Any]) -> None:
    ours = {name for name, service in services.items() if service["image"] == "half-hour"}
    assert ours == set(commands_of_portal())
    assert set(services) - ours == {"postgres", "valkey", "proxy"}


def test_sr_40_each_queue_has_one_worker_of_its_own(services: dict[str, Any]) -> None:
    queues = [
        command[command.index("--queues") + 1]
        for service in services.values()
        if "--queues" in (command := service.get("command", []))
    ]
    assert sorted(queues) == sorted(processes.QUEUES)


def test_sr_36_no_secret_stands_in_the_files() -> None:
    text = (PROJECT / "docker-compose.yml").read_text()
    example = (PROJECT / "docs" / "example.env").read_text()
    for name in ("SECRET_KEY", "FIELD_KEYS", "DIGEST_KEY", "DATABASE_PASSWORD", "REDIS_PASSWORD"):
        assert f"${{{name}" in text
        assert f"\n{name}=\n" in example


def test_only_the_proxy_is_reached_from_outside(services: dict[str, Any]) -> None:
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]


def test_the_image_collects_static_files_with_our_command() -> None:
    assert "python " + " ".join(processes.COLLECT_STATIC) in (PROJECT / "Dockerfile").read_text()


def test_b15_the_maintenance_page_gives_the_emergency_numbers_and_stays_neutral() -> None:
    page = (PROJECT / "portal" / "local" / "proxy" / "maintenance.html").read_text()
    for number in ("110", "12338", "12348"):
        assert f"tel:{number}" in page
    title = page.split("<title>")[1].split("</title>")[0]
    assert title == "半小时"
    assert "style=" not in page
    assert "<script" not in page
