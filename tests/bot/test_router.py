"""What somebody typed is the command that they meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.router import Command, Router, Unknown, Word

ROUTER = Router(
    [
        Word("add", "<url…>", "read", "https://news.example/story", aliases=("link",)),
        Word("ask", "<question>", "answers", "ask Who?", questions=True),
        Word("watch", "<question>", "waits", "watch Who?", questions=True),
        Word("list", "", "all", "list"),
        Word("why", "<n>", "why", "why 3"),
        Word("help", "", "this", "help", aliases=("?",)),
    ]
)
ARTICLE = "List of demands grows\n\n" + "The union wants more pay and said so on Monday in Port Ellan. " * 10


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("list", Command("list", "")),
        ("  LIST  ", Command("list", "")),
        ("/list", Command("list", "")),
        ("!why 3", Command("why", "3")),
        ("why: [3]", Command("why", "[3]")),
        ("link https://a.example/x", Command("add", "https://a.example/x")),
        (
            "add\nhttps://a.example/x\nhttps://a.example/y",
            Command("add", "https://a.example/x\nhttps://a.example/y"),
        ),
        ("https://a.example/x", Command("add", "https://a.example/x")),
        ("have a look at https://a.example/x", Command("add", "have a look at https://a.example/x")),
        ("", Command("help", "")),
        ("?", Command("help", "")),
        ("ask who mediates", Command("ask", "who mediates")),
        ("watch who won the vote?", Command("watch", "who won the vote?")),
        ("ask: Who mediates now?", Command("ask", "Who mediates now?")),
        ("Who mediates now?", Command("ask", "Who mediates now?")),
        ("who mediates now", Command("ask", "who mediates now")),
        ("Why did they walk out?", Command("ask", "Why did they walk out?")),
        ("List the demands, please?", Command("ask", "List the demands, please?")),
        ("why [3]?", Command("why", "[3]?")),
        ("why 3 again?", Command("why", "3 again?")),
        ("Can you read https://a.example/x ?", Command("add", "Can you read https://a.example/x ?")),
        (ARTICLE, Command("add", ARTICLE.strip())),
        ("add " + ARTICLE, Command("add", ARTICLE.strip())),
    ],
)
def test_words_links_and_pasted_texts_become_commands(text: str, command: Command) -> None:
    assert ROUTER.route(text) == command


def test_in_a_thread_words_that_are_no_command_are_a_question() -> None:
    assert ROUTER.route("and the pilots' answer", in_thread=True) == Command("ask", "and the pilots' answer")
    assert ROUTER.route("list", in_thread=True) == Command("list", "")
    assert isinstance(ROUTER.route("lsit", in_thread=True), Unknown)


def test_a_file_needs_no_word() -> None:
    assert ROUTER.route("for the desk", attachments=True) == Command("add", "for the desk")


@pytest.mark.parametrize(
    ("text", "nearest"), [("lst", "list"), ("hlep", "help"), ("linkk x", "add"), ("wyh 3", "why")]
)
def test_a_slip_of_the_keys_finds_the_nearest_word(text: str, nearest: str) -> None:
    found = ROUTER.route(text)
    assert isinstance(found, Unknown)
    assert found.nearest is not None
    assert found.nearest.word == nearest


def test_a_word_that_is_near_nothing_has_no_nearest() -> None:
    assert ROUTER.route("xyzzy") == Unknown("xyzzy", None)


@given(st.text(max_size=600), st.booleans())
def test_any_text_becomes_something(text: str, attachments: bool) -> None:
    found = ROUTER.route(text, attachments=attachments)
    if isinstance(found, Command):
        assert found.word in {"add", "ask", "list", "why", "help"}
    else:
        assert len(found.word) <= 40
