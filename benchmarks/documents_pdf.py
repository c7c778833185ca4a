"""How long the papers of an order take. Run: `python -m benchmarks.documents_pdf [rounds]`, prints and writes JSON.

Targets (performance.md): one PDF at most 150 ms, issuing with four PDFs at most 1.0 s. WeasyPrint is timed beside ours
where it is installed (it is not a dependency; put it on PYTHONPATH from an environment of its own). Round-robin over all papers, so
that a slow moment of the machine hits all alike; every paper has fresh words, so that nothing comes from a cache.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from benchmarks.documents_weasyprint import html_of, set_by_weasyprint
from orders.documents import new_verification_code, render, specimens
from orders.documents.papers import Paper
from orders.documents.readback import expectations_for, verify_paper

TARGET_ONE_MS = 150
TARGET_ISSUE_MS = 1000
COPIES_OF_AN_ISSUE = ("ruling_applicant", "ruling_respondent", "ruling_police", "assistance_police")
BESIDE = "the respondent's copy by WeasyPrint"
RESULT = Path(".local/bench/documents_pdf.json")


def milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def issue_all_copies() -> None:
    """What issuing costs in documents: four copies rendered and read back."""
    for name in COPIES_OF_AN_ISSUE:
        paper = fresh(name)
        assert not verify_paper(render(paper), expectations_for(paper))


def fresh(name: str) -> Paper:
    with_code = name.startswith(("ruling", "assistance"))
    return specimens.ALL[name](**{"verification_code": new_verification_code()} if with_code else {})


def measure(rounds: int) -> dict[str, list[float]]:
    jobs: dict[str, Callable[[], object]] = {
        name: (lambda name=name: render(fresh(name))) for name in specimens.ALL
    }
    long_words = "他又打我，还说要杀我全家。" * (9000 // 13)
    jobs["application of 9,000 characters"] = lambda: render(specimens.application(narrative=long_words))
    ruling = specimens.respondent_ruling()
    pdf, expected = render(ruling), expectations_for(ruling)
    jobs["read one ruling back"] = lambda: verify_paper(pdf, expected)
    if find_spec("weasyprint"):
        html = html_of(ruling)
        jobs[BESIDE] = lambda: set_by_weasyprint(html)
    jobs["issue: four copies, each read back"] = issue_all_copies
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for _round in range(rounds):
        for name, job in jobs.items():
            taken[name].append(milliseconds(job))
    return taken


def main(rounds: int) -> None:
    first = milliseconds(lambda: render(specimens.respondent_ruling()))
    taken = measure(rounds)
    rows = {
        name: {"p50_ms": statistics.median(times), "p95_ms": sorted(times)[int(len(times) * 0.95)]}
        for name, times in taken.items()
    }
    print(f"first PDF of a process (fonts read): {first:.0f} ms")
    print(f"{'paper':40} {'p50 ms':>8} {'p95 ms':>8} {'of target':>10}")
    for name, row in rows.items():
        target = TARGET_ISSUE_MS if name.startswith("issue") else TARGET_ONE_MS
        print(f"{name:40} {row['p50_ms']:8.1f} {row['p95_ms']:8.1f} {row['p50_ms'] / target:9.0%}")
    if BESIDE in rows:
        ratio = rows[BESIDE]["p50_ms"] / rows["ruling_respondent"]["p50_ms"]
        print(f"the same ruling by WeasyPrint takes {ratio:.1f} times as long")
    else:
        print("WeasyPrint is not installed here: no comparison")
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(
        json.dumps({"rounds": rounds, "first_ms": first, "papers": rows}, indent=1, ensure_ascii=False)
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
