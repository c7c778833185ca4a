"""The check before issue finds what it is for."""

import io
from collections.abc import Callable

import pypdf
import pytest
from pypdf.annotations import FreeText

from orders.documents import Expectations, ProblemKind, expectations_for, render, specimens, verify_paper


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render(specimens.respondent_ruling())


def changed(pdf: bytes, change: Callable[[pypdf.PdfWriter], object]) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def kinds(pdf: bytes, expectations: Expectations) -> set[ProblemKind]:
    return {problem.kind for problem in verify_paper(pdf, expectations)}


def test_f7_a_good_paper_has_no_problem(pdf: bytes) -> None:
    assert verify_paper(pdf, expectations_for(specimens.respondent_ruling())) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "（2026）川0118民保令2号"},
        {"judge": "另一人"},
        {"verification_code": "0000-0000-0000-0000-0000-0000"},
        {"measures": specimens.MEASURES[:2]},
        {"valid_until_on": specimens.respondent_ruling().made_on},
        {"known_places": ()},
    ],
)
def test_f7_a_paper_of_other_facts_is_found(pdf: bytes, changes: dict[str, object]) -> None:
    other = specimens.respondent_ruling(**changes)
    assert kinds(pdf, expectations_for(other)) == {ProblemKind.MISSING}


def test_f7_another_copy_is_found(pdf: bytes) -> None:
    assert kinds(pdf, expectations_for(specimens.applicant_ruling())) == {ProblemKind.MISSING}


def test_f7_a_lost_page_and_a_blank_page_are_found(pdf: bytes) -> None:
    expected = expectations_for(specimens.respondent_ruling())
    assert ProblemKind.MISSING in kinds(changed(pdf, lambda writer: writer.remove_page(1)), expected)
    assert ProblemKind.BLANK_PAGE in kinds(changed(pdf, lambda writer: writer.add_blank_page()), expected)


def test_f7_a_file_that_is_no_pdf_is_found() -> None:
    assert kinds(b"not a paper", Expectations()) == {ProblemKind.UNREADABLE}


def test_sr_30_metadata_comments_and_attachments_are_found(pdf: bytes) -> None:
    expected = expectations_for(specimens.respondent_ruling())
    named = changed(pdf, lambda writer: writer.add_metadata({"/Author": "somebody"}))
    assert ProblemKind.METADATA in kinds(named, expected)
    note = FreeText(text="note", rect=(50, 50, 200, 100))
    assert ProblemKind.HIDDEN in kinds(changed(pdf, lambda writer: writer.add_annotation(0, note)), expected)
    attached = changed(pdf, lambda writer: writer.add_attachment("a.txt", b"x"))
    assert ProblemKind.HIDDEN in kinds(attached, expected)


def test_sr_30_words_without_ink_and_words_off_the_page_are_found(pdf: bytes) -> None:
    expected = expectations_for(specimens.respondent_ruling())
    invisible = changed(pdf, lambda writer: redraw(writer, b"0 Tr", b"3 Tr"))
    assert ProblemKind.HIDDEN in kinds(invisible, expected)
    outside = changed(pdf, lambda writer: redraw(writer, b" cm/c0 cs", b" cm 1 0 0 1 900 0 cm/c0 cs"))
    assert ProblemKind.OFF_PAGE in kinds(outside, expected)


def redraw(writer: pypdf.PdfWriter, before: bytes, after: bytes) -> None:
    """Change a drawing operator wherever it stands on the first page."""
    page = writer.pages[0]
    stream = pypdf.generic.DecodedStreamObject()
    drawing = page.get_contents().get_data()  # type: ignore[union-attr]
    assert before in drawing
    stream.set_data(drawing.replace(before, after))
    page[pypdf.generic.NameObject("/Contents")] = writer._add_object(stream)


def test_a_demo_paper_cannot_pass_for_a_real_one_nor_the_reverse(pdf: bytes) -> None:
    real = specimens.respondent_ruling(demo=False)
    assert kinds(pdf, expectations_for(real)) == {ProblemKind.FORBIDDEN}
    assert kinds(render(real), expectations_for(specimens.respondent_ruling())) == {ProblemKind.MISSING}
