"""A part of a message → the content of its events. Pure.

Every event says whom it mentions: nobody. Then no client looks for names in its text, whatever an article says.
"""

from __future__ import annotations

import hashlib
from typing import Any

from bot.markup.matrix import Rendered, messages
from bot.platforms.matrix.reading import plain_mark
from bot.ports import Action, Part
from briefs.markdown import clip, escape

KEY = "communique.key"
"""Field that tells our own messages apart, for a look-up after the homeserver has forgotten the transaction."""
ACTIONS = "communique.actions"
"""Field of what a reaction to the message means: mark → command."""


_FALLBACK_CHARS = 300


def transaction(key: str, number: int = 0) -> str:
    """Transaction id of one event of a part: keys hold ids of rooms and events, which are not for every log."""
    return hashlib.sha256(f"{key}\0{number}".encode()).hexdigest()[:40]


def events(part: Part) -> list[dict[str, Any]]:
    """The contents of the events that show a part, in order; mostly one."""
    pages = messages(part.document.markdown + legend(part.actions))
    made: list[dict[str, Any]] = []
    for number, page in enumerate(pages):
        content = _message(page, loud=part.loud) | {KEY: transaction(part.key, number)}
        if number == 0 and part.actions:
            content[ACTIONS] = {plain_mark(action.mark): action.command for action in part.actions}
        if number == 0 and part.replaces is not None:
            content = replacement(content, part.replaces)
        elif part.thread is not None:
            content["m.relates_to"] = in_thread(part.thread)
        made.append(content)
    return made


def legend(actions: tuple[Action, ...]) -> str:
    """What reactions do, as Markdown to put under a message."""
    if not actions:
        return ""
    offered = " · ".join(f"{action.mark} {escape(action.label)}" for action in actions)
    return f"\n\n*React: {offered}*"


def in_thread(root: str) -> dict[str, Any]:
    return {
        "rel_type": "m.thread",
        "event_id": root,
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": root},
    }


def replacement(content: dict[str, Any], of: str) -> dict[str, Any]:
    """Content that takes the place of an earlier event's.

    What older clients show instead is kept short, since the event holds all of the text once more.
    """
    return {
        "msgtype": content["msgtype"],
        "body": f"* {clip(content['body'], _FALLBACK_CHARS)}",
        "m.mentions": {},
        KEY: content[KEY],
        "m.new_content": content,
        "m.relates_to": {"rel_type": "m.replace", "event_id": of},
    }


def _message(page: Rendered, *, loud: bool) -> dict[str, Any]:
    return {
        "msgtype": "m.text" if loud else "m.notice",
        "body": page.body,
        "format": "org.matrix.custom.html",
        "formatted_body": page.html,
        "m.mentions": {},
    }
