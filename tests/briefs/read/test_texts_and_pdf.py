"""Plain text, Markdown and PDF."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs import errors, read
from tests.briefs.read.pages import PARAGRAPHS, TITLE, pdf

TEXT = "\n\n".join([TITLE, *PARAGRAPHS])


def test_a_text_file_is_kept_code_point_for_code_point() -> None:
    text = TEXT.replace("\n", "\r\n") + "\r\n \u200b\ttail\u00a0\n\n"
    found = read.article(text.encode(), source="notes/strike.txt", media_type="text/plain")
    assert found.text == text
    assert (found.id, found.title, found.lang) == ("strike", TITLE, "en")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200))
def test_any_text_after_a_headline_is_kept(tail: str) -> None:
    text = TEXT + "\n\n" + tail
    assert read.article(text.encode(), source="-", media_type="text/plain").text == text


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        assert read.article(TEXT.encode(encoding), source="x.txt", media_type="text/plain").text == TEXT


def test_the_title_of_a_text_without_headline_is_its_beginning() -> None:
    found = read.article(PARAGRAPHS[0].encode(), source="-", media_type="text/plain")
    assert PARAGRAPHS[0].startswith(found.title.removesuffix("…"))
    assert len(found.title) <= 101


def test_a_markdown_heading_is_the_title_without_its_marks() -> None:
    found = read.article(f"# {TITLE}\n\n{PARAGRAPHS[0]}\n".encode(), source="a.md", media_type="")
    assert found.title == TITLE
    assert found.text.startswith("# ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"{TITLE}\n\nMara Olsen at the gate, Port Arlen, 9 March 2026\n\n{PARAGRAPHS[0]}",
            ("2026-03-09", "caption"),
        ),
        (
            (
                f"{TITLE}\n\n{PARAGRAPHS[0]}\n\nThe gate of the harbour on the second of the two days, seen from the sea wall "
                f"by our photographer, 8 March 2026\n\n{PARAGRAPHS[1]}\n\n{PARAGRAPHS[2]}\n\n{PARAGRAPHS[3]}\n\n"
                f"{PARAGRAPHS[4]}\n\n{PARAGRAPHS[0]}"
            ),
            ("2026-03-08", "caption"),
        ),
        (f"{TITLE}\n\n9 March 2026\n\n{PARAGRAPHS[0]}", ("2026-03-09", "text")),
        (f"{TITLE}\n\nPORT ARLEN, 9 March 2026 (Harbour Agency) - {PARAGRAPHS[0]}", ("2026-03-09", "text")),
        (f"{TITLE}\n\n{PARAGRAPHS[0]}\n\nUpdated 9 March 2026", ("2026-03-09", "text")),
        (f"{TITLE}\n\nMr. Renn took office on 20 January 2025. {PARAGRAPHS[0]}", (None, "none")),
        (f"{TITLE}\n\n{PARAGRAPHS[0]}", (None, "none")),
    ],
)
def test_a_text_tells_its_date_in_a_line_or_a_caption(text: str, expected: tuple[str | None, str]) -> None:
    found = read.article(text.encode(), source="x.txt", media_type="text/plain")
    assert (found.published, found.published_basis) == expected


@pytest.mark.parametrize("text", ["", " \n ", "1234 5678", "…"])
def test_a_file_without_words_is_refused(text: str) -> None:
    with pytest.raises(errors.NotAnArticle, match=r"paste|check"):
        read.article(text.encode(), source="x.txt", media_type="text/plain")


PAGE_ONE = f"""{TITLE}

The dockers of Port Arlen said on Monday that they would not return to work before nego-
tiations with Brenholt Lines about its plan for an automatic terminal have begun.
The harbour master offered to mediate.

Brenholt Lines answered that it was ready to talk about hours but not about the terminal,
which it calls settled and paid for.
"""


def test_a_pdf_becomes_paragraphs() -> None:
    found = read.article(pdf(PAGE_ONE), source="strike.pdf")
    headline, *paragraphs = found.text.split("\n\n")
    assert (headline, found.title) == (TITLE, TITLE)
    assert paragraphs[0].startswith("The dockers of Port Arlen said")
    assert "before negotiations with Brenholt Lines" in paragraphs[0]
    assert paragraphs[-1].endswith("which it calls settled and paid for.")


def test_running_heads_and_page_numbers_are_no_part_of_the_text() -> None:
    pages = [
        f"The Arlen Herald\n{PAGE_ONE.replace('Monday', day)}\n{n}"
        for n, day in enumerate(("Monday", "Tuesday", "Friday"), 1)
    ]
    text = read.article(pdf(*pages), source="strike.pdf").text
    assert "Arlen Herald" not in text
    assert "\n2" not in text


def test_a_pdf_states_author_and_date() -> None:
    found = read.article(
        pdf(PAGE_ONE, info="/Author (Lena Brook) /Title (report.indd) /CreationDate (D:20260309101500)"),
        source="s.pdf",
    )
    assert (found.author, found.title) == ("Lena Brook", TITLE)
    assert (found.published, found.published_basis) == ("2026-03-09", "meta")


def _written(*, password: str = "", pages: int = 1) -> bytes:
    import pypdf

    writer = pypdf.PdfWriter()
    if password:
        writer.append(io.BytesIO(pdf(PAGE_ONE)))
        writer.encrypt(password, algorithm="RC4-128")
    else:
        for _ in range(pages):
            writer.add_blank_page(595, 842)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_what_is_called_a_text_and_is_none_is_refused_as_such() -> None:
    with pytest.raises(errors.UnsupportedType, match="called a text but"):
        read.article(bytes(range(256)) * 9, source="x.txt", media_type="text/plain")


@pytest.mark.parametrize(
    ("content", "kind", "said"),
    [
        pytest.param(_written(password="gull"), errors.UnsupportedType, "password", id="locked"),
        pytest.param(_written(), errors.UnsupportedType, "pictures", id="scan"),
        pytest.param(b"%PDF-1.7\nbroken", errors.UnsupportedType, "damaged", id="damaged"),
        pytest.param(_written(pages=301), errors.TooComplex, "pages", id="long"),
        pytest.param(
            pdf("Menu\nFish and potatoes with green peas"), errors.NotAnArticle, "No article", id="menu"
        ),
    ],
)
def test_a_pdf_that_cannot_be_read_says_why(content: bytes, kind: type[errors.Unreadable], said: str) -> None:
    with pytest.raises(kind, match=said):
        read.article(content, source="x.pdf", media_type="application/pdf")
