"""A model's reply as items of ours. Whatever is not as it was asked for is mended where that is safe, else left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar, cast, get_args

from briefs.engines.llm.prompts import EVENTS
from briefs.models import (
    ClaimStatus,
    DemandKind,
    DemandStatus,
    Event,
    PartyRole,
    PartyType,
    Tense,
)

_MOST_ITEMS = 60  # of one list in one reply: a model that repeats itself goes on for ever
_MOST_CHARS = 600  # of one field
_MOST_NUMBERS = 4
_THINKING = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_KEYS = ("parties", "demands", "signals", "bottom_line")

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class SaidParty:
    name: str
    type: PartyType
    role: PartyRole
    member_of: str
    sentence: int | None


@dataclass(frozen=True, slots=True)
class SaidDemand:
    sentences: tuple[int, ...]
    words: str
    kind: DemandKind
    from_: tuple[str, ...]
    to: tuple[str, ...]
    text: str
    status: DemandStatus
    tense: Tense
    translation: str


@dataclass(frozen=True, slots=True)
class SaidSignal:
    sentences: tuple[int, ...]
    words: str
    event: Event
    severity: int
    actors: tuple[str, ...]
    targets: tuple[str, ...]
    text: str
    tense: Tense
    claim: ClaimStatus
    translation: str


@dataclass(frozen=True, slots=True)
class Said:
    """What one reply says; `broken`: it was no JSON, or was cut off, and what could be read of it is here."""

    parties: tuple[SaidParty, ...] = ()
    demands: tuple[SaidDemand, ...] = ()
    signals: tuple[SaidSignal, ...] = ()
    bottom_line: tuple[int, ...] = ()
    broken: bool = False


def read(text: str) -> Said:
    """Read a reply. Never raises; what repeats itself is taken once."""
    lists, broken = _lists(_THINKING.sub("", text))
    return Said(
        parties=_each(lists["parties"], _party),
        demands=_each(lists["demands"], _demand),
        signals=_each(lists["signals"], _signal),
        bottom_line=_numbers(lists["bottom_line"])[:3],
        broken=broken,
    )


def objects(text: str, key: str) -> tuple[list[Any], bool]:
    """The items of the list `key` of a JSON object, read as far as it goes, and whether it is broken."""
    found = _whole(text)
    if found is not None:
        items = found.get(key)
        return (items if isinstance(items, list) else []), not isinstance(items, list)
    return _salvaged(text, key), True


def _lists(text: str) -> tuple[dict[str, list[Any]], bool]:
    found = _whole(text)
    if found is None:
        return {key: _salvaged(text, key) for key in _KEYS}, True
    lists = {key: found.get(key) for key in _KEYS}
    return {k: v if isinstance(v, list) else [] for k, v in lists.items()}, False


def _whole(text: str) -> dict[str, Any] | None:
    """The first JSON object of a text, whatever stands around it (a greeting, a code fence)."""
    start = text.find("{")
    if start < 0:
        return None
    try:
        found, _ = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _salvaged(text: str, key: str) -> list[Any]:
    """The whole items of a list that was cut off or spoilt further on."""
    place = re.search(rf'"{key}"\s*:\s*\[', text)
    if place is None:
        return []
    decoder = json.JSONDecoder()
    items: list[Any] = []
    at = place.end()
    while len(items) < _MOST_ITEMS:
        at += len(text[at:]) - len(text[at:].lstrip(" \t\r\n,"))
        if at >= len(text) or text[at] == "]":
            break
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        items.append(item)
    return items


def _each(items: Iterable[Any], read_one: Any) -> tuple[Any, ...]:
    found = (read_one(item) for item in list(items)[:_MOST_ITEMS] if isinstance(item, dict))
    return tuple(dict.fromkeys(item for item in found if item is not None))


def _party(item: dict[str, Any]) -> SaidParty | None:
    name = _words(item.get("name"))
    if not name:
        return None
    numbers = _numbers([item.get("sentence")])
    return SaidParty(
        name=name,
        type=_one_of(item.get("type"), get_args(PartyType), "civilian_group"),
        role=_one_of(item.get("role"), get_args(PartyRole), "other"),
        member_of=_words(item.get("member_of")),
        sentence=numbers[0] if numbers else None,
    )


def _demand(item: dict[str, Any]) -> SaidDemand | None:
    numbers = _numbers(item.get("sentences"))
    if not numbers:
        return None
    return SaidDemand(
        sentences=numbers,
        words=_words(item.get("words")),
        kind=_one_of(item.get("kind"), get_args(DemandKind), "demand"),
        from_=_names(item.get("from")),
        to=_names(item.get("to")),
        text=_words(item.get("text")),
        status=_one_of(item.get("status"), get_args(DemandStatus), "stated"),
        tense=_one_of(item.get("tense"), get_args(Tense), "current"),
        translation=_words(item.get("translation")),
    )


def _signal(item: dict[str, Any]) -> SaidSignal | None:
    numbers = _numbers(item.get("sentences"))
    event = _one_of(item.get("event"), EVENTS, "")
    if not numbers or not event:
        return None
    severity = item.get("severity")
    return SaidSignal(
        sentences=numbers,
        words=_words(item.get("words")),
        event=cast("Event", event),
        severity=min(5, max(1, severity)) if isinstance(severity, int) else 2,
        actors=_names(item.get("actors")),
        targets=_names(item.get("targets")),
        text=_words(item.get("text")),
        tense=_one_of(item.get("tense"), get_args(Tense), "current"),
        claim=_one_of(item.get("claim"), get_args(ClaimStatus), "reported"),
        translation=_words(item.get("translation")),
    )


def _words(value: Any) -> str:
    return " ".join(value.split())[:_MOST_CHARS] if isinstance(value, str) else ""


def _names(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        return ()
    return tuple(dict.fromkeys(name for name in (_words(v) for v in value[:8]) if name))


def _numbers(value: Any) -> tuple[int, ...]:
    """Sentence numbers, whether they came as 4, "4" or "[4]"."""
    found = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            digits = re.search(r"\d{1,6}", one)
            one = int(digits.group()) if digits else None  # noqa: PLW2901 - the same thing, mended
        if isinstance(one, int) and not isinstance(one, bool) and one > 0:
            found.append(one)
    return tuple(dict.fromkeys(found))[:_MOST_NUMBERS]


def _one_of(value: Any, allowed: Iterable[str], otherwise: _T) -> _T:
    word = re.sub(r"[\s-]+", "_", value.strip().casefold()) if isinstance(value, str) else ""
    return cast("_T", word) if word in allowed else otherwise
