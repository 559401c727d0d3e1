"""Briefs made by hand from a few lines, for tests of what is made of many of them. Every quote must stand in its text."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from briefs.build import record
from briefs.models import (
    Article,
    Brief,
    Demand,
    EngineInfo,
    Evidence,
    Party,
    RiskSignal,
    Verification,
)
from briefs.situations import Report
from briefs.text import blocks

DE_ESCALATORY = {"consult", "agree", "support", "concede", "cooperate", "aid", "retreat"}


class Telling:
    """One article and what is read in it; parties are called by their names."""

    def __init__(self, id: str, day: str, text: str, *, outlet: str = "Arlen Courier") -> None:  # noqa: A002
        self.text = text
        self.article = Article(
            id=id,
            title=text.splitlines()[0],
            outlet=outlet,
            published=day,
            published_basis="meta",
            text=text,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
        )
        self._parties: list[Party] = []
        self._demands: list[Demand] = []
        self._signals: list[RiskSignal] = []
        self._evidence: list[Evidence] = []

    def party(self, name: str, kind: str, role: str = "principal", **more: Any) -> Telling:
        at = f"p{len(self._parties) + 1}"
        self._parties.append(
            Party(id=at, name=name, type=kind, role=role, evidence=(self._quote(name),), **more)
        )
        return self

    def demand(
        self, kind: str, from_: Sequence[str], to: Sequence[str], text: str, quote: str, **more: Any
    ) -> Telling:
        self._demands.append(
            Demand(
                id=f"d{len(self._demands) + 1}",
                kind=kind,
                from_=self._ids(from_),
                to=self._ids(to),
                text=text,
                evidence=(self._quote(quote, from_),),
                **more,
            )
        )
        return self

    def signal(
        self, event: str, severity: int, quote: str, actors: Sequence[str] = (), **more: Any
    ) -> Telling:
        self._signals.append(
            RiskSignal(
                id=f"s{len(self._signals) + 1}",
                event=event,
                polarity="de_escalatory" if event in DE_ESCALATORY else "escalatory",
                severity=severity,
                actors=self._ids(actors),
                text=more.pop("text", quote),
                evidence=(self._quote(quote, actors),),
                **more,
            )
        )
        return self

    def brief(self) -> Brief:
        return Brief(
            source=f"{self.article.id}.txt",
            article=record(self.article),
            engine=EngineInfo(name="rules", model="", version="1"),
            parties=tuple(self._parties),
            demands=tuple(self._demands),
            risk_signals=tuple(self._signals),
            evidence=tuple(self._evidence),
            verification=Verification(proposed=9, kept=8),
        )

    def report(self, seen: str, copy_of: str | None = None) -> Report:
        """`seen` is an ISO instant with its offset."""
        return Report(self.brief(), datetime.fromisoformat(seen), copy_of)

    def _ids(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(p.id for name in names for p in self._parties if p.name == name)

    def _quote(self, quote: str, speakers: Sequence[str] = ()) -> str:
        start = self.text.index(quote)
        block = next(b for b in blocks(self.text) if b.start <= start < b.end)
        at = f"e{len(self._evidence) + 1}"
        self._evidence.append(
            Evidence(
                id=at,
                quote=quote,
                start=start,
                end=start + len(quote),
                paragraph=block.paragraph,
                speaker=next(iter(self._ids(speakers)), None),
                mode="headline" if block.kind == "headline" else "narration",
            )
        )
        return at
