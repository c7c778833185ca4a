"""`make test`, `make bench` and `make lint`: what they find and what they say."""

import os
import re
from pathlib import Path

import pytest

from portal.local import linting, measuring, testing
from portal.local.console import Trouble
from portal.local.home import PROJECT, Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.make()
    return home


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine whose PATH leads to an empty folder."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(testing, "MAC_BROWSER", str(tmp_path / "none"))
    return tmp_path


def test_a_browser_that_is_named_is_taken(tmp_path: Path) -> None:
    mine = tmp_path / "my-chromium"
    mine.write_text("#!/bin/sh\n")
    mine.chmod(0o755)
    assert testing.find_chromium({"CHROMIUM": str(mine)}) == str(mine)


def test_a_named_browser_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="is no program that can be run"):
        testing.find_chromium({"CHROMIUM": str(tmp_path / "nothing")})


@pytest.mark.usefixtures("no_browser")
def test_an_ordinary_user_without_a_browser_is_told_how_to_get_or_name_one(
    monkeypatch: pytest.MonkeyPatch, home: Home
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Trouble, match="sudo apt install chromium; or name one: make test CHROMIUM="):
        testing.ensure_chromium(home, {})


def test_root_without_a_browser_gets_it_by_apt_and_hears_when_that_fails(
    monkeypatch: pytest.MonkeyPatch, home: Home, no_browser: Path
) -> None:
    apt = no_browser / "apt-get"
    apt.write_text('#!/bin/sh\necho "asked for $*"\n')
    apt.chmod(0o755)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(Trouble) as trouble:
        testing.ensure_chromium(home, {})
    assert "install --yes --no-install-recommends chromium" in trouble.value.zh


def test_every_benchmark_can_be_asked_for_by_name(home: Home) -> None:
    assert {"engine_firing", "engine_idle_sweep", "permission_selector"} <= set(measuring.programs())
    with pytest.raises(Trouble, match=r"no benchmark nothing.*engine_firing"):
        measuring.measure(home, ["nothing"])


def test_sr_34_the_deploy_check_is_made_under_production_settings() -> None:
    seen = linting.production_like()
    assert seen["PORTAL_ENV"] == "production"
    assert linting.CHECKS["deploy check"][-2:] == ["--fail-level", "WARNING"]


def test_ci_runs_the_two_commands_and_nothing_else() -> None:
    script = (PROJECT / ".ci" / "run").read_text()
    assert re.findall(r"^make (\w+)", script, flags=re.MULTILINE) == ["lint", "test"]


def test_every_target_is_explained_by_make() -> None:
    makefile = (PROJECT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE)
    assert phony is not None
    explained = set(re.findall(r"^([a-z-]+):.*## ", makefile, flags=re.MULTILINE))
    assert set(phony.group(1).split()) == explained
