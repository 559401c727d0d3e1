"""Title, byline, outlet and date as a page tells them."""

from __future__ import annotations

import json

import pytest

from briefs import read
from briefs.models import Article
from tests.briefs.read.pages import PARAGRAPHS, TITLE, page

URL = "https://www.arlen-herald.example/port/strike"


def article(content: bytes, *, url: str | None = URL, retrieved: str | None = None) -> Article:
    return read.article(content, source=url or "x.html", media_type="text/html", url=url, retrieved=retrieved)


def ld(**stated: object) -> str:
    described = {"@context": "https://schema.org", "@type": "NewsArticle", **stated}
    return f'<script type="application/ld+json">{json.dumps(described)}</script>'


def meta(**stated: str) -> str:
    return "".join(f'<meta property="{k.replace("_", ":", 1)}" content="{v}">' for k, v in stated.items())


def test_json_ld_goes_before_meta() -> None:
    found = article(
        page(
            head=ld(
                headline="Dockers stay out",
                author=[{"name": "Lena Brook"}, {"name": "Tom Ferris"}],
                publisher={"name": "Arlen Herald"},
                datePublished="2026-03-09T18:30:00+01:00",
            )
            + meta(og_title="Other", og_site_name="Other", article_published_time="2025-01-01")
        )
    )
    assert (found.title, found.author, found.outlet) == (
        "Dockers stay out",
        "Lena Brook, Tom Ferris",
        "Arlen Herald",
    )
    assert (found.published, found.published_basis) == ("2026-03-09T18:30:00+01:00", "meta")


def test_json_ld_in_a_graph_is_found_and_broken_json_ld_is_passed_over() -> None:
    broken = '<script type="application/ld+json">{"@type": </script>'
    graph = json.dumps(
        {"@graph": [{"@type": "WebSite", "name": "x"}, {"@type": "NewsArticle", "headline": "Out"}]}
    )
    assert article(page(head=f'{broken}<script type="application/ld+json">{graph}</script>')).title == "Out"


@pytest.mark.parametrize(
    ("head", "title", "expected"),
    [
        (meta(og_title=f"{TITLE} | Arlen Herald", og_site_name="Arlen Herald"), "x", TITLE),
        (meta(og_title=f"{TITLE} - arlen-herald.example"), "x", TITLE),
        (meta(og_site_name="Arlen Herald"), f"Arlen Herald: {TITLE}", f"Arlen Herald: {TITLE}"),
        (meta(og_site_name="Arlen Herald"), f"Arlen Herald – {TITLE}", TITLE),
        ("", f"{TITLE} » The Port Desk", TITLE),
        (meta(og_title="Talks – and then what?"), "x", "Talks – and then what?"),
    ],
)
def test_the_outlets_name_is_no_part_of_the_title(head: str, title: str, expected: str) -> None:
    assert article(page(head=head, title=title, heading="")).title == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<p class="byline">By <b>Lena Brook</b></p>', "Lena Brook"),
        ('<a rel="author" href="/lena">Lena Brook</a>', "Lena Brook"),
        ('<span itemprop="author"><img><span itemprop="name">Lena Brook</span> 3 h ago</span>', "Lena Brook"),
        ('<p class="byline">By Lena Brook, 9 March 2026 at 10:30 am</p>', "Lena Brook"),
        ('<p class="byline">Written by Lena Brook<br>Arlen Herald</p>', "Lena Brook Arlen Herald"),
        ('<div class="comments"><p class="author">seagull77</p></div>', None),
        ('<p class="byline">9 March 2026</p>', None),
        ('<p class="author">https://arlen-herald.example/lena</p>', None),
    ],
)
def test_a_shown_byline_is_a_name(markup: str, expected: str | None) -> None:
    assert article(page(before=markup)).author == expected


def test_without_a_site_name_the_host_is_the_outlet() -> None:
    assert article(page()).outlet == "arlen-herald.example"
    assert article(page(), url=None).outlet is None


@pytest.mark.parametrize(
    ("head", "before", "url", "expected"),
    [
        (meta(article_published_time="2026-03-09T18:30:00Z"), "", URL, ("2026-03-09T18:30:00+00:00", "meta")),
        ('<meta name="date" content="9 March 2026">', "", URL, ("2026-03-09", "meta")),
        ("", '<time datetime="2026-03-09">Monday</time>', URL, ("2026-03-09", "meta")),
        ("", "", "https://a.example/2026/03/09/strike", ("2026-03-09", "meta")),
        ("", '<span class="post-date">9 March 2026</span>', URL, ("2026-03-09", "text")),
        ("", "<p>Published 9 March 2026, 18:30</p>", URL, ("2026-03-09", "text")),
        ("", "", URL, (None, "none")),
        (meta(article_published_time="soon"), "", URL, (None, "none")),
    ],
)
def test_a_date_says_where_it_was_found(
    head: str, before: str, url: str, expected: tuple[str | None, str]
) -> None:
    found = article(page(head=head, before=before), url=url)
    assert (found.published, found.published_basis) == expected


def test_the_date_of_a_teaser_is_not_the_articles() -> None:
    teaser = '<aside class="related"><time datetime="2026-01-01">1 January</time></aside>'
    assert article(page(after=teaser)).published is None


def test_a_date_after_the_retrieval_is_not_believed() -> None:
    head = meta(article_published_time="2031-01-01")
    assert article(page(head=head), retrieved="2026-03-10T08:00:00+00:00").published is None
    assert article(page(head=head)).published == "2031-01-01"


def test_a_date_within_a_sentence_is_no_date_of_publication() -> None:
    text = "".join(
        f"<p>{p}</p>" for p in ("Mr. Renn, in office since 20 January 2025, offered to mediate.", *PARAGRAPHS)
    )
    assert article(page(body=text)).published_basis == "none"
