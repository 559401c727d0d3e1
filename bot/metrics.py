"""Numbers about the service for Prometheus: counted as things happen, or looked up when they are asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from bot.clock import Clock
from bot.ports import Deliveries, Spent
from briefs.models import Brief


class Metrics:
    """One for each process."""

    def __init__(self, deliveries: Deliveries, clock: Clock, *, platforms: Sequence[str] = ()) -> None:
        self._deliveries = deliveries
        self._clock = clock
        self._platforms = tuple(platforms)
        self._slot_lag_s: Callable[[], float] | None = None
        self._feeds_by_state: Callable[[], Awaitable[Mapping[str, int]]] | None = None
        self._registry = registry = CollectorRegistry()
        self._briefs = Counter("communique_briefs", "Articles briefed", ["engine"], registry=registry)
        self._kept = Counter("communique_lines_kept", "Lines of briefs with their quotes", registry=registry)
        self._dropped = Counter(
            "communique_lines_dropped", "Lines that were proposed and not let through", registry=registry
        )
        self._parts = Gauge(
            "communique_delivery_parts", "Parts of messages by state", ["state"], registry=registry
        )
        self._queue = Gauge(
            "communique_queue_depth", "Parts of messages that wait to be posted", registry=registry
        )
        self._lag = Gauge(
            "communique_delivery_lag_seconds", "How long the next message has been due", registry=registry
        )
        self._slot_lag = Gauge(
            "communique_slot_lag_seconds", "How late the last digests were begun", registry=registry
        )
        self._model = Counter(
            "communique_model_requests",
            "Requests to the language model, by what came of them",
            ["task", "outcome"],
            registry=registry,
        )
        self._tokens = Counter(
            "communique_model_tokens", "Tokens sent to and received from it", ["direction"], registry=registry
        )
        self._price = Counter("communique_model_price", "What they cost", registry=registry)
        self._feeds = Gauge("communique_feeds", "Feeds followed, by state", ["state"], registry=registry)

    def watch(
        self, *, slot_lag_s: Callable[[], float], feeds: Callable[[], Awaitable[Mapping[str, int]]]
    ) -> None:
        """Where the numbers about schedules and feeds (by state) come from."""
        self._slot_lag_s = slot_lag_s
        self._feeds_by_state = feeds

    def briefed(self, brief: Brief) -> None:
        """An article was read."""
        self._briefs.labels(engine=brief.engine.name).inc()
        self._kept.inc(brief.verification.kept)
        self._dropped.inc(len(brief.verification.dropped))

    def consulted(self, task: str, outcome: str, spent: Spent) -> None:
        """The language model was asked; `outcome` is "answered" or why it did not."""
        self._model.labels(task=task, outcome=outcome).inc()
        self._tokens.labels(direction="sent").inc(spent.tokens_in)
        self._tokens.labels(direction="received").inc(spent.tokens_out)
        self._price.inc(spent.price)

    async def text(self) -> bytes:
        """All numbers in Prometheus' text format."""
        counts = await self._deliveries.counts()
        for posted, count in counts.items():
            self._parts.labels(state=posted).set(count)
        self._queue.set(counts["pending"] + counts["sending"])
        due = await self._deliveries.next_due(self._platforms) if self._platforms else None
        self._lag.set(_waited_s(due, self._clock.now()))
        if self._slot_lag_s is not None:
            self._slot_lag.set(self._slot_lag_s())
        if self._feeds_by_state is not None:
            for state, count in (await self._feeds_by_state()).items():
                self._feeds.labels(state=state).set(count)
        return generate_latest(self._registry)


def _waited_s(due: datetime | None, now: datetime) -> float:
    return 0.0 if due is None else max(0.0, (now - due).total_seconds())
