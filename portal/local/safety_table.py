"""The table of docs/safety.md: each safety requirement with the tests that carry its number.

`python -m portal.local.safety_table` writes the page anew; a test fails when the page is not what this gives.
"""

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "safety.md"

REQUIREMENTS = {
    1: "Quick exit",
    2: "Honest notice first",
    3: "Neutral outside",
    4: "Nothing left behind",
    5: "Return without a phone",
    6: "Safe contact",
    7: "Message content",
    8: "Timeouts kind to victims",
    9: "Duress sign",
    10: "Deny by default",
    11: "Same answer for no right and not there",
    12: "Object rights",
    13: "Field matrix",
    14: "Respondent view by allow-list",
    15: "Agency limits",
    16: "Conflict of interest",
    17: "Break-glass",
    18: "No log, no read",
    19: "Export and volume",
    20: "Database backstop",
    21: "Staff second factor",
    22: "Sessions and step-up",
    23: "Rate limits",
    24: "Four eyes",
    25: "Withdrawal, change, revocation",
    26: "Uploads",
    27: "Two copies",
    28: "Serving files",
    29: "Text",
    30: "Documents",
    31: "Verification page",
    32: "Headers",
    33: "No third parties",
    34: "Django",
    35: "Logs",
    36: "Secrets and supply",
    37: "PostgreSQL is the truth",
    38: "Sweeper",
    39: "Outbox",
    40: "Celery",
    41: "Atomic actions",
    42: "Time",
    43: "Health and dead-man's switch",
    44: "Fault promise",
    45: "Overload and full disk",
    46: "Audit chain",
    47: "Backups",
    48: "Retention",
    49: "Upgrades",
    50: "Load goals",
}
HEAD = """# Safety requirements and their tests

Written by `python -m portal.local.safety_table`. A requirement without a test is **not shown yet**; one with tests may
still be held only in part, which the list below the table says.

| no. | requirement | tests | files |
|---|---|---|---|
"""
PARTLY = """
## Held in part
- SR-08: an applicant's session ends after 15 minutes; a draft without a passphrase cannot be reached again after that.
- SR-14: the respondent's copy is built from its own object; it is not yet a process of its own.
- SR-16: a match on papers, telephone or name with birth date hides the case; the alarm on a search for one's own name
  comes with search.
- SR-26, SR-27: a file is judged by its first bytes, sealed with its hash and kept in quarantine; the safe copy and the
  unprivileged worker are not built, so nobody opens a file yet.
- SR-31: the code is made, printed and stored as a digest; the public page is not built.
- SR-46: the chain and its triggers stand; the head is not yet anchored outside, and the app's database role is still
  the owner (SR-20).

## Known gaps, to be mended first
- SR-16: a party who is staff is found only by papers, telephone, or name with birth date; the respondent's telephone is
  not compared, and a bare name gives no warning at acceptance.
- SR-22: an applicant's session keeps its key from the first screen to the receipt, so a cookie planted beforehand
  follows her filing.
- SR-14: the guard finds a confidential text as it was written, not a part of it, other digits or invisible signs.
- SR-18: papers that print her address are downloaded without a purpose of their own.
- SR-23, SR-45: the delay after a wrong passphrase holds a thread of the web server; there is no limit per hour.
- SR-01: Back after quick exit shows an empty screen of the questions.

## Not promised
Monitoring software or a watcher with full control of the device; a judge or operator with the database owner's rights
acting together with the holder of the off-site log; interception in the telephone network.
"""


def tests_by_requirement() -> dict[int, dict[str, int]]:
    """For each number, how many tests carry it, by file."""
    found: dict[int, dict[str, int]] = {number: {} for number in REQUIREMENTS}
    for file in sorted((PROJECT / "tests").rglob("test_*.py")):
        for number in re.findall(r"def test_sr_(\d\d)_", file.read_text()):
            rows = found.setdefault(int(number), {})
            name = str(file.relative_to(PROJECT / "tests"))
            rows[name] = rows.get(name, 0) + 1
    return found


def page() -> str:
    """The whole page."""
    rows = []
    for number, files in sorted(tests_by_requirement().items()):
        where = ", ".join(f"`{name}`" for name in files) or "**not shown yet**"
        rows.append(f"| SR-{number:02d} | {REQUIREMENTS[number]} | {sum(files.values())} | {where} |")
    return HEAD + "\n".join(rows) + "\n" + PARTLY


if __name__ == "__main__":
    PAGE.write_text(page())
