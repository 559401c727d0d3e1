from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from bot.ports import ArticleRef, Posted, Receipt
from bot.store import Store, open_store
from bot.store.database import FILE_NAME, open_database
from bot.store.library import StoredLibrary
from tests.bot.fakes import START
from tests.bot.samples import HARBOUR, article, brief, delivery, room
from tests.bot.store.conftest import LIKENESS

EDITED = HARBOUR.replace("eleven hours of rest", "twelve hours of rest")
OTHER = """Ferry fares on the Sund go up in May

The Sund ferries will cost a tenth more from May, the operator said, blaming the price of fuel and two lost court cases.
"""


async def keep(store: Store, library: str = "desk", *, by: str = "p1", now=START, **facts):
    a = article(**facts)
    return await store.library.keep(library, a, brief(a), added_by=by, now=now)


async def test_what_was_kept_is_read_back_whole(store: Store) -> None:
    a = article()
    b = brief(a)
    kept = await store.library.keep("desk", a, b, added_by="p1", now=START)

    assert (kept.outcome, kept.version, kept.near_duplicate_of) == ("new", 1, None)
    assert kept.article == a
    assert await store.library.article(["desk"], "harbour") == a
    assert await store.library.by_url(["desk"], "https://news.example/harbour") == a
    assert await store.library.brief(["desk"], "harbour") == b
    assert await store.library.find(["desk"], "https://news.example/harbour") == ArticleRef("desk", "harbour")


@pytest.mark.parametrize("text", ["a\x00b\r\nc", "e\u0301 \U0001f30d \u202e x", " \n\n  x"])
async def test_a_text_is_kept_code_point_for_code_point(store: Store, text: str) -> None:
    await keep(store, text=text)
    held = await store.library.article(["desk"], "harbour")
    assert held is not None
    assert held.text == text


async def test_the_same_url_with_the_same_text_is_the_same(store: Store) -> None:
    await keep(store)
    again = await keep(store, by="p2")
    assert (again.outcome, again.version) == ("same", 1)
    assert (await store.library.holdings(["desk"]))[0].added_by == "p1"


async def test_the_same_url_with_another_text_is_a_new_version_under_the_old_id(store: Store) -> None:
    await keep(store)
    changed = await keep(store, article_id="other-name", text=OTHER)
    assert (changed.outcome, changed.version, changed.article.id) == ("new_version", 2, "harbour")
    held = await store.library.article(["desk"], "harbour")
    assert held is not None
    assert held.text == OTHER
    read = await store.library.brief(["desk"], "harbour")
    assert read is not None
    assert (read.article.id, read.article.sha256) == ("harbour", held.sha256)
    assert [h.version for h in await store.library.holdings(["desk"])] == [2]


async def test_a_file_that_was_edited_is_a_new_version(store: Store) -> None:
    await keep(store, url=None)
    assert (await keep(store, url=None, text=EDITED)).outcome == "new_version"


async def test_another_file_of_the_same_name_is_another_article(store: Store) -> None:
    await keep(store, url=None)
    second = await keep(store, url=None, text=OTHER)
    third = await keep(
        store, url=None, text="A third text, on tariffs\n\nNothing in it is like the others.\n"
    )
    assert [second.outcome, third.outcome] == ["new", "new"]
    assert [second.article.id, third.article.id] == ["harbour-2", "harbour-3"]
    assert (await store.library.brief(["desk"], "harbour-2")).article.id == "harbour-2"


async def test_a_file_that_is_held_is_the_same_under_any_name(store: Store) -> None:
    await keep(store, url=None)
    second = await keep(store, url=None, text=OTHER)
    for name in ("harbour", "ferry"):
        again = await keep(store, article_id=name, url=None, text=OTHER)
        assert (again.outcome, again.article.id) == ("same", second.article.id)


async def test_two_urls_never_share_an_id(store: Store) -> None:
    await keep(store)
    other = await keep(store, url="https://news.example/ferry", text=OTHER)
    assert (other.outcome, other.article.id) == ("new", "harbour-2")


async def test_an_id_from_an_archive_with_the_same_text_is_the_same_whatever_its_url(store: Store) -> None:
    await keep(store)
    assert (await keep(store, url="https://mirror.example/harbour")).outcome == "same"


async def test_a_wire_copy_is_flagged_and_points_to_the_original(store: Store) -> None:
    await keep(store)
    copy = await keep(store, article_id="copy", url="https://wire.example/1", text=EDITED)
    copy_of_copy = await keep(
        store, article_id="copy2", url="https://wire.example/2", text=EDITED + "(Wire)\n"
    )
    assert copy.outcome == copy_of_copy.outcome == "new"
    assert copy.near_duplicate_of == copy_of_copy.near_duplicate_of == "harbour"
    holdings = {h.id: h.near_duplicate_of for h in await store.library.holdings(["desk"])}
    assert holdings == {"harbour": None, "copy": "harbour", "copy2": "harbour"}


async def test_a_text_of_its_own_is_no_near_duplicate(store: Store) -> None:
    await keep(store)
    assert (await keep(store, article_id="ferry", url=None, text=OTHER)).near_duplicate_of is None


async def test_an_original_that_changes_is_no_near_duplicate_of_its_own_copy(store: Store) -> None:
    await keep(store)
    await keep(store, article_id="copy", url="https://wire.example/1", text=EDITED)
    changed = await keep(store, text=HARBOUR + "The guild has not answered.\n")
    assert changed.outcome == "new_version"
    assert changed.near_duplicate_of is None
    assert (await store.library.holding(["desk"], "copy")).near_duplicate_of == "harbour"


async def test_near_duplicates_and_ids_stay_within_one_library(store: Store) -> None:
    await keep(store, "desk")
    elsewhere = await keep(store, "other", text=EDITED)
    assert (elsewhere.outcome, elsewhere.article.id, elsewhere.near_duplicate_of) == ("new", "harbour", None)


async def test_nothing_is_read_from_a_library_that_is_not_named(store: Store) -> None:
    await keep(store, "desk")
    for libraries in ([], ["other"], ["des"], ["%"]):
        assert await store.library.article(libraries, "harbour") is None
        assert await store.library.by_url(libraries, "https://news.example/harbour") is None
        assert await store.library.brief(libraries, "harbour") is None
        assert await store.library.find(libraries, "harbour") is None
        assert await store.library.holding(libraries, "harbour") is None
        assert await store.library.holdings(libraries) == []
        assert await store.library.count(libraries) == 0


async def test_the_library_named_first_answers(store: Store) -> None:
    await keep(store, "one")
    await keep(store, "two", text=OTHER)
    assert (await store.library.article(["two", "one"], "harbour")).text == OTHER
    assert (await store.library.article(["one", "two"], "harbour")).text == HARBOUR


async def test_holdings_are_the_newest_first_and_no_more_than_asked_for(store: Store) -> None:
    for n in range(5):
        text = f"{OTHER} {n}"
        await keep(store, article_id=f"a{n}", url=None, text=text, now=START + timedelta(minutes=n))
    assert [h.id for h in await store.library.holdings(["desk"], limit=3)] == ["a4", "a3", "a2"]
    assert await store.library.count(["desk"]) == 5


async def test_another_engine_replaces_the_brief_and_the_same_one_does_not(store: Store) -> None:
    a = article()
    first, same, better = brief(a), brief(a).model_copy(update={"source": "again"}), brief(a, version="2")
    for b in (first, same):
        await store.library.keep("desk", a, b, added_by="p1", now=START)
        assert await store.library.brief(["desk"], "harbour") == first
    await store.library.keep("desk", a, better, added_by="p1", now=START)
    assert await store.library.brief(["desk"], "harbour") == better


async def test_what_was_confirmed_is_there_when_the_store_is_opened_again(tmp_path: Path) -> None:
    async with open_store(tmp_path, likeness=LIKENESS) as store:
        await keep(store)
    async with open_store(tmp_path, likeness=LIKENESS) as store:
        assert (await store.library.article(["desk"], "harbour")).text == HARBOUR


def files_with(token: str, folder: Path) -> list[str]:
    return [p.name for p in sorted(folder.rglob("*")) if p.is_file() and token.encode() in p.read_bytes()]


async def test_a_forgotten_article_is_in_no_file_of_the_store(tmp_path: Path) -> None:
    token = "quillwort7731"
    ref = ArticleRef("desk", "harbour")
    async with open_store(tmp_path, likeness=LIKENESS) as store:
        for n in range(40):
            await keep(store, article_id=f"a{n}", url=f"https://news.example/{n}", text=f"{OTHER}{n} " * 40)
        await keep(store, text=f"{HARBOUR}\n{token} said so.\n\n{token}" + " long" * 5_000 + token)
        await keep(
            store, text=f"{HARBOUR}\n{token} said so again.\n\n{token}", url="https://news.example/harbour"
        )
        await store.deliveries.add(
            delivery("d1", f"Pilots: {token}", f"more {token}", about=ref, articles=(ref,)), now=START
        )
        for n in range(40, 60):
            await keep(store, article_id=f"a{n}", url=f"https://news.example/{n}", text=f"{OTHER}{n} " * 40)
        assert files_with(token, tmp_path)

        forgotten = await store.library.forget("desk", "harbour")

        assert forgotten is not None
        assert forgotten.wiped
        assert files_with(token, tmp_path) == []
        assert await store.library.article(["desk"], "harbour") is None
        assert await store.library.count(["desk"]) == 60
    assert files_with(token, tmp_path) == []


async def test_words_that_cannot_be_wiped_yet_are_wiped_when_the_store_is_opened_next(data_dir: Path) -> None:
    token = "saltmarsh4410"
    impatient = await open_database(data_dir, busy_timeout_s=0.01)
    try:
        library = StoredLibrary(impatient, LIKENESS)
        a = article(text=f"{token}\n\n" + token * 2000)
        await library.keep("desk", a, brief(a), added_by="p1", now=START)
        with sqlite3.connect(data_dir / FILE_NAME, isolation_level=None) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM article").fetchone()
            forgotten = await library.forget("desk", "harbour")
            assert forgotten is not None
            assert not forgotten.wiped
            reader.execute("COMMIT")
        reader.close()
        assert await library.holdings(["desk"]) == []
        assert files_with(token, data_dir)
    finally:
        await impatient.close()
    async with open_store(data_dir, likeness=LIKENESS):
        assert files_with(token, data_dir) == []


async def test_forgetting_names_the_posts_and_stops_what_was_not_posted_yet(store: Store) -> None:
    await keep(store)
    ref = ArticleRef("desk", "harbour")
    await store.deliveries.add(delivery("d1", "one", "two", "three", about=ref), now=START)
    (first,) = await store.deliveries.claim("fake", owner="o", limit=9, now=START, settled=START)
    await store.deliveries.sent(first, Receipt("m1", START), now=START)
    (second,) = await store.deliveries.claim("fake", owner="o", limit=9, now=START, settled=START)

    forgotten = await store.library.forget("desk", "harbour")

    assert forgotten is not None
    assert forgotten.posts == (Posted("fake:r1", "fake", "m1"),)
    assert [r.state for r in await store.deliveries.record("d1")] == ["sent", "sending", "failed"]
    assert await store.conversations.about(["desk"], "fake:r1", "m1") == ()
    (doubtful,) = await store.deliveries.claim("fake", owner="o", limit=9, now=START, settled=START)
    assert doubtful.part.key == second.part.key
    assert (doubtful.withdrawn, doubtful.part.document.markdown) == (True, "")
    await store.deliveries.absent(doubtful, now=START)
    assert [r.state for r in await store.deliveries.record("d1")] == ["sent", "failed", "failed"]


async def test_the_words_of_a_forgotten_article_do_not_come_back_with_a_late_delivery(store: Store) -> None:
    await keep(store)
    await store.library.forget("desk", "harbour")
    late = delivery("d1", "its words", articles=(ArticleRef("desk", "harbour"),))
    assert await store.deliveries.add(late, now=START)
    assert [r.state for r in await store.deliveries.record("d1")] == ["failed"]
    assert await store.deliveries.claim("fake", owner="o", limit=9, now=START, settled=START) == []


async def test_forgetting_what_is_not_there_changes_nothing(store: Store) -> None:
    await keep(store)
    assert await store.library.forget("other", "harbour") is None
    assert await store.library.forget("desk", "nothing") is None
    assert await store.library.count(["desk"]) == 1


async def test_forgetting_an_original_leaves_its_copies(store: Store) -> None:
    await keep(store)
    await keep(store, article_id="copy", url="https://wire.example/1", text=EDITED)
    await store.library.forget("desk", "harbour")
    (holding,) = await store.library.holdings(["desk"])
    assert (holding.id, holding.near_duplicate_of) == ("copy", None)


async def test_a_closed_library_is_not_read_even_by_who_still_knows_its_name(store: Store) -> None:
    private, public = room("fake:r1", kind="private"), room("fake:r1", kind="public")
    old = await store.rooms.enter(private, library=None, now=START)
    await keep(store, old)
    assert await store.library.count([old]) == 1
    new = await store.rooms.enter(public, library=None, now=START)
    assert new != old
    assert await store.library.count([old]) == 0
    assert await store.library.article([old], "harbour") is None
    assert await store.library.forget(old, "harbour") is not None
