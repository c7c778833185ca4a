"""The sink process takes what the channels send, keeps each key once, and says so when a port is taken."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.mail import get_connection

from deadlines.channels import ChannelError, email, sms
from deadlines.channels.sms import post_json

PROJECT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(folder: Path, http_port: int, smtp_port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "message_sink", "--http-port", str(http_port),
         "--smtp-port", str(smtp_port), "--folder", str(folder)],
        cwd=PROJECT, env=os.environ, stderr=subprocess.PIPE,
    )  # fmt: skip


def wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on {port}")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int, int]]:
    folder, http_port, smtp_port = tmp_path_factory.mktemp("sink"), free_port(), free_port()
    process = start(folder, http_port, smtp_port)
    try:
        wait_for(smtp_port)
        yield folder, http_port, smtp_port
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture
def sink(running: tuple[Path, int, int], settings: object, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder, http_port, smtp_port = running
    settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{http_port}/sms"
    settings.WATCHDOG_ALARM_URL = f"http://127.0.0.1:{http_port}/alarm"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", smtp_port, False
    monkeypatch.setattr(
        email, "get_connection", lambda: get_connection("django.core.mail.backends.smtp.EmailBackend")
    )
    return folder


def lines(folder: Path, kind: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()]


def test_sr_39_the_gateway_keeps_one_text_per_key(sink):
    for _ in range(2):
        sms.send(address="13800000001", body="请登录平台。", key="a")
    sms.send(address="13800000001", body="请登录平台。", key="b")
    kept = lines(sink, "sms")
    assert [line["text"] for line in kept] == ["请登录平台。", "请登录平台。"]
    assert kept[0]["key"] != "a"


def test_mail_arrives_whole_and_its_headers_hold_nothing_of_the_case(sink):
    email.send(
        address="clerk@court.test", subject="半小时：测试", body="第一行\n.点开头\n", key="event:case-7"
    )
    email.send(
        address="clerk@court.test", subject="半小时：测试", body="第一行\n.点开头\n", key="event:case-7"
    )
    [mail] = lines(sink, "mail")
    assert mail["to"] == ["clerk@court.test"]
    assert mail["subject"] == "半小时：测试"
    assert mail["text"] == "第一行\n.点开头\n"
    assert "case-7" not in json.dumps(mail)
    assert "X-Mailer" not in mail["headers"]


def test_alarms_have_a_file_of_their_own(sink, settings):
    post_json(settings.WATCHDOG_ALARM_URL, {"alarm": "engine_silent"}, {})
    post_json(settings.WATCHDOG_ALARM_URL, {"alarm": "engine_silent"}, {})
    assert len(lines(sink, "alarms")) == 2


def test_what_the_sink_does_not_know_is_refused(sink, settings):
    with pytest.raises(ChannelError, match="404"):
        post_json(settings.SMS_GATEWAY_URL.replace("/sms", "/other"), {}, {})


def test_a_gateway_that_is_away_is_a_channel_error(settings):
    settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{free_port()}/sms"
    with pytest.raises(ChannelError, match="ConnectionRefusedError"):
        sms.send(address="13800000001", body="x", key="a")
    settings.SMS_GATEWAY_URL = ""
    with pytest.raises(ChannelError, match="no SMS gateway"):
        sms.send(address="13800000001", body="x", key="a")


def test_a_taken_port_is_said_with_what_to_do(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start(tmp_path, taken.getsockname()[1], free_port())
        _out, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert b"MESSAGE_SINK_HTTP_PORT" in said
