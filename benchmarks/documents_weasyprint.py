"""The same ruling set by WeasyPrint, for documents_pdf.py to show beside ours. Used only where it is installed."""

from html import escape

from orders.documents.fonts import font_folders
from orders.documents.papers import RespondentRuling
from orders.documents.readback import read_paper
from orders.documents.rendering import render

STYLE = """
@page {{ size: A4; margin: 33mm 26mm 30mm 28mm; @bottom-center {{ content: "第" counter(page) "页　共" counter(pages) "页" }} }}
{faces}
body {{ font: 16pt/28pt Paper; text-align: justify }}
p {{ margin: 0; text-indent: 2em }}
"""


def html_of(paper: RespondentRuling) -> str:
    """The words of our own PDF, one paragraph a sentence, in the same fonts and measures."""
    words = "".join(page.words for page in read_paper(render(paper)).pages)
    paragraphs = "".join(f"<p>{escape(line)}。</p>" for line in "".join(words.split()).split("。") if line)
    files = [file for folder in font_folders() for file in sorted(folder.glob("*.otf"))]
    faces = "".join(
        f'@font-face {{ font-family: Paper; src: url("{file.as_uri()}") }}' for file in files[-1:]
    )
    style = STYLE.format(faces=faces)
    return f'<html lang="zh-CN"><title>文书</title><style>{style}</style><body>{paragraphs}</body></html>'


def set_by_weasyprint(html: str) -> bytes:
    """A PDF of the same kind (PDF/UA). Raises ImportError where WeasyPrint is not installed."""
    from weasyprint import HTML

    return HTML(string=html).write_pdf(pdf_variant="pdf/ua-1")
