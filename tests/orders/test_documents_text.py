"""What people type: exact where it binds, never a reason to refuse where it is free, never markup."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orders.documents import (
    ApplicantAsServed,
    DocumentNotPrintable,
    FullIdentity,
    KnownPlace,
    PlaceKind,
    RespondentIdentity,
    expectations_for,
    render,
    specimens,
    verify_paper,
)
from orders.documents.fonts import printable_code_points
from orders.documents.readback import read_paper, whole_text
from orders.documents.text import exact, free_body, free_line, is_printable, with_breaks
from orders.documents.values import MeasureCode, OrderedMeasure

HOSTILE = (
    '#read("/etc/passwd") #panic() $x^2$ *a* _b_ `c` <d> @e // f /* g */ \\ #[h] ] } = i - j "k" \'l\' ~'
)


def words_of(paper: object) -> str:
    return whole_text(read_paper(render(paper)))  # type: ignore[arg-type]


@pytest.mark.parametrize("character", "𠮷㛃〇·〔〕①㎡")
def test_sr_30_rare_characters_are_in_the_fonts(character: str) -> None:
    assert is_printable(character)


def test_every_character_of_gb_2312_prints() -> None:
    rows = (bytes([high, low]) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    characters = [text for row in rows if (text := row.decode("gb2312", "ignore"))]
    assert len(characters) == 6763
    assert not [character for character in characters if not is_printable(character)]


def test_sr_30_rare_characters_in_names_print_exactly() -> None:
    paper = specimens.respondent_ruling(
        applicant=ApplicantAsServed(name="𠮷㛃𬱖"), respondent=RespondentIdentity(name="䶮㐂")
    )
    pdf = render(paper)
    assert verify_paper(pdf, expectations_for(paper)) == []
    assert "申请人：𠮷㛃𬱖。" in whole_text(read_paper(pdf))


@pytest.mark.parametrize(
    "character", ["\U00016fe6", "ꆈ", "🙂", "\u202e", "\x00", "\n", "\ud800", "\u200b", "\ue000"]
)
def test_sr_30_a_name_without_a_glyph_is_refused_and_named(character: str) -> None:
    with pytest.raises(DocumentNotPrintable) as refused:
        render(specimens.applicant_ruling(applicant=FullIdentity(name=f"李{character}")))
    assert refused.value.field == "applicant.name"
    assert refused.value.character == character
    assert f"U+{ord(character):04X}" in str(refused.value)


def test_a_measure_in_words_must_print_exactly() -> None:
    with pytest.raises(DocumentNotPrintable):
        render(specimens.respondent_ruling(measures=(OrderedMeasure(code=MeasureCode.M9, words="不得🔪"),)))


def test_what_is_typed_is_never_read_as_markup() -> None:
    paper = specimens.application(narrative=HOSTILE, last_incident=HOSTILE)
    words = words_of(paper).replace("\u200b", "")
    assert words.count("".join(HOSTILE.split())) == 2
    assert "root:" not in words


def test_what_is_typed_into_exact_fields_is_never_read_as_markup() -> None:
    words = words_of(specimens.acceptance_notice(applicant_name=HOSTILE))
    assert "".join(HOSTILE.split()) in words


def test_nine_thousand_characters_with_emoji_print_whole() -> None:
    narrative = "".join(f"第{number}次他打我😭😡。" for number in range(1, 800))[:9000]
    paper = specimens.application(narrative=narrative)
    pdf = render(paper)
    assert verify_paper(pdf, expectations_for(paper)) == []
    words = whole_text(read_paper(pdf))
    assert "第1次他打我〔表情〕。第2次" in words
    assert words.count("〔表情〕") == narrative.count("😭")
    assert f"有{narrative.count('😭')}处表情或者其他无法打印的字符" in words


def test_known_as_may_be_a_nickname_with_emoji() -> None:
    respondent = RespondentIdentity(name="周强", known_as="宝贝💕")
    assert "又称宝贝〔表情〕" in words_of(specimens.application(respondent=respondent))


@pytest.mark.parametrize(
    ("typed", "printed", "replaced"),
    [
        ("好", "好", 0),
        ("好😀😀好", "好〔表情〕好", 1),
        ("👨‍👩‍👧 和 🏳️‍🌈", "〔表情〕 和 〔表情〕", 2),
        ("👍🏽", "〔表情〕", 1),
        ("❤\ufe0f", "〔表情〕" if not is_printable("❤") else "❤", 0 if is_printable("❤") else 1),
        ("ꆈꌠꁱꂷ", "〔4个字符无法打印〕", 1),
        ("ꆈ ꌠ", "〔1个字符无法打印〕 〔1个字符无法打印〕", 2),
        ("a\x00b", "a〔1个字符无法打印〕b", 1),
        ("\u202eabc", "〔1个字符无法打印〕abc", 1),
        ("a\tb\u00a0c", "a b c", 0),
        ("\ud800", "〔1个字符无法打印〕", 1),
    ],
)
def test_free_words_show_what_could_not_be_printed(typed: str, printed: str, replaced: int) -> None:
    result = free_line(typed)
    assert (result.words, result.replaced) == (printed, replaced)


def test_free_words_keep_their_paragraphs() -> None:
    assert free_body("一\r\n二\n\n三\u2028四") == (["一", "二", "三", "四"], 0)


@pytest.mark.parametrize(
    "word", ["a" * 9000, "！" * 300, "（" * 300, "ー" * 300, "http://a.cn/" + "x1_" * 200]
)
def test_a_word_longer_than_a_line_stays_on_the_page(word: str) -> None:
    paper = specimens.application(narrative=f"他发来{word}完", last_incident=word[:300])
    pdf = render(paper)
    assert verify_paper(pdf, expectations_for(paper)) == []
    assert f"他发来{word}完" in whole_text(read_paper(pdf))


def test_what_is_longer_than_a_page_goes_on_to_the_next() -> None:
    places = tuple(
        KnownPlace(kind=PlaceKind.SCHOOL, words=f"第{number}处" + "很长的地名" * 8) for number in range(60)
    )
    measures = (
        OrderedMeasure(code=MeasureCode.M5, distance_metres=100),
        OrderedMeasure(code=MeasureCode.M9, words="不得进入某处并且不得停留，" * 100 + "直至期满"),
    )
    respondent = RespondentIdentity(name="周强", known_as="绰号" * 400, residence="某街道" * 600)
    paper = specimens.respondent_ruling(known_places=places, measures=measures, respondent=respondent)
    pdf = render(paper)
    assert verify_paper(pdf, expectations_for(paper)) == []
    assert "某街道" * 600 in whole_text(read_paper(pdf))


def test_breaks_change_no_word() -> None:
    assert with_breaks("短 words 不变") == "短 words 不变"
    assert with_breaks("a" * 30).replace("\u200b", "") == "a" * 30


def test_a_field_named_exact_is_not_touched() -> None:
    assert exact("（2026）川0118民保令1号", field="number") == "（2026）川0118民保令1号"


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=400))
@example("\u0301" * 50)
@example("\u2066\u2069\ufeff")
@example("\ufffd\uffff\U0010ffff")
def test_any_free_text_prints_and_passes_the_check(typed: str) -> None:
    paper = specimens.application(narrative=typed, last_incident=typed, own_request=typed)
    assert verify_paper(render(paper), expectations_for(paper)) == []


printable_text = st.text(st.sampled_from(sorted(printable_code_points())).map(chr), min_size=1, max_size=30)


@settings(max_examples=40, deadline=None)
@given(st.one_of(printable_text, st.text(min_size=1, max_size=50)))
def test_any_name_prints_exactly_or_is_refused(name: str) -> None:
    paper = specimens.acceptance_notice(applicant_name=name)
    try:
        pdf = render(paper)
    except DocumentNotPrintable as refused:
        assert refused.character in name
        assert not is_printable(refused.character)
    else:
        assert all(map(is_printable, name))
        assert len(read_paper(pdf).pages) >= 1
