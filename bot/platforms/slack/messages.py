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


def bare(part: Part) -> list[dict[str, Any]]:
    """The same in plain words, whole, for a message whose blocks Slack refuses. The last one has the part's key."""
    texts = divided(plain(part.document.markdown)) or ["…"]
    keys = [*(key_of_piece(part, n) for n in range(1, len(texts))), part.key]
    return [
        {
            "text": text,
            "blocks": None,
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": key}},
        }
        for text, key in zip(texts, keys, strict=True)
    ]


def key_of_piece(part: Part, number: int) -> str:
    """Of one that is not the last, from 1."""
    return f"{part.key}#{number}"


def divided(text: str) -> list[str]:
    """Pieces of at most _TEXT characters once escaped, cut between lines, words, or anywhere as a last resort."""
    made: list[str] = []
    rest = text.strip()
    while rest:
        whole = rest[:_TEXT]
        while len(mrkdwn(whole)) > _TEXT:
            whole = whole[: -max(1, (len(mrkdwn(whole)) - _TEXT) // 5)]
        if len(whole) < len(rest):
            border = max(whole.rfind("\n"), 0) or max(whole.rfind(" "), 0)
            whole = whole[:border] if border > len(whole) // 2 else whole
        made.append(mrkdwn(whole))
        rest = rest[len(whole) :].lstrip("\n")
    return made


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
