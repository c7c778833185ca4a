"""What the screens accept, and the sentence she reads when something cannot be right (SR-29)."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from cases.filing import forms as screens
from cases.filing.fields import whole_date
from cases.filing.identity import born_on, check_sign, checked_number
from cases.filing.passphrase import PassphraseField
from cases.filing.proposals import measure_choices, proposed_measures
from cases.filing.steps import STEPS
from cases.vocabulary import Answer, DangerSign, IdentityKind, IncidentKind, Relation
from deadlines.profile import load_profile

TODAY = date(2026, 3, 11)
GOOD_ID = "51011819900203002" + check_sign("51011819900203002")


def fill(form: type[screens.StepForm], **typed: str | list[str]) -> screens.StepForm:
    data = QueryDict(mutable=True)
    for name, value in typed.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return form(data, today=TODAY, regions=[("510118", "新津区")])


def first_error(form: screens.StepForm, field: str) -> str:
    return str(form.errors[field][0])


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (GOOD_ID[:17], "现在有 17 位"),
        (GOOD_ID + "1", "现在有 19 位"),
        ("A" + GOOD_ID[1:], "只有数字"),
        ("99" + GOOD_ID[2:], "前两位不对"),
        ("510118199013320020", "出生日期"),
        ("510118202712310020", "出生日期"),
        ("510118189912310020", "出生日期"),
        (GOOD_ID[:17] + ("0" if GOOD_ID[17] != "0" else "1"), "最后一位对不上"),
    ],
)
def test_sr_29_a_wrong_identity_number_says_where_to_look_and_may_be_skipped(number, words):
    with pytest.raises(ValidationError) as refused:
        checked_number(IdentityKind.RESIDENT, number, today=TODAY)
    sentence = refused.value.messages[0]
    assert words in sentence
    assert "也可以先不填" in sentence
    assert number not in sentence


def test_sr_29_an_identity_number_is_read_however_it_is_typed():
    with_x = next(
        f"5101181990020300{n}" + "X" for n in range(10) if check_sign(f"5101181990020300{n}") == "X"
    )
    spaced = f"{with_x[:6]} {with_x[6:14]} {with_x[14:17]}ｘ"
    assert checked_number(IdentityKind.RESIDENT, spaced, today=TODAY) == with_x
    assert born_on(with_x) == date(1990, 2, 3)
    assert checked_number(IdentityKind.RESIDENT, "   ", today=TODAY) == ""


@pytest.mark.parametrize(
    ("kind", "number", "is_right"),
    [
        (IdentityKind.HK_MACAO, "H12345678", True),
        (IdentityKind.HK_MACAO, "12345678", False),
        (IdentityKind.TAIWAN, "12345678", True),
        (IdentityKind.TAIWAN, "1234567", False),
        (IdentityKind.PASSPORT, "E12345678", True),
        (IdentityKind.PASSPORT, "E1", False),
    ],
)
def test_sr_29_papers_from_elsewhere_are_possible(kind, number, is_right):
    if is_right:
        assert checked_number(kind, number, today=TODAY) == number
    else:
        with pytest.raises(ValidationError, match="也可以先不填"):
            checked_number(kind, number, today=TODAY)


def test_inv_21_no_paper_is_needed():
    form = fill(screens.WhoForm, name="林小雨")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["identity_number"] == ""
    assert form.cleaned_data["identity_kind"] == ""


def test_sr_29_birth_day_and_number_must_agree_and_one_fills_the_other():
    other_day = fill(
        screens.WhoForm, name="林小雨", identity_kind="resident", identity_number=GOOD_ID,
        born_year="1990", born_month="2", born_day="4",
    )  # fmt: skip
    assert "不一样" in first_error(other_day, "identity_number")
    from_number = fill(screens.WhoForm, name="林小雨", identity_kind="resident", identity_number=GOOD_ID)
    assert from_number.is_valid()
    assert from_number.cleaned_data["born_on"] == date(1990, 2, 3)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (("1990", "2", "31"), "没有这一天"),
        (("2026", "3", "12"), "还没到"),
        (("1899", "12", "31"), "四位数"),
        (("90", "1", "1"), "四位数"),
        (("1990", "", ""), "年、月、日"),
        (("今年", "1", "1"), "年、月、日"),
    ],
)
def test_sr_29_impossible_and_future_dates_say_how_to_fix_them(parts, words):
    with pytest.raises(ValidationError, match=words):
        whole_date(*parts, today=TODAY)


def test_sr_29_dates_typed_full_width_or_left_empty_are_fine():
    assert whole_date("１９９０", "２", "３", today=TODAY) == date(1990, 2, 3)
    assert whole_date("", " ", "", today=TODAY) is None
    assert whole_date("2026", "3", "11", today=TODAY) == TODAY


def test_sr_29_a_long_statement_with_emoji_is_kept_whole():
    told = "他又打我😢👩‍👧 " * 900  # about 9,000 signs
    form = fill(screens.StoryForm, statement=told)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["statement"] == told.strip()


def test_sr_29_the_limit_of_a_statement_counts_signs_and_says_how_many():
    assert fill(screens.StoryForm, statement="家" * 20_000).is_valid()
    form = fill(screens.StoryForm, statement="家" * 20_001)
    assert "20000" in first_error(form, "statement")
    assert "20001" in first_error(form, "statement")
    assert "maxlength" not in str(form["statement"])


def test_sr_29_line_breaks_of_a_browser_count_once():
    form = fill(screens.StoryForm, statement="一\r\n二")
    assert form.is_valid()
    assert form.cleaned_data["statement"] == "一\n二"


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\x07", "\x85", "\u200f"])
def test_sr_29_signs_that_turn_or_hide_text_are_refused(hidden):
    form = fill(screens.StoryForm, statement=f"他说{hidden}什么")
    assert "看不见的特殊符号" in first_error(form, "statement")


def test_sr_29_nul_is_refused():
    assert not fill(screens.StoryForm, statement="他说\x00什么").is_valid()


def test_sr_29_text_is_kept_in_one_form_and_rare_characters_stay():
    form = fill(screens.WhoForm, name="𠮷㛃 e\u0301")
    assert form.is_valid()
    assert form.cleaned_data["name"] == "𠮷㛃 \u00e9"


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "请写下您的姓名"), ("   ", "请写下您的姓名"), ("林" * 51, "最多写 50 个字，现在有 51 个")],
)
def test_sr_29_a_name_is_needed_and_at_most_fifty_signs(name, words):
    assert words in first_error(fill(screens.WhoForm, name=name), "name")


@pytest.mark.parametrize(
    "phone", ["13800000000", "138 0000 0000", "+86-138-0000-0000", "028-82522222", "１３８００００００００"]
)
def test_sr_29_a_telephone_number_is_taken_as_people_write_it(phone):
    form = fill(screens.YoursForm, phone=phone)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["phone"].lstrip("+").isdigit()


@pytest.mark.parametrize(("phone", "words"), [("1380", "位数"), ("1" * 16, "位数"), ("微信 abc", "只写数字")])
def test_sr_29_a_telephone_number_that_cannot_be_one_is_explained(phone, words):
    sentence = first_error(fill(screens.YoursForm, phone=phone), "phone")
    assert words in sentence
    assert phone not in sentence


def test_the_other_persons_name_may_be_unknown():
    silent = fill(screens.OtherForm, relation="spouse")
    assert "不知道真名" in first_error(silent, "name")
    unknown = fill(screens.OtherForm, relation="spouse", unknown_name="on")
    assert unknown.is_valid(), unknown.errors


def test_one_of_three_places_is_enough_and_none_says_what_to_do():
    assert fill(screens.PlaceForm, incident_region="510118").is_valid()
    assert "至少选一个" in first_error(fill(screens.PlaceForm), "applicant_region")
    assert not fill(screens.PlaceForm, incident_region="999999").is_valid()


@pytest.mark.parametrize(("channel", "field"), [("sms", "phone"), ("call", "phone"), ("email", "email")])
def test_sr_06_a_channel_needs_its_address_and_no_channel_needs_nothing(channel, field):
    assert "不要联系我" in first_error(fill(screens.YoursForm, channel=channel), field)
    assert fill(screens.YoursForm, channel="none").is_valid()
    assert fill(screens.YoursForm).is_valid()


def test_sr_06_hours_go_forward():
    form = fill(screens.YoursForm, hour_from="20", hour_until="8")
    assert "早于" in first_error(form, "hour_from")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("short", "至少 8 个字符，现在有 5 个"),
        ("password123", "容易被猜到"),
        ("11111111", "容易被猜到"),
        ("12121212", "容易被猜到"),
    ],
)
def test_sr_05_a_weak_passphrase_is_refused_with_a_reason(typed, words):
    with pytest.raises(ValidationError, match=words):
        PassphraseField(is_new=True).clean(typed)


def test_sr_05_a_passphrase_is_the_same_however_it_was_typed():
    chosen = PassphraseField(is_new=True).clean("窗外的桂花 ２０２６")
    assert PassphraseField(is_new=False).clean(" 窗外的桂花 2026 ") == chosen


def test_sr_05_no_password_box_so_that_no_browser_offers_to_keep_it():
    for is_new in (True, False):
        assert PassphraseField(is_new=is_new).widget.input_type == "text"


def test_few_answers_are_required():
    empty = {step.slug: fill(step.form) for step in STEPS}
    required = [(slug, field) for slug, form in empty.items() for field in form.errors]
    assert len(required) + 2 <= 15  # and, on the last screen, "true" and a passphrase
    assert len(STEPS) + 1 <= 8


def test_inv_50_skipping_every_danger_question_is_an_answer():
    form = fill(screens.NowForm)
    assert form.is_valid()
    assert set(form.fields) == set(DangerSign.values)
    assert not list(form.said())


def test_measures_are_proposed_from_her_answers_and_explained_in_plain_words():
    answers = {
        "story": {"kinds": [IncidentKind.FOLLOWED, IncidentKind.MESSAGES]},
        "now": {DangerSign.CHILD_HURT: Answer.YES, DangerSign.NEXT_DAY: Answer.YES},
        "other": {"relation": Relation.SPOUSE},
    }
    assert proposed_measures(answers) == ["M1", "M2", "M3", "M4", "M5", "M7"]
    assert proposed_measures({}) == ["M1"]
    assert {code for code, _words in measure_choices()} == set(load_profile("cn").measures)
