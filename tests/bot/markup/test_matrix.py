from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from bot.markup.matrix import ALLOWED_ATTRIBUTES, ALLOWED_TAGS, Rendered, messages
from briefs.markdown import escape, line

_REPRESENTATION_BYTES = 25_000
_EVENT_BYTES = 65_536
_ENVELOPE_BYTES = 3_000  # relations, keys, ids, signatures

hostile = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(
            [
                "<script>alert(1)</script>",
                '<img src=x onerror="x">',
                "<b onclick=x>",
                "<!channel>",
                "<@U1>",
                "@room",
                "@anna:localhost",
                "https://matrix.to/#/@anna:localhost",
                "[a](https://matrix.to/#/@anna:localhost)",
                "[a](https://MATRIX.to./#/@anna:localhost)",
                "[a](https://m%61trix.to/#/@anna:localhost)",
                "[a](javascript:alert(1))",
                "[a](matrix:u/anna:localhost)",
                "[a](https://news.example/?a=1&b=<2>)",
                "![a](mxc://localhost/x)",
                "&lt;script&gt;",
                "&#0;",
                "&#13;",
                "\x00",
                "**",
                "~~",
                "`",
                "\n\n",
                "\n- ",
                "\n   1. ",
                "\n> ",
                "\n# ",
                "\n```\n",
                "\n\n| a | b |\n|---|---|\n| c | d |\n\n",
                "\n---\n",
                "  \n",
            ]
        ),
    ),
    max_size=30,
).map("".join)


class Seen(HTMLParser):
    """What a client makes of the HTML."""

    def __init__(self, rendered: Rendered) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.open: list[str] = []
        self.hrefs: list[str] = []
        self.feed(rendered.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED_TAGS
        assert {name for name, _ in attrs} <= ALLOWED_ATTRIBUTES.get(tag, set())
        self.hrefs += [value or "" for name, value in attrs if name == "href"]
        if tag == "br":
            self.text += "\n"
        elif tag != "hr":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)


def check(rendered: Rendered) -> None:
    """What holds for every message."""
    seen = Seen(rendered)
    assert not seen.open
    for href in seen.hrefs:
        assert urlsplit(href).scheme in {"http", "https"}
        assert "matrix.to" not in unquote(urlsplit(href).hostname or "")
    assert len(rendered.html.encode()) <= _REPRESENTATION_BYTES
    assert len(rendered.body.encode()) <= _REPRESENTATION_BYTES
    plaintext = json.dumps({"body": rendered.body, "formatted_body": rendered.html})  # as nio encrypts it
    assert len(plaintext) * 4 / 3 + _ENVELOPE_BYTES <= _EVENT_BYTES


@given(hostile)
def test_every_document_becomes_allowed_tags_within_the_limits(markdown: str) -> None:
    for rendered in messages(markdown):
        check(rendered)


@given(st.lists(hostile, min_size=1, max_size=6))
def test_a_hostile_quote_stands_letter_for_letter_in_text_and_html(quotes: list[str]) -> None:
    quotes = [
        text for text in (line(quote.replace("\x00", "").replace("\ufeff", "")) for quote in quotes) if text
    ]
    shown = [re.sub(r"[\ud800-\udfff]", "\ufffd", _visible(quote)) for quote in quotes]
    markdown = "\n\n".join(f"> “{escape(quote)}” — somebody [1]" for quote in quotes)
    made = messages(markdown)
    for quote in shown:
        assert any(f"“{quote}” — somebody [1]" in rendered.body for rendered in made)
        assert any(f"“{quote}” — somebody [1]" in Seen(rendered).text for rendered in made)
    for rendered in made:
        check(rendered)


def _visible(quote: str) -> str:
    """A quote as templates print it: `escape` marks what is no text and ends what turns the direction of writing."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", str(escape(quote)))


@given(st.text(alphabet='aä漢😀"\\<& ', min_size=1, max_size=300), st.integers(1, 400))
def test_a_long_text_is_cut_and_nothing_of_it_is_lost(text: str, times: int) -> None:
    whole = line(f"x{text}x " * times)
    for markdown in (str(escape(whole)), f"- {escape(whole)}", f"> {escape(whole)}"):
        made = messages(markdown)
        for rendered in made:
            check(rendered)
        plain = "".join(Seen(rendered).text for rendered in made)
        assert plain.replace(" ", "") == whole.replace(" ", "")


def test_a_document_is_set_as_clients_show_it_best() -> None:
    (rendered,) = messages(
        "**Title**\n\n**Demands**\n\n- A → B | demand — *x* [1]\n- C\n  - D\n\n> “q” — E [1]\n\n"
        "| Time | Room |\n|---|---|\n| 08:00 | desk |\n\n[here](https://news.example/a)"
    )
    assert rendered.html == (
        "<p><strong>Title</strong></p><p><strong>Demands</strong></p>"
        "<ul><li>A → B | demand — <em>x</em> [1]</li><li>C<ul><li>D</li></ul></li></ul>"
        "<blockquote>“q” — E [1]</blockquote>"
        "<ul><li><strong>08:00</strong> · Room: desk</li></ul>"
        '<p><a href="https://news.example/a">here</a></p>'
    )
    assert rendered.body == (
        "Title\n\nDemands\n\n• A → B | demand — x [1]\n• C\n  • D\n\n> “q” — E [1]\n\n"
        "• 08:00 · Room: desk\n\nhere (https://news.example/a)"
    )


def test_an_empty_document_is_one_empty_message() -> None:
    assert messages("") == [Rendered("", "")]
