"""The client for language models, against an endpoint that fails in every way that is known."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.net.model import HttpChatModel
from briefs.errors import ModelFailed
from briefs.ports import ModelReply, ModelRequest
from tests.bot.endpoint import FAULTS, Endpoint, serving
from tests.bot.fakes import FakeClock, settle

ASKED = ModelRequest("brief", "Read.", "[1] The guild asks for rest.", {"type": "object"}, max_tokens=50)

EXPECTED = {
    "key": "key", "forbidden": "key", "missing": "missing", "busy": "busy", "broke": "spent", "down": "down",
    "reset": "unreachable", "closed": "garbled", "garbage": "garbled", "half": "garbled", "half_stream": "garbled",
    "not_utf8": "garbled", "hangs": "slow", "filter": "filtered", "filter_refusal": "filtered", "length": None,
    "empty": "garbled", "no_choices": "garbled", "error_200": "down", "redirect": "missing", "huge": "garbled",
    "too_long": "too_long", "html": "garbled", "list_200": "garbled",
}  # fmt: skip


def client(endpoint: Endpoint, **options: object) -> HttpChatModel:
    return HttpChatModel(endpoint.url, "reader-1", **({"first_wait_s": 0.01} | options))  # type: ignore[arg-type]


class Watched(FakeClock):
    """Says when somebody has begun to sleep."""

    def __init__(self) -> None:
        super().__init__()
        self.sleeps = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.sleeps.set()
        await super().sleep(seconds)


async def why(model: HttpChatModel, *, deadline_s: float = 5.0) -> str:
    with pytest.raises(ModelFailed) as failed:
        await model.complete(ASKED, deadline_s=deadline_s)
    return failed.value.why


async def test_an_answer_comes_with_the_tokens_that_the_endpoint_counted() -> None:
    async with serving(Endpoint(answer=lambda _: "hello")) as endpoint, client(endpoint, key="k-1") as model:
        reply = await model.complete(ASKED, deadline_s=5)
    assert reply == ModelReply("hello", "stop", "reader-1-2031", 100, 20, counted=True)
    assert endpoint.headers[0]["authorization"] == "Bearer k-1"
    assert endpoint.seen[0]["response_format"]["json_schema"]["schema"] == {"type": "object"}


async def test_tokens_that_nobody_counted_are_estimated() -> None:
    async with (
        serving(Endpoint(answer=lambda _: "hello", usage=False)) as endpoint,
        client(endpoint) as model,
    ):
        reply = await model.complete(ASKED, deadline_s=5)
    assert not reply.counted
    assert reply.tokens_out == 2


async def test_a_stream_is_put_together() -> None:
    async with (
        serving(Endpoint(answer=lambda _: "many words, piece by piece")) as endpoint,
        client(endpoint, stream=True) as model,
    ):
        reply = await model.complete(ASKED, deadline_s=5)
    assert reply.text == "many words, piece by piece"
    assert (reply.tokens_in, reply.tokens_out) == (90, 30)


@pytest.mark.parametrize("takes", [("json_schema",), ("json_object", "plain"), ("plain",)])
async def test_the_form_of_replies_is_found_out_once_and_remembered(takes: tuple[str, ...]) -> None:
    async with serving(Endpoint(takes=takes)) as endpoint, client(endpoint) as model:
        for _ in range(3):
            await model.complete(ASKED, deadline_s=5)
    tried = endpoint.forms()
    assert tried[-3:] == [takes[0]] * 3
    assert len(tried) == 3 + ["json_schema", "json_object", "plain"].index(takes[0])


async def test_an_endpoint_of_other_habits_is_understood() -> None:
    async with (
        serving(
            Endpoint(bound="max_completion_tokens", temperature=False, takes=("json_object",))
        ) as endpoint,
        client(endpoint) as model,
    ):
        for _ in range(2):
            await model.complete(ASKED, deadline_s=5)
    assert len(endpoint.seen) == 5
    assert endpoint.seen[-1].keys() == {"model", "messages", "max_completion_tokens", "response_format"}


async def test_a_form_is_given_up_only_for_one_that_works() -> None:
    async with serving(Endpoint(takes=())) as endpoint, client(endpoint) as model:
        assert await why(model) == "refused"
        assert model.form == "json_schema"


@pytest.mark.parametrize("fault", FAULTS)
async def test_each_fault_has_its_word_and_is_survived(fault: str) -> None:
    async with (
        serving(Endpoint(answer=lambda _: "a fine answer", always=fault)) as endpoint,  # type: ignore[arg-type]
        client(endpoint, stream=fault == "half_stream") as model,
    ):
        expected = EXPECTED[fault]
        if expected is None:
            assert (await model.complete(ASKED, deadline_s=5)).finish == "length"
        else:
            assert await why(model, deadline_s=0.3 if fault == "hangs" else 5.0) == expected
        endpoint.always = None
        model.breaker.succeeded()
        assert (await model.complete(ASKED, deadline_s=5)).text == "a fine answer"


@pytest.mark.parametrize("fault", ["busy", "down", "reset", "closed", "half", "garbage", "error_200"])
async def test_what_passes_is_asked_again(fault: str) -> None:
    async with serving(Endpoint(answer=lambda _: "at last")) as endpoint, client(endpoint) as model:
        endpoint.faults.extend([fault, fault])  # type: ignore[list-item]
        assert (await model.complete(ASKED, deadline_s=10)).text == "at last"


@pytest.mark.parametrize("fault", ["key", "missing", "broke", "filter", "too_long"])
async def test_what_does_not_pass_is_asked_once(fault: str) -> None:
    async with serving(Endpoint(always=fault)) as endpoint, client(endpoint) as model:  # type: ignore[arg-type]
        await why(model)
    assert len(endpoint.seen) == 1


async def test_a_wait_that_the_endpoint_asks_for_is_kept() -> None:
    clock = Watched()
    async with (
        serving(Endpoint(retry_after="7", answer=lambda _: "now")) as endpoint,
        client(endpoint, clock=clock) as model,
    ):
        endpoint.faults.append("busy")
        asking = asyncio.create_task(model.complete(ASKED, deadline_s=30))
        await clock.sleeps.wait()
        await clock.advance(6)
        assert len(endpoint.seen) == 1
        await clock.advance(1.5)
        assert (await asking).text == "now"


async def test_a_wait_beyond_the_deadline_is_not_begun_and_others_keep_it_too() -> None:
    clock = FakeClock()
    async with (
        serving(Endpoint(retry_after="60", always="busy")) as endpoint,
        client(endpoint, clock=clock) as model,
    ):
        started = time.monotonic()
        assert await why(model, deadline_s=20) == "busy"
        assert time.monotonic() - started < 10
        assert await why(model) == "resting"
        assert len(endpoint.seen) == 1
        await clock.advance(61)
        endpoint.always = None
        await model.complete(ASKED, deadline_s=5)


async def test_an_endpoint_that_keeps_failing_is_left_alone_then_tried_by_one() -> None:
    clock = FakeClock()
    async with serving(Endpoint(always="too_long")) as endpoint, client(endpoint, clock=clock) as model:
        assert [await why(model) for _ in range(6)] == [
            "too_long"
        ] * 6  # it answers: that is no fault of its own
        endpoint.always = "hangs"
        assert [await why(model, deadline_s=0.05) for _ in range(6)] == ["slow"] * 5 + ["resting"]
        await clock.advance(timedelta(seconds=31).total_seconds())
        endpoint.always, endpoint.pause_s = None, 0.2
        first = asyncio.create_task(model.complete(ASKED, deadline_s=5))
        await settle()
        assert await why(model) == "resting"
        await first
        await model.complete(ASKED, deadline_s=5)


async def test_no_more_requests_than_allowed_are_under_way() -> None:
    async with serving(Endpoint(pause_s=0.02)) as endpoint, client(endpoint, concurrency=2) as model:
        await asyncio.gather(*(model.complete(ASKED, deadline_s=20) for _ in range(8)))
    assert endpoint.most_under_way == 2


async def test_an_endpoint_that_is_not_there_is_unreachable() -> None:
    async with HttpChatModel("http://127.0.0.1:9/v1", "m", first_wait_s=0.01) as model:
        assert await why(model) == "unreachable"


async def test_neither_the_key_nor_a_word_of_either_side_is_logged() -> None:
    async with (
        serving(Endpoint(answer=lambda _: "a secret answer")) as endpoint,
        client(endpoint, key="k-77") as model,
    ):
        with capture_logs() as logs:
            await model.complete(ASKED, deadline_s=5)
            endpoint.always = "key"
            await why(model)
    assert not any(word in str(logs) for word in ("k-77", "guild", "secret"))
