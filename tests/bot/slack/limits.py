"""What Slack refuses, as far as it is known: shapes (its own types), lengths (its documentation), and what was measured.

Used by the tests of what the bot makes and by the fake Slack, which refuses a message for the same reasons.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

_SCHEMA = Path(__file__).parents[2] / "data" / "slack" / "block-kit.schema.json"

MESSAGE_CHARS = 12_000  # measured: a message of 12-13 thousand characters fails with msg_blocks_too_long
BLOCKS = {"message": 50, "modal": 100, "home": 100}
_TEXT = {"header": 150, "section": 3_000, "context": 3_000}
_PINGS = {"user", "usergroup", "team", "channel", "broadcast", "emoji"}


def wrong(message: dict[str, Any], surface: str = "message") -> list[str]:
    """Everything that is wrong with a message (or a view's blocks), empty if Slack takes it."""
    blocks = message.get("blocks") or []
    return [*_shape(blocks), *_lengths(blocks, surface), *_text(message)]


def texts(value: Any) -> Iterator[str]:
    """Every text that a person reads in blocks, in order."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def elements(value: Any, kind: str | None = None) -> Iterator[dict[str, Any]]:
    """Every object with a type, at any depth."""
    if isinstance(value, dict):
        if "type" in value and kind in {None, value["type"]}:
            yield value
        for inner in value.values():
            yield from elements(inner, kind)
    elif isinstance(value, list):
        for inner in value:
            yield from elements(inner, kind)


def pings(message: dict[str, Any]) -> list[str]:
    """Whatever in a message would notify somebody or show a picture: rich elements of that kind, marks in mrkdwn."""
    found = [e["type"] for e in elements(message.get("blocks") or []) if e["type"] in _PINGS]
    for mrkdwn in elements(message.get("blocks") or [], "mrkdwn"):
        found += ["mrkdwn"] if "<" in mrkdwn["text"] else []
    return found + (["text"] if "<" in message.get("text", "") else [])


def links(message: dict[str, Any]) -> list[str]:
    return [e["url"] for e in elements(message.get("blocks") or [], "link")]


@cache
def _validator(kind: str) -> Draft7Validator:
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    return Draft7Validator(schema | {"$ref": f"#/definitions/{kind}"})


@cache
def _kinds() -> dict[str, str]:
    """Type of a block → its definition in the schema."""
    definitions = json.loads(_SCHEMA.read_text(encoding="utf-8"))["definitions"]
    return {
        it["properties"]["type"]["const"]: name
        for name, it in definitions.items()
        if name.endswith("Block") and "const" in it.get("properties", {}).get("type", {})
    }


def _shape(blocks: list[dict[str, Any]]) -> Iterator[str]:
    for block in blocks:
        kind = _kinds().get(block.get("type", ""))
        if kind is None:
            yield f"no such block: {block.get('type')}"
            continue
        for error in _validator(kind).iter_errors(block):
            yield f"{kind}: {error.message[:200]}"
    try:
        for parsed in Block.parse_all(blocks):
            parsed.to_dict()
    except SlackObjectFormationError as error:
        yield f"slack_sdk: {error}"


def _lengths(blocks: list[dict[str, Any]], surface: str) -> Iterator[str]:
    if len(blocks) > BLOCKS[surface]:
        yield f"{len(blocks)} blocks"
    said = sum(_units(text) for text in texts(blocks))
    if surface == "message" and said > MESSAGE_CHARS:
        yield f"msg_blocks_too_long: {said} characters"
    if sum(block["type"] == "table" for block in blocks) > 1:
        yield "two tables"
    ids = [e["action_id"] for e in elements(blocks) if "action_id" in e]
    if len(ids) != len(set(ids)):
        yield "an action_id twice"
    for element in elements(blocks):
        kind = element["type"]
        if kind in {"text", "link", "plain_text", "mrkdwn"} and not element.get("text"):
            yield f"an empty {kind}"
        if kind in _TEXT:
            for text in texts(element):
                if _units(text) > _TEXT[kind]:
                    yield f"{kind} of {_units(text)} characters"
        if kind == "context" and not 1 <= len(element["elements"]) <= 10:
            yield f"context of {len(element['elements'])} elements"
        if kind == "actions" and not 1 <= len(element["elements"]) <= 25:
            yield f"actions of {len(element['elements'])} elements"
        if kind == "section" and len(element.get("fields", [])) > 10:
            yield "more than 10 fields"
        if kind == "button" and (
            _units(element["text"]["text"]) > 75 or len(element.get("value", "")) > 2_000
        ):
            yield "a button that is too long"
        if kind == "table" and (len(element["rows"]) > 100 or any(len(r) > 20 for r in element["rows"])):
            yield "a table that is too large"
        if len(element.get("action_id", "")) > 255 or len(element.get("block_id", "")) > 255:
            yield "an id that is too long"
        if kind == "rich_text_list" and not 0 <= element.get("indent", 0) <= 8:
            yield "a list too deep"
        if kind.startswith("rich_text") and not element["elements"]:
            yield f"an empty {kind}"


def _text(message: dict[str, Any]) -> Iterator[str]:
    text = message.get("text", "")
    if message.get("blocks") and not text.strip():
        yield "no text beside the blocks"
    if _units(text) > 4_000:
        yield f"text of {_units(text)} characters"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
