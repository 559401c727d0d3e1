"""Many sources on the command line: in order, bounded, and none costs another."""

from __future__ import annotations

import asyncio

import pytest

from bot.commandline import archives
from bot.commandline.outcomes import attempt, in_order
from bot.sources import NoSuchFile, NotReadable, is_link, local_page
from briefs.errors import CommuniqueError


async def test_results_come_in_the_order_of_the_sources_and_no_more_are_under_way_than_allowed() -> None:
    under_way = most = 0

    async def work(n: int) -> int:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        for _ in range(20 - n):
            await asyncio.sleep(0)
        under_way -= 1
        return n

    assert [n async for n in in_order(range(12), work, width=3)] == list(range(12))
    assert most == 3


async def test_a_source_that_fails_has_a_kind_and_a_sentence() -> None:
    async def refused() -> str:
        raise NoSuchFile("There is no such file: check its name.")

    outcome = await attempt("x.txt", refused)
    assert outcome.error_record() == {
        "source": "x.txt",
        "error": {"kind": "no_such_file", "message": "There is no such file: check its name."},
    }


async def test_a_source_that_breaks_the_program_is_one_outcome_without_its_words() -> None:
    async def broken() -> str:
        raise RuntimeError("words of an article")

    outcome = await attempt("x.txt", broken)
    assert isinstance(outcome.error, CommuniqueError)
    assert "words" not in outcome.error.message


@pytest.mark.parametrize(
    ("source", "link"),
    [
        ("https://a.example/x", True),
        ("HTTP://a.example", True),
        ("ftp://a.example", True),
        ("a.txt", False),
        ("-", False),
        ("C:/a.txt", False),
    ],
)
def test_a_link_is_told_from_a_file(source: str, link: bool) -> None:
    assert is_link(source) is link


def test_files_that_cannot_be_read_say_why(tmp_path: object) -> None:
    with pytest.raises(NoSuchFile):
        local_page(f"{tmp_path}/none.txt")
    with pytest.raises(NotReadable, match="folder"):
        local_page(str(tmp_path))


def test_a_line_of_an_archive_keeps_its_id_and_its_facts() -> None:
    found = archives.article(
        '{"id": "a1", "headline": "Pilots reject roster", "published": "2031-03-03T10:00:00Z", "outlet": "Post",'
        ' "url": "https://A.example/x?utm_source=mail", "text": "The guild said no.\\n\\nTalks go on.", "more": 1}'
    )
    assert (found.id, found.title, found.outlet) == ("a1", "Pilots reject roster", "Post")
    assert found.text == "Pilots reject roster\n\nThe guild said no.\n\nTalks go on."
    assert (found.published, found.published_basis) == ("2031-03-03T10:00:00Z", "meta")
    assert found.url == "https://a.example/x"


def test_a_headline_that_the_text_repeats_is_not_doubled() -> None:
    found = archives.article('{"title": "Pilots reject roster", "text": "Pilots reject roster\\n\\nNo."}')
    assert found.text == "Pilots reject roster\n\nNo."
    assert found.id


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"text": "x"}',
        '{"title": "x"}',
        '{"title": "x", "text": ""}',
        '{"title": "x", "text": "y", "url": "nowhere"}',
    ],
)
def test_a_line_that_is_no_article_says_why(line: str) -> None:
    with pytest.raises(archives.BadLine) as caught:
        archives.article(line)
    assert caught.value.message
