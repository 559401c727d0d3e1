"""Parts of deliveries → messages as Slack takes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.markup.blockkit import Block, blocks, mrkdwn, plain
from bot.ports import Action, Part

EVENT_TYPE = "communique_delivery"
"""Of the metadata that carries a part's key, by which a doubtful message is looked up."""
ACTION = "do"
"""Every button's action_id begins with this; its value is the command."""

_TEXT = 3_000  # of `text`; Slack cuts it at 4,000, escapes included
_LABEL, _VALUE, _BUTTONS = 75, 2_000, 25


def message(part: Part, *, tables: bool = False) -> dict[str, Any]:
    """What chat.postMessage is given beside the channel."""
    made = blocks(part.document.markdown, tables=tables)
    if made and _fitting(part.actions):
        made.append(buttons(part.actions))
    return {
        "text": fallback(part),
        "blocks": made or None,
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": part.key}},
    }


def bare(part: Part) -> dict[str, Any]:
    """The same in plain words, for a message whose blocks Slack refuses."""
    return message(part) | {"blocks": None, "text": _cut(mrkdwn(plain(part.document.markdown))) or "…"}


def fallback(part: Part) -> str:
    """What a notification shows."""
    said = part.document.summary or plain(part.document.markdown)
    return _cut(mrkdwn(" ".join(said.split()))) or "…"


def buttons(actions: Iterable[Action]) -> Block:
    return {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": f"{ACTION}:{n}",
                "text": {"type": "plain_text", "text": action.label[:_LABEL], "emoji": False},
                "value": action.command,
            }
            for n, action in enumerate(_fitting(actions))
        ],
    }


def _fitting(actions: Iterable[Action]) -> list[Action]:
    """Half a command would be another one: what is too long for a button is left out."""
    return [action for action in actions if len(action.command) <= _VALUE][:_BUTTONS]


def _cut(text: str) -> str:
    """At most _TEXT characters, not in the middle of an escape."""
    if len(text) <= _TEXT:
        return text
    cut = text[: _TEXT - 1]
    return cut[: cut.rindex("&")] + "…" if "&" in cut[-4:] else cut + "…"
