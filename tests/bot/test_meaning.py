"""Passages are found by what they mean as well, once they have their vectors; and never by whom they are not for."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.asking import Asking
from bot.ports import ArticleRef, Meant
from bot.routine.meaning import Meaning
from bot.store import Store, open_store
from bot.work import minilm
from briefs.retrieve import Query
from tests.bot.fakes import START, FakeClock
from tests.bot.reading import FakeEmbedder, FakeRespondent
from tests.bot.samples import article, brief
from tests.bot.store.conftest import LIKENESS, data_dir, empty_store, store

__all__ = ["data_dir", "empty_store", "store"]

WALKOUT = (
    "Crews of the bay leave their ferries\n\nThe walkout of the crews began at dawn, and no ferry sailed."
)
DAM = "A barrage on the river\n\nThe barrage holds back more water than ever, its keepers said at noon."
NOTHING = Query({"stoppag": 1.0})


async def keep(store: Store, library: str, name: str, text: str) -> ArticleRef:
    made = article(name, text=text, url=f"https://news.example/{library}/{name}")
    await store.library.keep(library, made, brief(made), added_by="p1", now=START)
    return ArticleRef(library, name)


async def embed_all(store: Store, embedder: FakeEmbedder) -> int:
    meaning = Meaning(vectors=store.vectors, embedder=embedder, clock=FakeClock())
    done = 0
    while more := await meaning.step():
        done += more
    return done


async def found(store: Store, text: str, *libraries: str, model: str = "fake") -> list[ArticleRef]:
    meant = Meant(model, FakeEmbedder().vector(text))
    passages = await store.passages.search(libraries, NOTHING, meant=meant)
    return list(dict.fromkeys(passage.article for passage in passages))


async def test_what_means_the_same_is_found_without_a_common_word(store: Store) -> None:
    ferry = await keep(store, "desk", "ferry", WALKOUT)
    await keep(store, "desk", "dam", DAM)
    assert await found(store, "stoppage", "desk") == []
    assert await embed_all(store, FakeEmbedder()) == 2
    assert await embed_all(store, FakeEmbedder()) == 0
    assert await found(store, "stoppage", "desk") == [ferry]
    assert await found(store, "whale", "desk") == []
    assert await found(store, "stoppage", "desk", model="another") == []


async def test_nothing_is_found_by_meaning_in_a_library_that_was_not_named(store: Store) -> None:
    await keep(store, "theirs", "ferry", WALKOUT)
    mine = await keep(store, "desk", "ferry", WALKOUT)
    await embed_all(store, FakeEmbedder())
    assert await found(store, "stoppage", "desk") == [mine]
    assert await found(store, "stoppage", "elsewhere") == []


async def test_a_new_text_gets_new_vectors_and_a_forgotten_one_leaves_none(store: Store) -> None:
    await keep(store, "desk", "ferry", WALKOUT)
    await embed_all(store, FakeEmbedder())
    await keep(store, "desk", "ferry", DAM)
    assert await found(store, "stoppage", "desk") == []
    assert await embed_all(store, FakeEmbedder()) == 1
    assert await found(store, "dam", "desk") == [ArticleRef("desk", "ferry")]
    await store.library.forget("desk", "ferry")
    assert await found(store, "dam", "desk") == []
    async with store.database.read() as connection:
        left = await connection.exec_driver_sql("SELECT count(*) FROM passage_vector")
        assert left.scalar_one() == 0


async def test_words_and_meaning_are_one_ranking(store: Store) -> None:
    by_meaning = await keep(store, "desk", "ferry", WALKOUT)
    both = await keep(
        store, "desk", "tram", "Trams stand still\n\nThe stoppage of the trams is a strike, it is said."
    )
    await embed_all(store, FakeEmbedder())
    assert await found(store, "strike", "desk") == [both, by_meaning]


async def test_a_question_is_asked_by_meaning_and_by_words_alone_where_that_fails(store: Store) -> None:
    await keep(store, "desk", "ferry", WALKOUT)
    embedder, respondent = FakeEmbedder(), FakeRespondent()
    await embed_all(store, embedder)
    asking = Asking(passages=store.passages, library=store.library, respondent=respondent, embedder=embedder)
    asked = await asking.ask("Any stoppage?", ["desk"])
    assert asked.cited == (ArticleRef("desk", "ferry"),)
    embedder.fails = True
    assert (await asking.ask("Any stoppage?", ["desk"])).answer.abstained
    assert not (await asking.ask("Which ferry?", ["desk"])).answer.abstained


async def test_passages_of_before_are_given_their_vectors_too(data_dir: Path) -> None:
    async with open_store(data_dir, likeness=LIKENESS) as store:
        await keep(store, "desk", "ferry", WALKOUT)
    async with open_store(data_dir, likeness=LIKENESS) as store:
        assert await embed_all(store, FakeEmbedder()) == 1


@pytest.mark.skipif(minilm.shipped() is None, reason="the extra `semantic` is not installed")
def test_the_model_of_the_extra_knows_what_means_the_same() -> None:
    import numpy as np

    folder = minilm.shipped()
    assert folder is not None
    made = minilm.SentenceModel(folder).embed(
        ["The crews have walked out.", "Sailors go on strike.", "The recipe needs two eggs."]
    )
    walkout, strike, eggs = (np.frombuffer(vector, "<f4") for vector in made)
    assert walkout @ strike > walkout @ eggs + 0.2
    assert abs(walkout @ walkout - 1.0) < 1e-5
