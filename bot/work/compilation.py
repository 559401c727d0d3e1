"""`bot.routine.compiling.Compiler`'s work as plain functions: what runs in a worker, or nearby for a single command."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.routine.compiling import Alarm, Alarms, Besides, Compiled, Edition, Given, Trip
from briefs.digest import (
    Digest,
    Happenings,
    Window,
    alert,
    amendments,
    compose,
    conditions,
    tripped,
)
from briefs.lexicon import load
from briefs.models import Brief, RiskSignal
from briefs.situations import Ledger, Ledgers, Report
from briefs.situations.concepts import Aboutness
from briefs.terms import Meanings

DEFAULT_LEVEL = 4
"""At this level, two kinds of signal of severity 3 are worth an alert as well (`briefs.digest.alert`)."""


_MOST_KEPT = 400  # ledgers in memory, some 30 kB each
_KEPT: OrderedDict[bytes, Ledger] = OrderedDict()
"""Ledgers made lately, by all that they are made of: nothing in it can be out of date."""


@cache
def _meanings(words: Path | None) -> Meanings:
    return Meanings.of(load(words))


@cache
def _ledgers(words: Path | None) -> Ledgers:
    """One for each process: it keeps what it knows of words."""
    return Ledgers(_meanings(words))


def ledgers(given: Sequence[Given], words: Path | None) -> list[Ledger]:
    return _made(given, words)


def digest(given: Sequence[Given], edition: Edition, besides: Besides, words: Path | None) -> Compiled:
    window = Window(
        room=edition.room,
        since=edition.since,
        until=edition.until,
        zone=ZoneInfo(edition.timezone),
        timezone=edition.timezone,
        frequency=edition.frequency,
        due=edition.due,
        late=edition.late,
    )
    since = edition.since
    fresh = [it for it in given if it.seen_at <= edition.until and (since is None or it.seen_at > since)]
    told = [Digest.model_validate_json(it) for it in besides.earlier] if besides.revisions else []
    read = [Brief.model_validate_json(it.brief) for it in fresh]
    happenings = Happenings(
        corrections=amendments(told, besides.revisions),
        failed_feeds=besides.failed_feeds,
        dropped_lines=sum(len(brief.verification.dropped) for brief in read),
        engines=sorted({brief.engine.name for brief in read}),
    )
    made = _made(given, words)
    composed = compose(made, window, happenings)
    named = {it.id for it in composed.situations} | {it.id for it in composed.unchanged}
    titles = {it.articles[0].id for it in made if it.id in named and it.articles}
    quoted = {it.article for it in composed.sources} | {it.article for it in composed.corrections}
    return Compiled(composed, frozenset(titles | quoted))


def alarms(given: Sequence[Given], new: str, levels: Sequence[int], words: Path | None) -> Alarms:
    reports = [_report(it) for it in given]
    fresh = next(report for report in reports if report.id == new)
    earlier = [report for report in reports if report.seen_at <= fresh.seen_at and report is not fresh]
    about = Aboutness(_meanings(words))
    known = [condition for report in earlier for condition in conditions(report)]
    first = min(reports, key=lambda report: (report.day, report.seen_at))
    return Alarms(
        title=first.brief.article.title,
        titled=first.id,
        facts={
            it.id: (
                it.brief.article.title,
                it.brief.article.outlet,
                it.brief.article.url,
                it.brief.article.published,
            )
            for it in reports
        },
        by_level={level: tuple(_alarms(fresh, level)) for level in levels},
        trips=tuple(
            Trip(_hash("trip", it.condition.source.quote), it.condition.party, it.condition.source, it.met_by)
            for it in tripped(known, fresh, about)
        ),
    )


def _alarms(report: Report, level: int) -> Iterable[Alarm]:
    found = alert(report.brief, None if level == DEFAULT_LEVEL else level)
    if found is None:
        return
    evidence = {each.id: each for each in report.brief.evidence}
    names = {party.id: party.name for party in report.brief.parties}
    told: set[str] = set()
    for signal in found.signals:
        if _subject(signal) in told:
            continue  # the headline and the paragraph that say the same
        told.add(_subject(signal))
        quoted = [evidence[i] for i in signal.evidence if i in evidence]
        first = next((each for each in quoted if each.role == "support"), quoted[0] if quoted else None)
        if first is not None:
            yield Alarm(
                key=_hash("signal", first.quote),
                subject=_subject(signal),
                signal=signal,
                source=report.source(first, names),
                reason=found.reason,
            )


def _subject(signal: RiskSignal) -> str:
    return f"{signal.event}:{signal.severity}"


def _hash(kind: str, quote: str) -> str:
    return f"{kind}:{hashlib.sha256(' '.join(quote.split()).encode()).hexdigest()[:32]}"


def _report(given: Given) -> Report:
    brief = Brief.model_validate_json(given.brief)
    if brief.article.id != given.key:
        brief = brief.model_copy(update={"article": brief.article.model_copy(update={"id": given.key})})
    return Report(brief, given.seen_at, given.copy_of)


def _made(given: Iterable[Given], words: Path | None) -> list[Ledger]:
    by_situation: dict[str, list[Given]] = {}
    for each in given:
        by_situation.setdefault(each.situation, []).append(each)
    return [_ledger(name, members, words) for name, members in by_situation.items()]


def _ledger(situation: str, members: Sequence[Given], words: Path | None) -> Ledger:
    """The rooms of a workspace read one library, and ask for the same ledgers at the same hour."""
    mark = hashlib.sha256(repr(words).encode())
    for it in members:
        for part in (it.situation, it.key, it.seen_at.isoformat(), it.copy_of or "", it.brief):
            mark.update(part.encode("utf-8", "surrogatepass") + b"\0")
    key = mark.digest()
    found = _KEPT.get(key)
    if found is None:
        found = _ledgers(words).ledger(situation, None, [_report(it) for it in members])
        _KEPT[key] = found
        while len(_KEPT) > _MOST_KEPT:
            _KEPT.popitem(last=False)
    else:
        _KEPT.move_to_end(key)
    return found
