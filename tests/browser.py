"""A real browser for the journeys: Debian's chromium, driven by Playwright.

Every page is watched: a request to any other origin (SR-33), a refused script or style (SR-32) or
an error in a script fails the test at its end.
"""

import os
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, sync_playwright

from portal.local.testing import find_chromium

PHONE = {
    "viewport": {"width": 360, "height": 740},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
QUIET = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--no-first-run",
]


class Watch:
    """The open contexts of one test and what went wrong in them."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self._browser = browser
        self._origin = origin
        self._contexts: list[BrowserContext] = []
        self._known_exits: set[str] = set()
        self.complaints: list[str] = []

    def open(self, kind: dict[str, Any], **options: Any) -> Page:
        """A page in a context of its own (own cookies); options as for Playwright's new_context."""
        context = self._browser.new_context(base_url=self._origin, locale="zh-CN", **{**kind, **options})
        context.set_default_timeout(10_000)
        context.route("**/*", self._guard)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("console", self._listen)
        return page

    def expect_exit_to(self, url: str) -> None:
        """Quick exit leads to a neutral site on purpose: answer it with an empty page, off line."""
        self._known_exits.add(_origin_of(url))

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _guard(self, route: Route) -> None:
        origin = _origin_of(route.request.url)
        if origin == self._origin or route.request.url.startswith(("data:", "blob:")):
            route.continue_()
        elif origin in self._known_exits:
            route.fulfill(status=200, content_type="text/html", body="<!doctype html><title>-</title>")
        else:
            self.complaints.append(f"request to another origin: {route.request.url}")
            route.abort()

    def _listen(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.complaints.append(f"refused by the page's own policy: {message.text}")


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One chromium for the session; CHROMIUM names another one."""
    program = find_chromium(os.environ)
    if program is None:
        pytest.fail("no browser: sudo apt install chromium, or CHROMIUM=/path", pytrace=False)
    # Playwright's own event loop runs in this thread; Django would take that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET
    fonts = _with_chinese_font(tmp_path_factory.mktemp("fonts"))
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program, args=flags, env={**os.environ, "FONTCONFIG_FILE": str(fonts)}
        )
        yield chromium
        chromium.close()


def _with_chinese_font(folder: Path) -> Path:
    """A font list with the Chinese font of our own packages, so that pictures look alike everywhere."""
    spec = find_spec("cvttf_NotoSansCJK_Regular")
    own = Path(spec.origin).parent if spec and spec.origin else folder
    file = folder / "fonts.conf"
    file.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{own}</dir>'
        f"<cachedir>{folder}</cachedir></fontconfig>"
    )
    return file


@pytest.fixture
def watch(browser: Browser, live_server: Any) -> Iterator[Watch]:
    """Opens pages on the running site; fails the test when one of them did something it must not."""
    watch = Watch(browser, live_server.url)
    yield watch
    watch.close()
    assert not watch.complaints, "\n".join(watch.complaints)


@pytest.fixture
def phone(watch: Watch) -> Callable[..., Page]:
    """Opens a 360 × 740 phone: `page = phone()`, `phone(java_script_enabled=False)`."""
    return lambda **options: watch.open(PHONE, **options)


@pytest.fixture
def desktop(watch: Watch) -> Callable[..., Page]:
    """Opens a desktop window with cookies of its own: `clerk, judge = desktop(), desktop()`."""
    return lambda **options: watch.open(DESKTOP, **options)


@pytest.fixture
def picture() -> Callable[[Page, str], Path]:
    """Saves what a page shows: into the folder SHOTS (`make shots`: docs/pictures), else beside the tests."""
    default = Path(os.environ.get("TEST_HOME", ".local/test")) / "pictures"
    folder = Path(os.environ.get("SHOTS") or default)
    folder.mkdir(parents=True, exist_ok=True)

    def save(page: Page, name: str) -> Path:
        target = folder / f"{name}.png"
        page.screenshot(path=target, full_page=True)
        return target

    return save
