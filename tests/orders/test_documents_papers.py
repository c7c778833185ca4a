"""Each paper: its words (golden text), its look as a file, and that it is the same on every run."""

import io
import os
import shutil
import subprocess
from pathlib import Path

import pypdf
import pytest

from orders.documents import expectations_for, render, specimens, verify_paper
from orders.documents.papers import OrderRuling
from orders.documents.readback import read_paper, whole_text
from orders.documents.values import Condition, MeasureCode, OrderedMeasure

GOLDEN = Path(__file__).parent / "test_documents_golden"
PICTURES = Path(__file__).parents[2] / "docs" / "papers"
PAPERS = sorted(specimens.ALL)


def words_of(pdf: bytes) -> str:
    return whole_text(read_paper(pdf))


@pytest.fixture(scope="module")
def printed() -> dict[str, bytes]:
    return {name: render(specimen()) for name, specimen in specimens.ALL.items()}


@pytest.mark.parametrize("name", PAPERS)
def test_law_8_the_words_of_each_paper_are_the_reviewed_ones(name: str, printed: dict[str, bytes]) -> None:
    """Set UPDATE_GOLDEN=1 to accept new words, and read the difference before committing."""
    words = words_of(printed[name]).replace("。", "。\n").replace("；", "；\n") + "\n"
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(words, encoding="utf-8")
    assert words == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAPERS)
def test_f7_each_paper_passes_the_check_before_issue(name: str, printed: dict[str, bytes]) -> None:
    assert verify_paper(printed[name], expectations_for(specimens.ALL[name]())) == []


@pytest.mark.parametrize("name", PAPERS)
def test_sr_30_metadata_is_neutral_and_nothing_is_hidden(name: str, printed: dict[str, bytes]) -> None:
    pdf = printed[name]
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    information = {key: str(value).strip() for key, value in (reader.metadata or {}).items()}
    assert {key: value for key, value in information.items() if value} == {
        "/Title": "文书",
        "/CreationDate": "D:20000101000000Z",
        "/ModDate": "D:20000101000000Z",
    }
    packet = reader.xmp_metadata.stream.get_data().decode()  # type: ignore[union-attr]
    assert "文书" in packet
    for word in ("Typst", "typst", "/root", "/work", "李𠮷芳", "民保令", "author", "creator>"):
        assert word not in packet
    assert b"Typst" not in pdf
    root = reader.trailer["/Root"]
    for entry in ("/OCProperties", "/Names", "/AcroForm", "/OpenAction", "/AA"):
        assert entry not in root
    assert not any("/Annots" in page for page in reader.pages)
    assert len(reader.trailer.get("/Prev", ())) == 0


@pytest.mark.parametrize("name", PAPERS)
def test_sr_30_fonts_are_embedded_and_the_file_is_tagged_archival_pdf(
    name: str, printed: dict[str, bytes]
) -> None:
    reader = pypdf.PdfReader(io.BytesIO(printed[name]))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "zh-CN"
    packet = reader.xmp_metadata.stream.get_data().decode()  # type: ignore[union-attr]
    assert "<pdfaid:part>2</pdfaid:part>" in packet
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in packet
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            descriptor = font.get_object()["/DescendantFonts"][0]["/FontDescriptor"]
            assert "/FontFile3" in descriptor
            assert "/ToUnicode" in font.get_object()


@pytest.mark.parametrize("name", PAPERS)
def test_the_same_paper_gives_the_same_bytes(name: str, printed: dict[str, bytes]) -> None:
    assert render(specimens.ALL[name]()) == printed[name]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed on this machine")
def test_another_reader_finds_the_chinese_words(printed: dict[str, bytes], tmp_path: Path) -> None:
    """PDFium writes our golden text; Poppler must find the same words."""
    file = tmp_path / "paper.pdf"
    file.write_bytes(printed["ruling_respondent"])
    read = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, check=True).stdout.decode()
    bare = "".join(read.split())
    paper = specimens.respondent_ruling()
    for words in (paper.court, "民事裁定书", "李𠮷芳", "周㛃强", *(point.text for point in paper.points())):
        assert words in bare


def test_the_three_copies_are_different_renderings(printed: dict[str, bytes]) -> None:
    names = ("ruling_applicant", "ruling_respondent", "ruling_police")
    labels = ("申请人副本", "被申请人副本", "公安机关副本")
    words = {name: words_of(printed[name]) for name in names}
    assert len({printed[name] for name in names}) == 3
    for name, label in zip(names, labels, strict=True):
        assert words[name].startswith(label)
    assert "告知事项" in words["ruling_applicant"]
    assert "执行提示" in words["ruling_police"]
    assert "危险等级：高" in words["ruling_police"]
    for words_only_elsewhere in ("告知事项", "执行提示", "危险等级", "代为申请人", specimens.APPLICANT.phone):
        assert words_only_elsewhere not in words["ruling_respondent"]


@pytest.mark.parametrize("name", ["ruling_applicant", "ruling_respondent", "ruling_police"])
def test_law_8_a_ruling_holds_all_that_the_law_asks(name: str, printed: dict[str, bytes]) -> None:
    paper = specimens.ALL[name]()
    assert isinstance(paper, OrderRuling)
    words = words_of(printed[name])
    for part in (
        "成都市新津区人民法院民事裁定书（2026）川0118民保令1号",
        "申请人李𠮷芳与被申请人周㛃强申请人身安全保护令一案，本院于2026年3月14日立案后进行了审查。",
        "存在较大可能性",
        "第二十三条、第二十六条、第二十七条、第二十八条、第二十九条、第三十条",
        "（法释〔2022〕17号）第六条、第十条的规定，裁定如下：",
        "有效期自2026年3月15日起至2026年9月15日24时止",
        "可以自裁定生效之日起五日内（即2026年3月20日24时前）向本院申请复议一次。复议期间不停止裁定的执行。",
        "依法追究刑事责任",
        "给予训诫，可以根据情节轻重处以一千元以下罚款、十五日以下拘留",
        "审判员王正二〇二六年三月十五日书记员赵敏",
        "本件与原本核对无异",
        f"核验码：{paper.verification_code}",
    ):
        assert part in words
    for number, point in zip("一二三四五", paper.points(), strict=True):
        assert f"{number}、{point.text}" in words


def test_a_real_paper_has_no_demo_mark_and_a_demo_paper_has_it_on_every_page() -> None:
    demo = read_paper(render(specimens.respondent_ruling(demo=True)))
    real = read_paper(render(specimens.respondent_ruling(demo=False)))
    assert all("演示文书" in page.words for page in demo.pages)
    assert not any("演示" in page.words for page in real.pages)


def test_spc17_article_10_is_cited_only_for_its_measures() -> None:
    words = words_of(render(specimens.respondent_ruling(measures=(OrderedMeasure(code=MeasureCode.M1),))))
    assert "第六条的规定，裁定如下：一、禁止被申请人周㛃强对申请人李𠮷芳实施家庭暴力。" in words
    assert "第十条" not in words


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition.NAMED_RESPONDENT, "（一）有明确的被申请人"),
        (Condition.DEFINITE_REQUEST, "（二）有具体的请求"),
        (Condition.VIOLENCE_OR_DANGER, "（三）有遭受家庭暴力或者面临家庭暴力现实危险的情形"),
    ],
)
def test_advl_27_a_rejection_names_the_condition_that_fails(condition: Condition, words: str) -> None:
    read = words_of(render(specimens.rejection(conditions_failed=(condition,))))
    assert f"不符合《中华人民共和国反家庭暴力法》第二十七条规定的下列条件：{words}。" in read
    assert "驳回申请人李𠮷芳的申请。" in read
    assert "可以自本裁定送达之日起五日内向本院申请复议一次" in read
    assert "应予支持" not in read


def test_no_page_holds_a_signature_alone() -> None:
    """Whatever the length of the facts, the last words of the ruling stand with the signature."""
    for length in range(1, 24, 3):
        paper = specimens.respondent_ruling(facts_found="本院查明的事实之一。" * 3 * length)
        pages = read_paper(render(paper)).pages
        signed = next(page for page in pages if "本件与原本核对无异" in page.words)
        assert "十五日以下拘留" in signed.words.replace("\r\n", "")
        assert paper.verification_code in signed.words


def test_a_blank_certificate_can_be_printed_and_filled_in_by_hand() -> None:
    words = words_of(
        render(specimens.service_certificate(served_at=None, result="", refusal="", received_by=""))
    )
    assert "年月日时分" in words


def test_docs_show_every_page_of_every_paper(printed: dict[str, bytes]) -> None:
    """Made by `python -m orders.documents.pictures docs/papers`."""
    pages = {
        f"{name}-{number}.png"
        for name, pdf in printed.items()
        for number in range(1, len(read_paper(pdf).pages) + 1)
    }
    assert {file.name for file in PICTURES.glob("*.png")} == pages
    assert all(file.stat().st_size <= 150 * 1024 for file in PICTURES.glob("*.png"))
