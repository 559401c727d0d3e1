"""The language model costs no more than it may, is asked once, and its failures cost nobody a brief."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from bot.asking import Asking
from bot.consulting import Budget, Consultant, Prices, Purse, Reading
from bot.metrics import Metrics
from bot.net.model import HttpChatModel
from bot.ports import Page, Spent
from bot.service import Service
from bot.store import Likeness, Store, open_store
from briefs import read
from briefs.build import Briefer
from briefs.engines.llm.heard import Heard
from briefs.errors import ModelFailed
from briefs.models import Article, Brief
from briefs.ports import ModelReply, ModelRequest
from tests.bot.endpoint import FAULTS, Endpoint, serving
from tests.bot.fakes import FakeClock
from tests.bot.reading import FakeReader, FakeRespondent, FakeWeb

FERRIES = Path(__file__).parents[1] / "data" / "llm" / "ferry-dispute.txt"
LINK = "https://news.example/ferries"
DAY = date(2031, 3, 3)
READING = Reading("both", "m-1", context_tokens=8_192, reply_tokens=1_000, deadline_s=5.0)
SAID = json.dumps(
    {
        "demands": [
            {
                "sentences": [2], "kind": "demand", "from": ["Corvane Lines"], "to": [],
                "text": "restore eleven hours of night rest", "words": "", "status": "stated", "tense": "current",
            }
        ]
    }
)  # fmt: skip


class FakeModel:
    """Says the same to everything, or fails as it is told to."""

    def __init__(self, text: str = SAID, *, failure: ModelFailed | None = None) -> None:
        self.text = text
        self.failure = failure
        self.asked: list[ModelRequest] = []
        self.answers = asyncio.Event()
        self.answers.set()

    async def complete(self, request: ModelRequest, *, deadline_s: float) -> ModelReply:
        self.asked.append(request)
        await self.answers.wait()
        if self.failure is not None:
            raise self.failure
        return ModelReply(self.text, "stop", "m-1", 900, 100, counted=True)


@cache
def briefer() -> Briefer:
    return Briefer()


class Here(FakeReader):
    """Briefs for real, with one language model for all tests."""

    async def brief(self, article: Article, source: str, heard: Heard | None = None) -> Brief:
        return briefer().brief(article, source, heard)


@pytest.fixture
def article() -> Article:
    return read.article(FERRIES.read_bytes(), media_type="text/plain", source=FERRIES.name, url=LINK)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    alike = Likeness(
        lambda text: text.encode()[:64].ljust(64), lambda a, b: float(a == b), duplicate_from=1.0
    )
    async with open_store(tmp_path, likeness=alike) as opened:
        yield opened


def consultant(model: FakeModel, store: Store, clock: FakeClock, **budget: float) -> Consultant:
    purse = Purse(store.expenses, clock, budget=Budget(**budget), prices=Prices(2.0, 10.0))  # type: ignore[arg-type]
    return Consultant(model, READING, clock, purse=purse, memory=store.model_replies)


async def test_what_was_said_of_an_article_is_paid_once_in_each_library(
    store: Store, article: Article
) -> None:
    model, clock = FakeModel(), FakeClock()
    asks = consultant(model, store, clock)
    for library in ("desk", "desk", "other"):
        heard = await asks.hear(article, library=library, room="r1")
        assert [r.text for r in heard.replies] == [SAID]
    assert len(model.asked) == 2
    assert asks.purse is not None
    spent = await asks.purse.today("r1")
    assert spent == Spent(2, 1_800, 200, pytest.approx(0.0056))
    assert await asks.purse.today("r2") == Spent()
    assert await asks.purse.today() == spent


async def test_a_changed_prompt_or_model_is_asked_again(store: Store, article: Article) -> None:
    model, clock = FakeModel(), FakeClock()
    for name, reply_tokens in (("m-1", 1_000), ("m-2", 1_000), ("m-1", 900)):
        reading = Reading("both", name, 8_192, reply_tokens, 5.0)
        await Consultant(model, reading, clock, memory=store.model_replies).hear(article, library="desk")
    assert len(model.asked) == 3


async def test_a_forgotten_article_takes_what_was_said_of_it_along(
    store: Store, article: Article, tmp_path: Path
) -> None:
    clock = FakeClock()
    asks = consultant(FakeModel(SAID.replace("restore", "restorexyz")), store, clock)
    service = Service(
        fetcher=FakeWeb(), reader=FakeReader(), library=store.library, clock=clock, consultant=asks
    )
    for library in ("desk", "other"):
        await service.brief_article(article, LINK, library=library, by="p", room="r1")
    await store.library.forget("desk", article.id)
    async with store.database.read() as connection:
        rows = (await connection.exec_driver_sql("SELECT library FROM model_reply")).scalars().all()
    assert rows == ["other"]
    await store.library.forget("other", article.id)
    assert b"restorexyz" not in _bytes(tmp_path)


def _bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())


@pytest.mark.parametrize(
    ("budget", "sentence"),
    [
        ({"tokens": 2_500}, "the budget for the language model is spent for today (UTC)"),
        ({"room_tokens": 2_500}, "this room's budget for the language model is spent for today (UTC)"),
        ({"price": 0.006}, "the budget for the language model is spent for today (UTC)"),
        ({"room_price": 0.006}, "this room's budget for the language model is spent for today (UTC)"),
    ],
)
async def test_a_spent_budget_is_told_and_lasts_till_the_next_day(
    store: Store, article: Article, budget: dict[str, float], sentence: str
) -> None:
    model, clock = FakeModel(), FakeClock()
    asks = consultant(model, store, clock, **budget)
    assert (await asks.hear(article, room="r1")).replies
    refused = await asks.hear(article, room="r1")
    assert (refused.replies, refused.failure) == ((), sentence)
    other = await asks.hear(article, room="r2")
    assert bool(other.replies) == any(key.startswith("room") for key in budget)
    clock.jump(86_400)
    assert (await asks.hear(article, room="r1")).replies


async def test_requests_under_way_count_for_the_budget(store: Store, article: Article) -> None:
    model, clock = FakeModel(), FakeClock()
    model.answers.clear()
    asks = consultant(model, store, clock, tokens=5_000)
    assert asks.purse is not None
    under_way = [asyncio.create_task(asks.hear(article, room=f"r{n}")) for n in range(6)]
    refused = await asyncio.wait_for(_first_done(under_way), 10)
    model.answers.set()
    found = await asyncio.gather(*under_way)
    assert refused.failure is not None
    assert sum(bool(h.replies) for h in found) == len(model.asked) in range(1, 6)


async def _first_done(tasks: list[asyncio.Task]) -> object:  # type: ignore[type-arg]
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    return done.pop().result()


async def test_what_was_sent_for_nothing_is_counted(store: Store, article: Article) -> None:
    asks = consultant(FakeModel(failure=ModelFailed("slow")), store, FakeClock())
    assert not (await asks.hear(article, room="r1")).replies
    assert asks.purse is not None
    spent = await asks.purse.today("r1")
    assert (spent.requests, spent.tokens_out) == (1, 0)
    assert spent.tokens_in > 500


async def test_a_store_that_fails_costs_no_brief(store: Store, article: Article) -> None:
    class Broken:
        async def spent(self, day: date, *, room: str | None = None) -> Spent:
            raise OSError("disk")

        async def add(self, *args: object, **more: object) -> None:
            raise OSError("disk")

    purse = Purse(Broken(), FakeClock(), budget=Budget(tokens=9_000), prices=Prices())  # type: ignore[arg-type]
    heard = await Consultant(FakeModel(), READING, FakeClock(), purse=purse).hear(article, room="r")
    assert heard.replies == ()
    assert heard.failure == "asking the language model failed through a fault of mine"


async def test_what_was_read_without_the_model_is_read_again_when_it_answers(store: Store) -> None:
    model, clock = FakeModel(failure=ModelFailed("unreachable")), FakeClock()
    reader = Here()
    web = FakeWeb({LINK: FERRIES.read_text(encoding="utf-8")})
    asks = consultant(model, store, clock)
    service = Service(fetcher=web, reader=reader, library=store.library, clock=clock, consultant=asks)
    first = await service.brief_link(LINK, library="desk", by="p", room="r1")
    assert (
        first.brief.engine.note == "Read by the embedded reader alone: the model endpoint cannot be reached."
    )
    model.failure = None
    second = await service.brief_link(LINK, library="desk", by="p", room="r1")
    assert second.brief.engine.name == "both"
    assert second.brief.engine.note is None
    asked = len(model.asked)
    await service.brief_link(LINK, library="desk", by="p", room="r1")
    assert len(model.asked) == asked


@dataclass
class Office:
    """A service with a real reader and a real client, before an endpoint."""

    endpoint: Endpoint
    service: Service

    async def brief(self) -> str | None:
        page = Page(url="file:f.txt", content=FERRIES.read_bytes(), media_type="text/plain")
        found = await self.service.brief_page(page, "f.txt", library="desk", by="p", room="r1")
        assert found.brief.demands
        return found.brief.engine.note


@asynccontextmanager
async def office(
    store: Store, make: Callable[[], Endpoint], *, deadline_s: float = 5.0
) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        endpoint = await stack.enter_async_context(serving(make()))
        model = await stack.enter_async_context(HttpChatModel(endpoint.url, "m-1", first_wait_s=0.01))
        reading = Reading("both", "m-1", 8_192, 1_000, deadline_s)
        asks = Consultant(model, reading, FakeClock())
        service = Service(
            fetcher=FakeWeb(),
            reader=Here(),
            library=store.library,
            clock=FakeClock(),
            consultant=asks,
        )
        yield Office(endpoint, service)


@pytest.mark.parametrize("fault", FAULTS)
async def test_whatever_befalls_the_endpoint_the_brief_comes_with_the_reason(
    store: Store, fault: str
) -> None:
    late = fault == "hangs"
    async with office(
        store,
        lambda: Endpoint(answer=lambda _: SAID, always=fault),  # type: ignore[arg-type]
        deadline_s=0.2 if late else 5.0,
    ) as desk:
        note = await desk.brief()
    if fault == "length":
        assert note is None
    else:
        assert note is not None
        assert note.startswith("Read by the embedded reader alone: the ")
        assert "planted" not in note


async def test_a_question_is_answered_with_the_models_help_or_says_why_without(
    store: Store, article: Article
) -> None:
    clock = FakeClock()
    model = FakeModel(
        json.dumps({"sentences": [{"text": "Corvane Lines dismissed 40 deckhands", "lines": [1]}]})
    )
    asks = consultant(model, store, clock)
    service = Service(fetcher=FakeWeb(), reader=FakeReader(), library=store.library, clock=clock)
    await service.brief_article(article, LINK, library="desk", by="p")
    asking = Asking(
        passages=store.passages, library=store.library, respondent=FakeRespondent(), consultant=asks
    )
    asked = await asking.ask("Who called for an arbitrator?", ["desk"], room="r1")
    assert asked.answer.engine == "fake + m-1"
    assert asked.notes == ()
    model.failure = ModelFailed("busy")
    asked = await asking.ask("Who called for an arbitrator?", ["desk"], room="r1")
    assert asked.answer.engine == "fake"
    assert asked.notes == (
        "Answered by the embedded reader alone: the model endpoint has too many requests.",
    )
    before = len(model.asked)
    await asking.ask("Who called for an arbitrator?", ["desk"])
    assert len(model.asked) == before


async def test_what_is_asked_can_be_counted(store: Store, article: Article) -> None:
    clock, model = FakeClock(), FakeModel()
    metrics = Metrics(store.deliveries, clock)
    purse = Purse(store.expenses, clock, budget=Budget(), prices=Prices(2.0, 10.0))
    asks = Consultant(model, READING, clock, purse=purse, observe=metrics.consulted)
    await asks.hear(article, room="r1")
    model.failure = ModelFailed("slow")
    await asks.hear(article, room="r1")
    text = (await metrics.text()).decode()
    assert 'communique_model_requests_total{outcome="answered",task="brief"} 1.0' in text
    assert 'communique_model_requests_total{outcome="slow",task="brief"} 1.0' in text
    assert 'communique_model_tokens_total{direction="sent"} 900.0' in text
