"""Dates and numbers as papers write them, order points, the verification code, many threads at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from orders.documents import (
    KnownPlace,
    MeasureCode,
    OrderedMeasure,
    PlaceKind,
    new_verification_code,
    normalise_verification_code,
    order_points,
    render,
    specimens,
)
from orders.documents.chinese import formal_date, minute, number, plain_date
from orders.documents.verification import ALPHABET, BITS


@pytest.mark.parametrize(
    ("value", "words"),
    [(1, "一"), (10, "十"), (14, "十四"), (20, "二十"), (24, "二十四"), (31, "三十一"), (72, "七十二")],
)
def test_chinese_numbers(value: int, words: str) -> None:
    assert number(value) == words


@pytest.mark.parametrize("value", [0, -1, 100])
def test_no_chinese_number_outside_its_range(value: int) -> None:
    with pytest.raises(ValueError, match="numeral"):
        number(value)


def test_dates_as_papers_write_them() -> None:
    assert formal_date(date(2026, 3, 14)) == "二〇二六年三月十四日"
    assert formal_date(date(2030, 12, 30)) == "二〇三〇年十二月三十日"
    assert plain_date(date(2026, 9, 15)) == "2026年9月15日"


def test_instants_are_shown_in_the_laws_zone_across_midnight() -> None:
    assert minute(datetime(2026, 12, 31, 16, 5, tzinfo=UTC)) == "2027年1月1日0时05分"
    with pytest.raises(ValueError, match="zone"):
        minute(datetime(2026, 3, 14, 10, 5))  # noqa: DTZ001


@pytest.mark.parametrize("code", list(MeasureCode))
def test_every_measure_has_a_sentence_without_gaps(code: MeasureCode) -> None:
    measure = OrderedMeasure(code=code, words="其他措施" if code is MeasureCode.M9 else "")
    for requested in (True, False):
        (point,) = order_points((measure,), applicant="甲", respondent="乙", requested=requested)
        assert point.number == "一"
        assert point.text.endswith("。")
        assert "{" not in point.text
        assert "None" not in point.text


def test_a_measure_in_words_needs_words() -> None:
    with pytest.raises(ValueError, match="M9"):
        order_points((OrderedMeasure(code=MeasureCode.M9, words=" 。"),), applicant="甲", respondent="乙")


def test_points_are_numbered_and_end_as_a_list() -> None:
    points = order_points(
        (
            OrderedMeasure(code=MeasureCode.M1),
            OrderedMeasure(code=MeasureCode.M5, distance_metres=500),
            OrderedMeasure(code=MeasureCode.M3, within_days=3),
        ),
        applicant="甲",
        respondent="乙",
        relatives=("丙", "丁"),
        places=(
            KnownPlace(kind=PlaceKind.HOME, words="某处"),
            KnownPlace(kind=PlaceKind.SCHOOL, words="某校"),
        ),
    )
    assert [point.number for point in points] == ["一", "二", "三"]
    assert points[0].text == "禁止被申请人乙对申请人甲实施家庭暴力；"
    assert "及其相关近亲属（丙、丁）" in points[1].text
    assert "周边500米范围内" in points[1].text
    assert points[1].text.endswith("。上述场所包括：")
    assert points[1].items == ("（1）住所：某处；", "（2）学校：某校；")
    assert points[2].text == "责令被申请人乙自收到本裁定之日起3日内迁出申请人甲的住所。"


def test_names_with_braces_are_not_templates() -> None:
    (point,) = order_points((OrderedMeasure(code=MeasureCode.M1),), applicant="{words}", respondent="{0}")
    assert point.text == "禁止被申请人{0}对申请人{words}实施家庭暴力。"


def test_sr_31_a_verification_code_has_enough_chance_and_can_be_typed() -> None:
    codes = {new_verification_code() for _ in range(500)}
    assert len(codes) == 500
    assert BITS >= 100
    assert {sign for code in codes for sign in code} == set(ALPHABET) | {"-"}
    for code in codes:
        assert normalise_verification_code(code) == code


@pytest.mark.parametrize(
    "typed",
    [
        "7k2q-9xmd-4trb-w0hc-8zve-n5pj",
        " 7K2Q 9XMD 4TRB WOHC 8ZVE N5PJ ",
        "7K2Q9XMD4TRBW0HC8ZVEN5PJ",
        "７Ｋ２Ｑ—９ＸＭＤ–4TRB-W0HC-8ZVE-N5PJ",
    ],
)
def test_sr_31_a_code_typed_another_way_is_the_same_code(typed: str) -> None:
    assert normalise_verification_code(typed) == "7K2Q-9XMD-4TRB-W0HC-8ZVE-N5PJ"


@pytest.mark.parametrize(
    "typed", ["", "7K2Q", "7K2Q-9XMD-4TRB-W0HC-8ZVE-N5P", "7K2Q-9XMD-4TRB-W0HC-8ZVE-N5P!", "9" * 10**6]
)
def test_sr_31_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert normalise_verification_code(typed) is None


def test_papers_of_many_threads_do_not_mix() -> None:
    names = [f"申请人{index}" for index in range(12)]
    papers = [specimens.acceptance_notice(applicant_name=name) for name in names]
    alone = [render(paper) for paper in papers]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(render, papers)) == alone
