"""What people type in Slack → plain words: links bare, escapes undone, the bot's own name taken off."""

from __future__ import annotations

import re

_LINK = re.compile(r"<((?:https?|ftp|mailto|tel):[^|>\s]+)(?:\|[^>]*)?>", re.IGNORECASE)
_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|([^>]*))?>")
_CHANNEL = re.compile(r"<#([A-Z0-9]+)(?:\|([^>]*))?>")
_SPECIAL = re.compile(r"<!([a-z]+)[^>|]*(?:\|([^>]*))?>")


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
