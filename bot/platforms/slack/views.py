"""Forms and the Home tab as Slack takes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

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
