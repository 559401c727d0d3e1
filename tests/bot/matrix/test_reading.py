"""What an event says and to whom; what goes out mentions nobody and fits an event. No homeserver is needed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.matrix import content
from bot.platforms.matrix.membership import server
from bot.platforms.matrix.reading import Said, pressed, said
from bot.ports import Action, Part, Room
from briefs.render import Document

ME = "@communique:example.org"
NAMES = ["communique", "Communiqué"]


def message(body: str, **content_: Any) -> dict[str, Any]:
    return {
        "type": "m.room.message",
        "event_id": "$1",
        "sender": "@anna:example.org",
        "content": {"msgtype": "m.text", "body": body, **content_},
    }


def read(body: str, **content_: Any) -> Said:
    found = said(message(body, **content_), me=ME, names=NAMES)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("!brief list", "list"),
        ("!BRIEF: why 3", "why 3"),
        ("!brief", ""),
        ("Communiqué: https://news.example/a", "https://news.example/a"),
        ("@communique:example.org status", "status"),
        ("what does the union demand, communique?", "what does the union demand?"),
        ("Communiqué", ""),
    ],
)
def test_who_calls_the_bot_is_heard_without_its_name(body: str, text: str) -> None:
    found = read(body)
    assert (found.called, found.text) == (True, text)


@pytest.mark.parametrize(
    "body",
    [
        "a communique was issued today by the union",
        "!briefing at nine",
        "communiques",
        "Communiqué issued in Oman",
        "did they issue a communique?",
    ],
)
def test_a_word_that_looks_like_its_name_does_not_call_the_bot(body: str) -> None:
    found = read(body)
    assert (found.called, found.text) == (False, body)


def test_mentions_say_who_is_meant() -> None:
    assert read("hello", **{"m.mentions": {"user_ids": [ME]}}).called
    aside = read("Ben, look", **{"m.mentions": {"user_ids": ["@ben:example.org"]}})
    assert (aside.called, aside.to_others) == (False, True)
    pill = f'<a href="https://matrix.to/#/{ME}">C</a> help'
    assert read("C help", formatted_body=pill).called


def test_a_reply_is_read_without_what_it_repeats() -> None:
    relation = {"m.in_reply_to": {"event_id": "$0"}}
    found = read("> <@a:b> first\n> second\n\nwhy 1", **{"m.relates_to": relation})
    assert (found.text, found.reply_to, found.thread) == ("why 1", "$0", None)
    assert read("> quoted words\n\nstand").text.startswith("> quoted")


def test_a_threads_fallback_is_no_reply() -> None:
    relation = {
        "rel_type": "m.thread",
        "event_id": "$root",
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": "$0"},
    }
    found = read("why 1", **{"m.relates_to": relation})
    assert (found.thread, found.reply_to) == ("$root", None)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda s: (
            st.lists(s)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "msgtype",
                        "body",
                        "m.relates_to",
                        "rel_type",
                        "event_id",
                        "m.mentions",
                        "user_ids",
                        "url",
                        "file",
                        "info",
                        "m.in_reply_to",
                        "key",
                    ]
                ),
                s,
            )
        ),
    )
)
def test_no_event_however_odd_breaks_the_reading(content_: Any) -> None:
    for kind in ("m.room.message", "m.reaction"):
        source = {"type": kind, "event_id": "$1", "sender": "@a:b", "content": content_}
        said(source, me=ME, names=NAMES)
        pressed(source, me=ME)


def test_the_server_of_a_user_keeps_its_port() -> None:
    assert server("@anna:example.org:8448") == "example.org:8448"


@given(st.text(), st.booleans(), st.booleans(), st.booleans())
def test_every_event_mentions_nobody_and_fits(text: str, loud: bool, in_thread: bool, replaces: bool) -> None:
    part = Part(
        key="k",
        room=Room("matrix:!r", "matrix", "private"),
        thread="$root" if in_thread else None,
        number=1,
        of=1,
        document=Document(f"{text} @room {ME}\n\n" * 40, "x"),
        actions=(Action("Quotes", "quotes", "💬"),),
        replaces="$old" if replaces else None,
        loud=loud,
    )
    made = content.events(part)
    for event in made:
        assert event["m.mentions"] == {}
        assert event.get("m.new_content", event)["m.mentions"] == {}
        assert event["msgtype"] == ("m.text" if loud else "m.notice")
        assert len(json.dumps(event)) * 4 / 3 + 3_000 <= 65_536
    assert made[0].get("m.new_content", made[0])[content.ACTIONS] == {"💬": "quotes"}
