"""The sentences of orders/papers/wording.yaml, filled with names, numbers and places.

The same sentences go on the paper, on the screen before issuing, and into the check that reads the paper back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from orders.documents import chinese
from orders.documents.values import KnownPlace, MeasureCode, OrderedMeasure, Place, Point

PAPERS_FOLDER = Path(__file__).resolve().parent.parent / "papers"


@dataclass(frozen=True, slots=True)
class Laws:
    """The two sources by name, and the articles a ruling cites."""

    advl: str
    spc17: str
    issue_advl: Sequence[int]
    issue_spc17: Sequence[int]
    further_measures: Sequence[str]
    further_spc17: int
    reject_advl: Sequence[int]
    reject_spc17: Sequence[int]


@dataclass(frozen=True, slots=True)
class Wording:
    """wording.yaml as read; see the file for sources."""

    measures: Mapping[str, str]
    default_words: Mapping[str, str]
    relatives: str
    relatives_named: str
    at_once: str
    within_days: str
    distance: str
    distance_open: str
    places_included: str
    place: str
    laws: Laws
    conditions: Mapping[str, str]
    evidence: Mapping[str, str]
    unprintable: Mapping[str, str]


@cache
def wording() -> Wording:
    """Read once. Raises TypeError when a key is missing or unknown."""
    with (PAPERS_FOLDER / "wording.yaml").open(encoding="utf-8") as file:
        sentences = yaml.safe_load(file)
    return Wording(**{**sentences, "laws": Laws(**sentences["laws"])})


def order_points(
    measures: Sequence[OrderedMeasure],
    *,
    applicant: str,
    respondent: str,
    relatives: Sequence[str] = (),
    places: Sequence[Place | KnownPlace] = (),
    requested: bool = False,
) -> tuple[Point, ...]:
    """The numbered order points (主文), or the numbered requests when `requested`.

    `places` are listed under M5; whoever prints for the respondent can only hand in the places he knows.
    """
    last = len(measures)
    points = []
    for index, measure in enumerate(measures, start=1):
        sentence = _sentence(measure, applicant, respondent, relatives, requested=requested)
        items: tuple[str, ...] = ()
        if measure.code == MeasureCode.M5 and places:
            items = _place_lines(places, end="。" if index == last else "；")
            sentence += wording().places_included
        ending = "：" if items else "。" if index == last else "；"
        points.append(Point(number=chinese.number(index), text=sentence + ending, items=items))
    return tuple(points)


def _sentence(
    measure: OrderedMeasure, applicant: str, respondent: str, relatives: Sequence[str], *, requested: bool
) -> str:
    text = wording()
    when = "" if requested else text.at_once
    if measure.within_days is not None:
        when = text.within_days.format(days=measure.within_days)
    distance = text.distance_open
    if measure.distance_metres is not None:
        distance = text.distance.format(metres=measure.distance_metres)
    words = measure.words.strip().rstrip("。；;.") or text.default_words.get(measure.code, "")
    if measure.code == MeasureCode.M9 and not words:
        raise ValueError("measure M9 (other) needs its words")
    return text.measures[measure.code].format(
        respondent=respondent,
        applicant=applicant,
        relatives=text.relatives_named.format(names="、".join(relatives)) if relatives else text.relatives,
        when=when,
        distance=distance,
        words=words,
    )


def _place_lines(places: Sequence[Place | KnownPlace], *, end: str) -> tuple[str, ...]:
    lines = [
        wording().place.format(number=number, kind=place.kind, words=place.words)
        for number, place in enumerate(places, start=1)
    ]
    return (*(f"{line}；" for line in lines[:-1]), lines[-1] + end)


def laws_cited_to_issue(codes: Sequence[MeasureCode]) -> str:
    """依照《…》第二十三条、…规定， with SPC17 article 10 when a measure rests on it."""
    laws = wording().laws
    further = [laws.further_spc17] if set(codes) & set(laws.further_measures) else []
    return _cite(laws.issue_advl, [*laws.issue_spc17, *further])


def laws_cited_to_reject() -> str:
    """依照《…》第二十七条、第二十八条…规定，"""
    laws = wording().laws
    return _cite(laws.reject_advl, laws.reject_spc17)


def _cite(advl: Sequence[int], spc17: Sequence[int]) -> str:
    laws = wording().laws
    return f"依照{laws.advl}{_articles(advl)}、{laws.spc17}{_articles(spc17)}的规定，"


def _articles(numbers: Sequence[int]) -> str:
    return "、".join(f"第{chinese.number(article)}条" for article in numbers)
