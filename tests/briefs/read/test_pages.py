"""From a page's bytes to its article: body, headline, refusals."""

from __future__ import annotations

import hashlib
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefs import errors, read
from briefs.models import Article
from tests.briefs.read.pages import PARAGRAPHS, TITLE, page

URL = "https://www.arlen-herald.example/2026/port/strike?id=7"


def article(content: bytes, **given: object) -> Article:
    return read.article(content, **{"source": URL, "media_type": "text/html", "url": URL, **given})  # type: ignore[arg-type]


def body(content: bytes, **given: object) -> list[str]:
    return article(content, **given).text.split("\n\n")[1:]


@pytest.mark.parametrize("thorough", [True, False])
def test_the_text_is_headline_blank_line_paragraphs(thorough: bool) -> None:
    found = article(page(), thorough=thorough)
    assert found.text == "\n\n".join([TITLE, *PARAGRAPHS])
    assert found.title == TITLE
    assert found.lang == "en"
    assert found.sha256 == hashlib.sha256(found.text.encode()).hexdigest()


def test_a_page_is_known_by_its_canonical_address() -> None:
    one = article(page(head='<link rel="canonical" href="/port/strike?utm_source=mail">'))
    assert one.url == "https://www.arlen-herald.example/port/strike"
    other = article(page(head='<link rel="canonical" href="https://www.arlen-herald.example/port/strike">'))
    assert one.id == other.id


def test_a_page_cannot_pass_for_another_sites_article() -> None:
    found = article(page(head='<link rel="canonical" href="https://other.example/port/strike">'))
    assert found.url == URL


def test_a_canonical_address_that_is_only_the_front_page_does_not_count() -> None:
    assert article(page(head='<link rel="canonical" href="https://www.arlen-herald.example/">')).url == URL


def test_a_file_is_known_by_its_name() -> None:
    found = read.article(page(), source="saved pages/port-strike.html")
    assert (found.id, found.url, found.retrieved) == ("port-strike", None, None)


def test_the_headline_stands_once() -> None:
    assert body(page(before="<p class='byline'>By Lena Brook</p><p>9 March 2026</p>")) == list(PARAGRAPHS)


def test_links_to_other_stories_are_no_part_of_the_text() -> None:
    teasers = (
        "<p>Don't miss</p>"
        "<ul><li><a href='/a'>Harbour tax to rise next year</a></li>"
        "<li><a href='/b'>Ferry to Holm runs again</a> after the storm</li></ul>"
    )
    middle = "<p><a href='/c'>WATCH HOW THE NEW TERMINAL WILL LOOK</a></p>"
    text = (
        "".join(f"<p>{p}</p>" for p in PARAGRAPHS[:2])
        + middle
        + "".join(f"<p>{p}</p>" for p in PARAGRAPHS[2:])
    )
    assert body(page(body=text, after=teasers)) == list(PARAGRAPHS)


def test_a_list_of_demands_is_kept() -> None:
    demands = "<p>The union demands:</p><ul><li>no automatic cranes before 2030</li><li>a seat on the board</li></ul>"
    found = body(page(after=demands + f"<p>{PARAGRAPHS[0]} It repeated this twice.</p>"))
    assert "no automatic cranes before 2030" in found
    assert "a seat on the board" in found


def test_a_list_with_links_inside_its_sentences_is_kept() -> None:
    item = "the shipping line <a href='/brenholt'>Brenholt</a> must open its books to the union's auditors"
    assert f"{'the shipping line Brenholt must open its books'}" in " ".join(
        body(
            page(
                after=f"<ul><li>{item}</li><li>{item} every year</li></ul><p>{PARAGRAPHS[0]} So it said.</p>"
            )
        )
    )


def test_sign_up_forms_are_no_part_of_the_text() -> None:
    form = (
        "<form><h3>The Harbour Letter</h3><p>All the news of the port each morning in your inbox for nothing.</p>"
        "<input type='email'><button>Go</button></form>"
    )
    text = (
        "".join(f"<p>{p}</p>" for p in PARAGRAPHS[:3]) + form + "".join(f"<p>{p}</p>" for p in PARAGRAPHS[3:])
    )
    assert body(page(body=text)) == list(PARAGRAPHS)


def test_an_article_cut_into_several_containers_is_joined() -> None:
    more = [
        f"On day {n} of the strike the union counted {n * 7} cranes that stood still in the harbour."
        for n in range(5)
    ]
    first = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    second = "".join(f"<p>{p}</p>" for p in more)
    content = (
        f"<html><head><title>{TITLE}</title></head><body><main><h1>{TITLE}</h1>"
        f"<div><div class='article__body'>{first}</div></div><div class='ad'><span>Advertisement</span></div>"
        f"<div><div class='article__body'>{second}</div></div></main></body></html>"
    ).encode()
    assert body(content) == [*PARAGRAPHS, *more]


def test_a_row_of_figures_is_one_line() -> None:
    table = "<table><tr><th>Harbour</th><th>Ships</th></tr><tr><td>Arlen</td><td>40</td></tr></table>"
    assert "Arlen | 40" in body(page(after=table + f"<p>{PARAGRAPHS[0]} So it went.</p>"))


def test_text_that_only_json_ld_carries_is_found() -> None:
    carried = json.dumps({"@type": "NewsArticle", "headline": TITLE, "articleBody": "\n\n".join(PARAGRAPHS)})
    content = page(
        head=f'<script type="application/ld+json">{carried}</script>', body="<p>Loading the story.</p>"
    )
    assert body(content) == list(PARAGRAPHS)


def test_a_page_without_a_title_begins_with_its_text() -> None:
    found = article(page(title=None, heading=""))
    assert found.text == "\n\n".join(PARAGRAPHS)
    assert found.text.startswith(found.title.rstrip("…"))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"<html><head><title>Port</title></head><body></body></html>", id="empty body"),
        pytest.param(page(body="<p>Nothing here.</p>"), id="one short line"),
        pytest.param(
            page(
                body="<ul>"
                + "".join(f"<li><a href='/{n}'>Story number {n} of today</a></li>" for n in range(40))
            ),
            id="only links",
        ),
        pytest.param(("<p>" + "x9$" * 2000 + "</p>").encode(), id="noise"),
        pytest.param(b"  \n ", id="blank"),
    ],
)
def test_a_page_without_an_article_is_refused(content: bytes) -> None:
    with pytest.raises(errors.NotAnArticle, match=r"paste|check"):
        article(content)


STUB = f"<p>{PARAGRAPHS[0]}</p>"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            page(body=STUB + "<div class='wall'>Subscribe to continue reading.</div>"), id="said in words"
        ),
        pytest.param(
            page(
                head='<script type="application/ld+json">'
                '{"@type": "NewsArticle", "headline": "x", "isAccessibleForFree": "False"}</script>',
                body=STUB,
            ),
            id="said in mark-up",
        ),
    ],
)
def test_a_stub_before_a_paywall_is_refused(content: bytes) -> None:
    with pytest.raises(errors.Paywalled, match="paste"):
        article(content)


def test_a_whole_article_is_read_though_the_page_asks_to_subscribe() -> None:
    long = [f"{p} The {n}th week of the strike began." for n in range(3) for p in PARAGRAPHS]
    text = "".join(f"<p>{p}</p>" for p in long)
    asks = "<div class='wall'>Subscribe to continue reading our other stories.</div>"
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
    )
    assert body(page(head=head, body=text, after=asks))[: len(long)] == long


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("image/png", b"\x89PNG\r\n\x1a\n" + bytes(200)),
        ("application/zip", b"PK\x03\x04" + bytes(200)),
        ("application/json", b'{"a": 1}'),
        ("", b"\x00\x01\x02\x03" * 100),
        ("application/pdf", b"<html>not a pdf</html>"),
        ("text/plain", bytes(range(32)) * 30),
    ],
)
def test_what_is_neither_page_text_nor_pdf_is_refused(media_type: str, content: bytes) -> None:
    with pytest.raises(errors.UnsupportedType, match="please"):
        article(content, media_type=media_type)


def test_html_is_recognised_without_a_type() -> None:
    for media_type in ("", "application/octet-stream", "text/plain"):
        assert article(page(), media_type=media_type).title == TITLE


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"<html><body>" + b"<div>" * 5_000 + b"deep", id="deep"),
        pytest.param(b"<html><body>" + b"<p>short.</p>" * 100_000, id="many"),
        pytest.param(b"<html>" + b"<" * 200_000, id="brackets"),
    ],
)
@pytest.mark.parametrize("thorough", [True, False])
def test_a_page_beyond_measure_is_given_up_at_once(content: bytes, thorough: bool) -> None:
    with pytest.raises(errors.TooComplex, match="paste"):
        article(content, thorough=thorough)


def attempt(content: bytes, **given: object) -> str:
    """The article's text, or the one sentence that says why there is none."""
    try:
        return article(content, **given).text
    except errors.Unreadable as refused:
        return re.fullmatch(r"[^\n]+\.", refused.message)[0]  # type: ignore[index]


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from(["", "text/html", "text/plain", "application/pdf"]),
    st.booleans(),
)
def test_any_bytes_give_an_article_or_one_clear_sentence(
    content: bytes, media_type: str, thorough: bool
) -> None:
    outcome = attempt(content, source="x", media_type=media_type, url=None, thorough=thorough)
    assert outcome.strip()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<div>", "</div>", "<ul><li>", "</li>", "<table><tr><td>", "<a href=x>", "</a>", "<br>",
             "<h2>", "<form>", "&amp;", "&#0;", "\x00", "<!--", "<script>", PARAGRAPHS[0], "two words", "“", "—"]
        ),
        max_size=40,
    )
)  # fmt: skip
def test_any_mark_up_gives_an_article_or_one_clear_sentence(parts: list[str]) -> None:
    assert attempt(page(body="".join(parts))).strip()
