"""What people type in Slack → plain words: links bare, escapes undone, the bot's own name taken off."""

from __future__ import annotations

import re
from typing import Any, Literal

_LINK = re.compile(r"<((?:https?|ftp|mailto|tel):[^|>\s]+)(?:\|[^>]*)?>", re.IGNORECASE)
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|([^>]*))?>")
_CHANNEL = re.compile(r"<#([A-Z0-9]+)(?:\|([^>]*))?>")
_SPECIAL = re.compile(r"<!([a-z]+)[^>|]*(?:\|([^>]*))?>")
_SPOKEN = {None, "file_share", "thread_broadcast"}  # subtypes of messages that somebody wrote just now


def words(text: str, *, bot: str) -> str:
    """The words of a message; `bot` is the bot's user id, whose mention is taken out."""
    text = _MENTION.sub(lambda m: "" if m[1] == bot else f"@{m[2] or m[1]}", text)
    text = _LINK.sub(r"\1", text)
    text = _CHANNEL.sub(lambda m: f"#{m[2] or m[1]}", text)
    text = _SPECIAL.sub(lambda m: m[2] or f"@{m[1]}", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def mentions(text: str, bot: str) -> bool:
    return bool(bot) and any(found[1] == bot for found in _MENTION.finditer(text))


def has_link(text: str) -> bool:
    return _LINK.search(text) is not None


def said_to(event: dict[str, Any], bot: str) -> Literal["direct", "bot", "others"] | None:
    """Whom a message is meant for; None where there is nothing in it for the bot.

    "others": it merely holds a link.
    """
    if event.get("subtype") not in _SPOKEN or event.get("bot_id") or event.get("user") in {None, "", bot}:
        return None
    text, channel = str(event.get("text") or ""), str(event.get("channel") or "")
    if event.get("channel_type") == "im" or (event.get("type") == "message" and channel.startswith("D")):
        return "direct"
    if event.get("type") == "app_mention" or mentions(text, bot):
        return "bot"
    return "others" if has_link(text) else None
