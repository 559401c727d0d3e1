"""Whatever is asked, and however many ask: each gets a sensible answer, from a real worker process and a real store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.asking import Asking
from bot.ports import ArticleRef
from bot.store import Likeness, Store, open_store
from bot.work.pools import Workers
from briefs.likeness import SAME, signature, similarity
from tests import shown
from tests.bot.fakes import START
from tests.bot.reading import FakeRespondent
from tests.bot.samples import HARBOUR, article, brief

FERRY = """Ferry crews of Kestrel Bay walk out

Ferry crews of Kestrel Bay walked out on Monday. The league said that 1,450 crew members were on strike.

The Bayline company called the strike unlawful and said it would not talk before the crews returned.
"""


async def keep(store: Store, library: str, name: str, text: str) -> ArticleRef:
    made = article(name, text=text, url=f"https://news.example/{library}/{name}")
    made_brief = shown.brief(made) if text == shown.TEXT else brief(made)
    await store.library.keep(library, made, made_brief, added_by="p1", now=START)
    return ArticleRef(library, name)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(tmp_path, likeness=Likeness(signature, similarity, SAME)) as opened:
        yield opened


async def test_questions_of_every_shape_get_a_sensible_answer(store: Store) -> None:
    for name, text in (("harbour", HARBOUR), ("ferry", FERRY), ("dam", shown.TEXT)):
        await keep(store, "desk", name, text)
    async with Workers(pages=1, language=1) as workers:
        asking = Asking(passages=store.passages, library=store.library, respondent=workers)

        told = await asking.ask("How many crew members were on strike?", ["desk"])
        assert not told.answer.abstained
        assert "1,450" in told.answer.text
        assert told.cited == (ArticleRef("desk", "ferry"),)
        assert told.answer.articles_held == 3

        silent = await asking.ask("How many whales did the astronauts count on Neptune?", ["desk"])
        assert silent.answer.abstained
        assert silent.answer.text.startswith("Not stated in the 3 articles I hold")

        german = (
            "Wie viele Besatzungsmitglieder der Fähren haben am Montag in der Bucht die Arbeit niedergelegt?"
        )
        foreign = await asking.ask(german, ["desk"])
        assert foreign.answer.abstained
        assert "in English" in " ".join(foreign.notes)

        assert (await asking.ask("strike", [])).answer.articles_held == 0
        for question in ("strike", "x" * 10_000, "Why? " * 2_000, "¿?", "who " + "the crews " * 900):
            asked = await asking.ask(question, ["desk"])
            assert set(asked.cited) <= set(asked.read)

        many = await asyncio.gather(
            *(asking.ask("How many crew members were on strike?", ["desk"]) for _ in range(50))
        )
        assert {each.answer.text for each in many} == {told.answer.text}


async def test_a_follow_up_is_understood_from_the_question_before_it(store: Store) -> None:
    await keep(store, "desk", "ferry", FERRY)
    async with Workers(pages=1, language=1) as workers:
        asking = Asking(passages=store.passages, library=store.library, respondent=workers)
        asked = await asking.ask(
            "And what did Bayline call it?", ["desk"], earlier=["Did the crews of Kestrel Bay strike?"]
        )
        assert asked.cited == (ArticleRef("desk", "ferry"),)
        assert "unlawful" in " ".join(c.quote for c in asked.answer.citations)


async def test_articles_of_two_libraries_that_share_an_id_stay_apart(store: Store) -> None:
    await keep(store, "desk", "same", FERRY)
    await keep(store, "other", "same", HARBOUR)
    asking = Asking(passages=store.passages, library=store.library, respondent=FakeRespondent())
    asked = await asking.ask("crews and pilots", ["desk", "other"])
    assert set(asked.cited) == {ArticleRef("desk", "same"), ArticleRef("other", "same")}
    assert len(asked.answer.citations) == 2


async def test_an_article_that_was_forgotten_while_it_was_searched_is_left_out(store: Store) -> None:
    ref = await keep(store, "desk", "ferry", FERRY)
    await keep(store, "desk", "harbour", HARBOUR)

    class Late:
        async def search(self, *args, **kwargs):
            found = await store.passages.search(*args, **kwargs)
            await store.library.forget(ref.library, ref.id)
            return found

        async def outlets(self, libraries):
            return await store.passages.outlets(libraries)

    asking = Asking(passages=Late(), library=store.library, respondent=FakeRespondent())
    asked = await asking.ask("crews and pilots", ["desk"])
    assert asked.cited == (ArticleRef("desk", "harbour"),)
