"""The search finds what fits, in the libraries that it is given, once, and nothing that was forgotten."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select

from bot.ports import ArticleRef, AskedQuestion, Room
from bot.store import Store, open_store, schema
from briefs.retrieve import Query
from briefs.terms import stems
from tests.bot.fakes import START
from tests.bot.samples import HARBOUR, article, brief
from tests.bot.store.conftest import LIKENESS

FERRY = """Ferry crews of Kestrel Bay walk out

Ferry crews walked out on Monday, and the Bayline company called the strike unlawful.

The crews' league said it would come back once a limit of two night shifts a week was written down.
"""


def asked(text: str) -> Query:
    return Query(dict.fromkeys(stems(text), 1.0))


async def keep(store: Store, library: str, name: str, text: str, *, outlet: str = "The Ellan Post") -> None:
    made = article(name, text=text, url=f"https://news.example/{name}").model_copy(update={"outlet": outlet})
    await store.library.keep(library, made, brief(made), added_by="p1", now=START)


async def found(
    store: Store,
    libraries: Sequence[str],
    text: str,
    *,
    outlets: Sequence[str] | None = None,
    within: Sequence[ArticleRef] | None = None,
) -> list[str]:
    passages = await store.passages.search(libraries, asked(text), outlets=outlets, within=within)
    return list(dict.fromkeys(passage.article.id for passage in passages))


async def test_an_article_is_found_by_words_however_they_are_inflected(store: Store) -> None:
    await keep(store, "desk", "harbour", HARBOUR)
    await keep(store, "desk", "ferry", FERRY)
    assert await found(store, ["desk"], "Which crew walks out over nights?") == ["ferry"]
    assert (await found(store, ["desk"], "the pilot's rosters"))[0] == "harbour"
    assert await found(store, ["desk"], "a zeppelin") == []


async def test_a_passage_is_where_it_says(store: Store) -> None:
    await keep(store, "desk", "ferry", FERRY)
    (passage, *_) = await store.passages.search(["desk"], asked("limit of night shifts"))
    assert "two night shifts" in FERRY[passage.start : passage.end]
    assert passage.published == "2031-03-03"


async def test_accents_may_be_left_out(store: Store) -> None:
    await keep(store, "desk", "a", "Talks in Zürích\n\nThe envoys met in Zürích.")
    assert await found(store, ["desk"], "Zurich") == ["a"]


async def test_only_the_libraries_named_are_searched(store: Store) -> None:
    await keep(store, "desk", "harbour", HARBOUR)
    await keep(store, "other", "ferry", FERRY)
    assert await found(store, ["desk"], "crews and pilots") == ["harbour"]
    assert await found(store, ["other"], "crews and pilots") == ["ferry"]
    assert set(await found(store, ["desk", "other"], "crews and pilots")) == {"harbour", "ferry"}
    assert await found(store, [], "crews and pilots") == []
    assert await found(store, ["desks", "des", "DESK"], "crews and pilots") == []


async def test_a_closed_library_is_not_searched(store: Store) -> None:
    room = Room("fake:r1", "fake", "private")
    own = await store.rooms.enter(room, library=None, now=START)
    await keep(store, own, "ferry", FERRY)
    assert await found(store, [own], "crews") == ["ferry"]
    await store.rooms.enter(Room("fake:r1", "fake", "public"), library=None, now=START)
    assert await found(store, [own], "crews") == []
    assert await store.passages.outlets([own]) == ()


async def test_a_new_version_takes_the_place_of_the_old_one(store: Store) -> None:
    await keep(store, "desk", "ferry", FERRY)
    await keep(store, "desk", "ferry", FERRY.replace("unlawful", "a disgrace") * 2)
    assert await found(store, ["desk"], "unlawful") == []
    assert await found(store, ["desk"], "disgrace") == ["ferry"]


async def test_copies_of_one_text_are_found_once(store: Store) -> None:
    await keep(store, "desk", "ferry", FERRY)
    await keep(store, "desk", "copy", FERRY + "\nBy an agency.\n")
    await keep(store, "other", "same", FERRY)
    await keep(store, "desk", "harbour", HARBOUR)
    assert len(await found(store, ["desk"], "crews walked out")) == 1
    assert len(await found(store, ["desk", "other"], "the crews' league said")) == 2  # and the pilots' "said"


async def test_the_search_can_be_kept_to_outlets_and_to_articles(store: Store) -> None:
    await keep(store, "desk", "ferry", FERRY, outlet="Bay Courier")
    await keep(store, "desk", "harbour", HARBOUR)
    await keep(store, "other", "ferry", FERRY, outlet="Bay Courier")
    question = "crews and pilots of the port"
    assert await store.passages.outlets(["desk"]) == ("Bay Courier", "The Ellan Post")
    assert await found(store, ["desk"], question, outlets=["Bay Courier"]) == ["ferry"]
    assert await found(store, ["desk"], question, outlets=["Courier"]) == []
    assert await found(store, ["desk"], question, outlets=[]) == []
    assert await found(store, ["desk"], question, within=[ArticleRef("desk", "harbour")]) == ["harbour"]
    assert await found(store, ["desk"], question, within=[ArticleRef("other", "ferry")]) == []
    assert await found(store, ["desk"], question, within=[]) == []


async def test_words_that_stand_everywhere_find_what_has_them_all(store: Store) -> None:
    async with store.database.write() as connection:
        await connection.execute(insert(schema.library).values(id="desk", created_at=START))
        row = {"library": "desk", "id": "a", "version": 1, "added_by": "p", "added_at": START}
        pk = (
            await connection.execute(insert(schema.article).values(**row).returning(schema.article.c.pk))
        ).scalar_one()
        version = {"article": pk, "version": 1, "title": "", "published_basis": "none", "source_grade": {}}
        await connection.execute(
            insert(schema.article_version).values(
                **version, text="", sha256="0" * 64, signature=b"", added_by="p", added_at=START
            )
        )
        await connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) "
            f'INSERT INTO passage(article, start, "end") SELECT {pk}, i, i + 1 FROM n'
        )
        from bot.store.passages import _article_mark, _library_mark

        place = f"{_library_mark('desk')} {_article_mark(pk)}"
        await connection.exec_driver_sql(
            "INSERT INTO passage_words(rowid, place, title, words) SELECT pk, ?, '', "
            "CASE WHEN start = 4500 THEN 'strike port union' WHEN start % 3 = 0 THEN 'strike' "
            "WHEN start % 3 = 1 THEN 'port' ELSE 'union' END FROM passage",
            (place,),
        )
    query = Query({"strike": 1.0, "port": 1.0, "union": 1.0})
    (best, *_) = await store.passages.search(["desk"], query)
    assert best.start == 4500


@given(st.lists(st.text(max_size=12), max_size=8), st.text(max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
async def test_whatever_the_words_are_the_search_only_searches(
    store: Store, words: list[str], outlet: str
) -> None:
    query = Query(dict.fromkeys([*words, '" OR place : "', "NEAR(a b)", "*"], 1.0))
    assert await store.passages.search(["desk", '" OR "'], query) == []
    assert await store.passages.search(["desk"], query, outlets=[outlet]) == []


def holding(tokens: Sequence[str], folder: Path) -> set[str]:
    content = b"".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())
    return {token for token in tokens if token.encode() in content}


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_forgotten_leaves_the_index_the_questions_and_every_file(
    seed: int, data_dir: Path
) -> None:
    rnd = random.Random(seed)
    tokens = ["zq" + "".join(rnd.choices("bcdfghjklmnpqrtvwxz", k=14)) for _ in range(150)]
    others = [" ".join(rnd.choices(HARBOUR.split() + FERRY.split(), k=200)) for _ in range(25)]
    async with open_store(data_dir, likeness=LIKENESS) as store:
        for number, text in enumerate(others):
            if number == 12:
                await keep(store, "desk", "planted", FERRY + "\n\n" + " ".join(tokens))
            await keep(store, "desk", f"a{number}", f"Title {number}\n\n{text}")
        ref = ArticleRef("desk", "planted")
        assert await found(store, ["desk"], tokens[7]) == ["planted"]
        question = AskedQuestion("fake:r1", "t1", "p1", f"Who is {tokens[0]}?", (ref,))
        await store.conversations.asked(question, library="desk", now=START)
        assert holding(tokens, data_dir) == set(tokens)

        forgotten = await store.library.forget("desk", "planted")

        assert forgotten is not None
        assert forgotten.wiped
        assert holding(tokens, data_dir) == set()
        assert await found(store, ["desk"], tokens[7]) == []
        await store.conversations.asked(
            question, library="desk", now=START
        )  # its answer came after the forgetting
        assert (
            await store.conversations.earlier(["desk"], "fake:r1", thread="t1", person="p1", since=START)
            == ()
        )
    assert holding(tokens, data_dir) == set()


async def test_articles_from_before_there_was_an_index_are_indexed_on_opening(data_dir: Path) -> None:
    async with open_store(data_dir, likeness=LIKENESS) as store:
        for number in range(60):
            await keep(store, "desk", f"a{number}", f"Report {number}\n\nThe word here is number{number}.")
        async with store.database.write() as connection:
            await connection.execute(delete(schema.passage))
            await connection.execute(insert(schema.upkeep).values(task="index"))
        assert await found(store, ["desk"], "word") == []
    async with open_store(data_dir, likeness=LIKENESS) as store:
        assert len(await found(store, ["desk"], "word")) > 1
        async with store.database.read() as connection:
            count = select(func.count(schema.passage.c.article.distinct()))
            assert (await connection.execute(count)).scalar_one() == 60
            assert (await connection.execute(select(schema.upkeep))).all() == []


async def test_questions_of_a_room_are_its_own_and_the_last_few(store: Store) -> None:
    await keep(store, "desk", "ferry", FERRY)
    await keep(store, "other", "ferry", FERRY)
    for number in range(5):
        question = AskedQuestion("fake:r1", "t1", "p1", f"Question {number}?", ())
        await store.conversations.asked(question, library="desk", now=START)

    async def earlier(libraries: list[str], room: str, thread: str | None) -> tuple[str, ...]:
        return await store.conversations.earlier(libraries, room, thread=thread, person="p1", since=START)

    assert await earlier(["desk"], "fake:r1", "t1") == ("Question 2?", "Question 3?", "Question 4?")
    assert await earlier(["other"], "fake:r1", "t1") == ()
    assert await earlier(["desk"], "fake:r2", "t1") == ()
    assert await earlier(["desk"], "fake:r1", None) == ()
