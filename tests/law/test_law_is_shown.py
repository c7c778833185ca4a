"""docs/law.md tells the truth: every test it names is there."""

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
TESTS = "\n".join(file.read_text() for file in (PROJECT / "tests").rglob("test_*.py"))


def names_in_docs() -> set[str]:
    page = (PROJECT / "docs" / "law.md").read_text()
    named = set(re.findall(r"`(test_(?:inv|d)_?\d\d?)`", page))
    for first, last in re.findall(r"`test_inv_(\d\d)` … `test_inv_(\d\d)`", page):
        named |= {f"test_inv_{number:02d}" for number in range(int(first), int(last) + 1)}
    for first, last in re.findall(r"V(\d\d)–V(\d\d)", page):
        named |= {f"test_v{number:02d}" for number in range(int(first), int(last) + 1)}
    return named


def test_every_rule_named_in_the_docs_has_a_test() -> None:
    named = names_in_docs()
    assert len(named) > 60
    missing = {name for name in named if not _has_test(name)}
    assert missing == set()


def test_every_deadline_rule_has_a_test() -> None:
    profile = (PROJECT / "deadlines" / "profiles" / "cn.yaml").read_text()
    rules = re.findall(r"^  (D\d\d):", profile, flags=re.M)
    assert len(rules) == 29
    assert [rule for rule in rules if not _has_test(f"test_{rule.lower()}")] == []


def _has_test(name: str) -> bool:
    """The number may stand first or among others: test_inv_07_08_09_…"""
    if name.startswith("test_inv_"):
        return bool(re.search(rf"def test_inv_(?:\d\d_)*{name.removeprefix('test_inv_')}_", TESTS))
    return f"def {name}_" in TESTS
