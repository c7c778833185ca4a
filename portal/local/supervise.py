"""`make run`: everything under one roof, stopped together.

servers → tables, seed → web → workers, beat, watchdog, message sink. Ctrl-C, SIGTERM
and a closed terminal stop all that was started here, and nothing else. A child that ends by itself
is started again after a growing delay.
"""

import argparse
import contextlib
import os
import select
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

from portal.local import processes
from portal.local.children import Child, Command, end_leftovers, stop_all, write_down
from portal.local.console import Trouble, complain, explain, say, tail
from portal.local.home import PROJECT, AlreadyHeld, Home, hold_lock, port_is_free
from portal.local.prepare import has_command, prepare, words_of
from portal.local.stack import Servers, environment, start_servers

WEB_READY_SECONDS = 60.0


class StopAsked(BaseException):
    """Somebody wants everything to stop."""


class Supervisor:
    """The parent of all: owns the children, waits for signals and for their deaths."""

    def __init__(self, home: Home, port: int, given: Mapping[str, str]) -> None:
        self.home = home
        self.port = port
        self.given = given
        self.servers: Servers | None = None
        self.children: list[Child] = []
        self._wake, self._bell = socket.socketpair()
        self._stopping = False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def run(self) -> None:
        """Until asked to stop. Raises: Trouble, OSError."""
        self._listen_for_signals()
        try:
            self._start()
            self._watch()
        except StopAsked:
            pass
        finally:
            self._stop()

    def _start(self) -> None:
        say("正在启动数据库和队列……", "Starting the database and the queue …")
        self.servers = start_servers(self.home, self.given)
        self._note()
        seen = environment(self.home, self.servers, "demo")
        self.home.remember("environment", seen)
        prepare(self.home, seen, own_database=self.servers.own_database)
        web, others = commands(self.port, seen)
        self._launch(web)
        logins = words_of(("manage.py", "demo_logins"), seen) if has_command("demo_logins") else ""
        self._wait_for_web()
        for command in others:
            self._launch(command)
        welcome(self.address, logins)

    def _launch(self, command: Command) -> None:
        child = Child(command, self.home.logs)
        self.children.append(child)
        child.start()
        self._note()

    def _note(self) -> None:
        write_down(self.home, self._everything())

    def _everything(self) -> list[Child]:
        return [*(self.servers.children if self.servers else []), *self.children]

    def _wait_for_web(self) -> None:
        web = self.children[0]
        end = time.monotonic() + WEB_READY_SECONDS
        while time.monotonic() < end and web.ended() is None:
            if _answers(self.address):
                return
            time.sleep(0.1)
        raise Trouble(f"网站没有启动:\n{tail(web.log)}", f"The web server did not start; see {web.log}")

    def _watch(self) -> None:
        while True:
            for child in self._everything():
                code = child.ended()
                if code is not None:
                    name, wait = child.command.name, f"{child.delay_seconds:.0f}"
                    say(
                        f"{name} 意外退出(代码 {code}),{wait} 秒后重新启动;日志:{child.log}",
                        f"{name} ended unexpectedly (code {code}); starting again in {wait} s. Log: {child.log}",
                    )
                elif child.is_due():
                    child.start()
                    self._note()
            ready, _, _ = select.select([self._wake], [], [], 1.0)
            if ready:
                self._wake.recv(4096)

    def _listen_for_signals(self) -> None:
        self._wake.setblocking(False)
        self._bell.setblocking(False)
        signal.set_wakeup_fd(self._bell.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup stays in force
                signal.signal(number, self._on_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _on_stop(self, number: int, frame: FrameType | None) -> None:
        if not self._stopping:  # a second Ctrl-C must not cut the stopping short
            self._stopping = True
            raise StopAsked

    def _stop(self) -> None:
        self._stopping = True
        with contextlib.suppress(OSError):  # the terminal may be gone
            say("正在停止……", "Stopping …")
        stop_all(self.children)
        if self.servers is not None:
            self.servers.stop()
        for fact in ("children", "environment", "supervisor"):
            self.home.forget(fact)
        with contextlib.suppress(OSError):
            say("已全部停止;数据保留在原处。", "Everything has stopped; the data is kept.")


def commands(port: int, seen: Mapping[str, str]) -> tuple[Command, list[Command]]:
    """The web server, and what starts beside it. One worker for the urgent queue, one for the others."""

    def command(name: str, arguments: Sequence[str]) -> Command:
        return Command(name, [sys.executable, *arguments], seen, folder=PROJECT)

    others = [
        command("worker-urgent", processes.worker(processes.QUEUES[:1], pool="solo")),
        command("worker-others", processes.worker(processes.QUEUES[1:], pool="threads", concurrency=2)),
        command("beat", processes.BEAT),
        command("watchdog", processes.WATCHDOG),
        command("message-sink", processes.SINK),
    ]
    return command("web", processes.web(f"127.0.0.1:{port}", workers=1, threads=8)), others


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own http address
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def welcome(address: str, logins: str) -> None:
    """What a person needs first."""
    say(f"\n半小时已就绪:{address}", f"Half Hour is ready: {address}")
    if logins:
        say(
            "演示账号与当前动态码(再看一次:make logins)",
            "Demo logins and their current codes (again: make logins)",
        )
        print(logins, flush=True)  # noqa: T201 - this is the terminal
    say(
        f"先试:打开 {address} 提交一份申请;再打开 {address}desk/ 用立案庭账号受理,用法官账号作出裁定。",
        f"Try first: file an application at {address}, then accept it as the clerk and decide it "
        f"as the judge at {address}desk/.",
    )
    say("拨快演示时钟:make demo-clock ARGS='--advance 71h'", "Move the demo clock with the same command.")
    say("按 Ctrl-C 停止。", "Ctrl-C stops everything.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 after an orderly stop, 1 after a sentence that says what to do."""
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument("--home", type=Path, default=PROJECT / ".local")
    home = Home(parser.parse_args(arguments).home.resolve())
    try:
        port = wanted_port(os.environ)
        home.make()
        try:
            lock = hold_lock(home)
        except AlreadyHeld:
            raise already_running(home) from None
        with lock:
            for name in end_leftovers(home):
                say(f"已停止上次遗留的进程:{name}", f"Stopped what an earlier run left behind: {name}")
            if not port_is_free(port):
                raise port_taken(port)
            home.remember("supervisor", {"pid": os.getpid(), "address": f"http://127.0.0.1:{port}/"})
            Supervisor(home, port, os.environ).run()
    except Trouble as trouble:
        complain(trouble)
        return 1
    except OSError as error:
        known = explain(error, home.root)
        if known is None:
            raise
        complain(known)
        return 1
    return 0


def wanted_port(given: Mapping[str, str]) -> int:
    """PORT, or 8000. Raises: Trouble."""
    text = given.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Trouble(
            f"PORT={text} 不是端口号;请用 1 至 65535 的数字。",
            f"PORT={text} is no port; use a number from 1 to 65535.",
        )
    return int(text)


def port_taken(port: int) -> Trouble:
    other = port + 1 if port < 65535 else 8000
    return Trouble(
        f"端口 {port} 已被其他程序占用。换一个端口:make run PORT={other}",
        f"Port {port} is taken by another program. Choose another: make run PORT={other}",
    )


def already_running(home: Home) -> Trouble:
    known = home.recall("supervisor") or {}
    address, pid = known.get("address", "?"), known.get("pid", "?")
    return Trouble(
        f"已经在运行:{address}(进程 {pid})。停止它:make stop",
        f"It is already running: {address} (process {pid}). Stop it with: make stop",
    )


if __name__ == "__main__":
    sys.exit(main())
