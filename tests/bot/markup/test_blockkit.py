"""Whatever a document says, Slack takes the message, nobody is pinged, and every word arrives as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import resources
from bot.markup import blockkit, pieces
from briefs import markdown
from briefs.markdown import escape
from briefs.render import Renderer
from tests import shown
from tests.bot.slack import limits

GOLDEN = sorted((Path(__file__).parents[2] / "data" / "golden").glob("*.md"))
HOSTILE = "<!channel> *no* <@U1> <script> | [a](b) :skull: @here &amp; `x` ~~y~~ https://evil.example/"
LIMIT = 9_000

bits = st.sampled_from(
    [
        "<!channel>", "<@U012AB3CD>", "<#C1|x>", "<https://a.example|b>", "[a](https://b.example)", "![i](http://c.example/x)",
        "*", "**", "_", "`", "```", "~~~", "~~", "> ", "- ", "1. ", "7) ", "# ", "###### ", "---", "| a | b |", "|---|---|", "\n",
        "\n\n", "    ", "\t", "\\", "&lt;", "&#0;", "<b>", "</script>", "\u202e", "\u200b", "\u0000", "é", "🙂", "日本", ":tada:",
        "@here", "x" * 200, "wort ", "<http://a.example/?q=1>", "[r]: http://d.example", "\r", "\u2028",
    ]
)  # fmt: skip
documents = st.one_of(
    st.lists(bits, max_size=60).map("".join),
    st.text(max_size=400),
    st.tuples(st.lists(bits, min_size=1, max_size=12).map("".join), st.integers(1, 800)).map(
        lambda it: (it[0] * it[1])[:60_000]
    ),
)


def messages(text: str, **options: bool) -> list[dict]:
    return [
        {"text": "a brief", "blocks": blockkit.blocks(piece, **options)}
        for piece in pieces.split(text, LIMIT)
    ]


@settings(max_examples=60)
@given(documents, st.booleans())
def test_any_document_becomes_messages_that_slack_takes_and_that_ping_nobody(text: str, tables: bool) -> None:
    for message in messages(text, tables=tables):
        assert limits.wrong(message) == []
        assert limits.pings(message) == []


@settings(max_examples=60)
@given(documents)
def test_words_of_an_article_arrive_letter_for_letter_without_a_link(quote: str) -> None:
    (message,) = messages(f"> “{escape(quote[:3_000])}” — somebody")
    said = "".join(limits.texts(message["blocks"]))
    assert limits.links(message) == []
    assert limits.pings(message) == []
    assert said.replace("\ufffd", "").startswith("“" + _printable(quote[:3_000]))


def _printable(text: str) -> str:
    """As `escape` shows it: on one line, without control characters."""
    flat = markdown._CONTROLS.sub("", markdown._BREAKS.sub(" ", text))
    return (" " if flat[:1].isspace() else "") + flat.strip()


@settings(max_examples=60)
@given(documents)
def test_cutting_loses_no_word(text: str) -> None:
    cut = pieces.split(text, 400)
    assert all(pieces.size(piece) <= 400 for piece in cut)
    whole = _letters(blockkit.plain(text))
    assert _letters("".join(blockkit.plain(piece) for piece in cut)) == whole


def _letters(text: str) -> str:
    """Without white space, and without the marks that cutting may write anew."""
    return "".join(c for c in text if c.isalpha())


def test_a_hostile_quote_is_text_and_nothing_else() -> None:
    (message,) = messages(f"> “{escape(HOSTILE)}” — Irena Solvik")
    (quote,) = limits.elements(message["blocks"], "rich_text_quote")
    assert [e["type"] for e in quote["elements"]] == ["text"]
    assert quote["elements"][0]["text"] == f"“{HOSTILE}” — Irena Solvik"


def test_a_hostile_title_is_text_and_nothing_else() -> None:
    (message,) = messages(f"**{escape(HOSTILE)}**")
    assert limits.pings(message) == []
    assert "".join(limits.texts(message["blocks"])) == HOSTILE


def test_a_title_heads_the_message_and_a_heading_its_list() -> None:
    blocks = blockkit.blocks(
        "**Talks in Lindhafen**\n\n*small print*\n\n**Demands**\n\n- one [1]\n- two\n\nEnd."
    )
    assert [b["type"] for b in blocks] == ["header", "context", "rich_text", "rich_text"]
    assert [e["type"] for e in blocks[2]["elements"]] == ["rich_text_section", "rich_text_list"]


def test_a_title_too_long_for_a_header_is_set_in_bold() -> None:
    (block,) = blockkit.blocks(f"**{'word ' * 40}end**")
    assert block["elements"][0]["elements"][0]["style"] == {"bold": True}


def test_a_link_of_a_template_is_a_link_and_other_addresses_are_text() -> None:
    blocks = blockkit.blocks(
        "[Port strike](https://news.example/a?b=1&c=2) and [x](javascript:alert(1)) https://y.example"
    )
    assert limits.links({"blocks": blocks}) == ["https://news.example/a?b=1&c=2"]
    assert "".join(limits.texts(blocks)) == "Port strike and [x](javascript:alert(1)) https://y.example"


def test_a_list_that_starts_later_keeps_its_numbers() -> None:
    (block,) = blockkit.blocks("4. four\n5. five")
    assert ["".join(limits.texts(e)) for e in block["elements"]] == ["4. four", "5. five"]


def test_tables_are_lists_unless_they_are_wanted() -> None:
    table = "| who | what |\n|---|---|\n| pilots | rest |\n| board | |"
    assert blockkit.plain(table).splitlines() == ["who · what", "pilots · rest", "board · "]
    kinds = [e["type"] for e in blockkit.blocks(table)[0]["elements"]]
    assert kinds == ["rich_text_section", "rich_text_list", "rich_text_list"]
    assert blockkit.blocks(table, tables=True)[0]["type"] == "table"


def test_more_paragraphs_than_blocks_move_together() -> None:
    text = "**Quotes**\n\n" + "\n\n".join(f"[{n}] “quote”" for n in range(200))
    blocks = blockkit.blocks(text)
    assert len(blocks) <= 49
    assert "".join(limits.texts(blocks)).count("“quote”") == 200


def test_a_document_without_text_has_no_blocks() -> None:
    assert blockkit.blocks(" \n\n") == []


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_what_people_are_shown_becomes_valid_messages_with_all_its_words(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    made = messages(text)
    assert [limits.wrong(message) for message in made] == [[]] * len(made)
    assert _letters(blockkit.plain(text)) == _letters("".join(limits.texts([m["blocks"] for m in made])))


@pytest.mark.parametrize(
    "url", ["https://news.example/a_b*c?x=1&y=(2)#z", "https://news.example/~me/[1]", None, "file:aldra.txt"]
)
def test_the_only_link_of_a_brief_is_its_articles_own_address(url: str | None) -> None:
    rendered = Renderer([resources.templates()]).brief(shown.brief(shown.article(url=url)))
    made = [message for d in (rendered.main, *rendered.follow_ups) for message in messages(d.markdown)]
    found = [link for message in made for link in limits.links(message)]
    address = url if url and url.startswith("https") else None
    assert found == ([address.replace("[", "%5B").replace("]", "%5D")] if address else [])
