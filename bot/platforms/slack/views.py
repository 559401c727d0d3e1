"""Forms and the Home tab as Slack takes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.markup.blockkit import blocks
from bot.ports import Field
from briefs.render import Document

WORDS = "words"
INPUT = "words"

ASKS = {
    "ask": ("Ask", "Your question", "What does the union demand?"),
    "report": ("Report an error", "The number of the line and what is wrong with it", "3 the date is wrong"),
}
"""Commands of buttons that lack their words: title of the form, label of its field, example."""

_MOST_WORDS = 2_000


@dataclass(frozen=True, slots=True)
class Where:
    """The message that a button stands under."""

    channel: str
    thread: str | None
    """Its thread, if there is one already."""
    message: str | None
    """None for a message that only one person sees: nothing can follow it."""


def words(command: str, where: Where) -> dict[str, Any]:
    """A form that asks for what the command lacks."""
    title, label, example = ASKS[command]
    return {
        "type": "modal",
        "callback_id": WORDS,
        "title": _plain(title),
        "submit": _plain("Send"),
        "close": _plain("Cancel"),
        "private_metadata": json.dumps(
            {"command": command, "channel": where.channel, "thread": where.thread, "message": where.message}
        ),
        "blocks": [
            {
                "type": "input",
                "block_id": INPUT,
                "label": _plain(label),
                "element": {
                    "type": "plain_text_input",
                    "action_id": INPUT,
                    "multiline": command != "ask",
                    "max_length": _MOST_WORDS,
                    "placeholder": _plain(example),
                },
            }
        ],
    }


def said(view: dict[str, Any]) -> str:
    """What was filled in, on one line."""
    field = ((view.get("state") or {}).get("values") or {}).get(INPUT, {}).get(INPUT, {})
    return " ".join(str(field.get("value") or "").split())


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


SETTINGS = "settings"
"""callback_id of the form of a room's settings."""
SHORTCUT = "brief_this"
"""callback_id of “Brief this” in the menu of a message."""
ROOM = "room"
"""action_id of the menu on the Home tab that chooses a room."""
_HOME_BLOCKS = 90  # Slack takes 100
_HINT = 150


def home(documents: Sequence[Document], direct: str) -> dict[str, Any]:
    """The Home tab; `direct` is the channel of the person's direct messages with the bot."""
    top: list[dict[str, Any]] = [
        {"type": "header", "text": _plain("Communiqué")},
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": f"{ROOM}:direct",
                    "text": _plain("Settings of our direct messages"),
                    "value": direct,
                },
                {
                    "type": "conversations_select",
                    "action_id": ROOM,
                    "placeholder": _plain("Settings of a channel …"),
                    "filter": {"include": ["public", "private", "mpim"], "exclude_bot_users": True},
                },
            ],
        },
    ]
    each = max(5, _HOME_BLOCKS // max(1, len(documents)) - 1)
    for document in documents:
        top.append({"type": "divider"})
        top += blocks(document.markdown, most=each)
    return {"type": "home", "blocks": top}


def settings(fields: Sequence[Field], channel: str, title: str) -> dict[str, Any]:
    """The form of a room's settings."""
    named = f"#{title}" if title else "this room"
    return {
        "type": "modal",
        "callback_id": SETTINGS,
        "title": _plain("Settings"),
        "submit": _plain("Save"),
        "close": _plain("Cancel"),
        "private_metadata": json.dumps({"channel": channel}),
        "blocks": [
            {"type": "context", "elements": [_plain(f"Of {named}")]},
            *(_input(field) for field in fields),
        ],
    }


def filled(view: dict[str, Any]) -> dict[str, str]:
    """What was chosen or typed, by field."""
    found: dict[str, str] = {}
    for key, elements in ((view.get("state") or {}).get("values") or {}).items():
        given: dict[str, Any] = next(iter(elements.values()), {})
        option = given.get("selected_option") or {}
        found[key] = str(option.get("value") or given.get("selected_time") or given.get("value") or "")
    return found


def _input(field: Field) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "input",
        "block_id": field.key,
        "optional": True,
        "label": _plain(field.label),
        "hint": _plain(field.hint[:_HINT]),
    }
    if field.options:
        options = [{"text": _plain(option), "value": option} for option in field.options]
        element: dict[str, Any] = {"type": "static_select", "action_id": field.key, "options": options}
        chosen = [option for option in options if option["value"] == field.value]
        return made | {"element": element | ({"initial_option": chosen[0]} if chosen else {})}
    element = {"type": "plain_text_input", "action_id": field.key, "max_length": _MOST_WORDS}
    return made | {"element": element | ({"initial_value": field.value} if field.value else {})}
