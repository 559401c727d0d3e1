"""An event as a homeserver sends it → what was said, to whom, about what. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PREFIX = "!brief"
_PREFIX = re.compile(r"\s*!brief\b[:,]?\s*", re.IGNORECASE)
_PRESENTATION = "\ufe0f"  # asks for the colourful form of an emoji; clients add and drop it


@dataclass(frozen=True, slots=True)
class File:
    """A file that was sent; its bytes are still on the homeserver."""

    name: str
    media_type: str
    size: int | None
    server: str
    media_id: str
    key: Mapping[str, Any] | None
    """Of an encrypted one: `key`, `iv`, `hashes`."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a person."""

    event_id: str
    sender: str
    text: str
    """Without the bot's name, the prefix, and what a reply repeats of its original."""
    kind: str
    """The msgtype."""
    called: bool
    """By prefix or by name."""
    to_others: bool
    """It names other people and not the bot."""
    thread: str | None
    reply_to: str | None
    file: File | None


@dataclass(frozen=True, slots=True)
class Pressed:
    """A reaction of a person to a message."""

    event_id: str
    sender: str
    to: str
    mark: str


def said(source: Mapping[str, Any], *, me: str, names: Sequence[str]) -> Said | None:
    """None for what is no new message of a person: other events, notices, edits, what the bot itself said.

    `names` are those that the bot goes by in the room.
    """
    content, event_id, sender = source.get("content"), source.get("event_id"), source.get("sender")
    if source.get("type") != "m.room.message" or not isinstance(content, dict) or sender == me:
        return None
    kind, body = content.get("msgtype"), content.get("body")
    if not (isinstance(kind, str) and isinstance(event_id, str) and isinstance(sender, str)):
        return None
    if kind == "m.notice" or not isinstance(body, str):
        return None
    relation = _dict(content.get("m.relates_to"))
    if relation.get("rel_type") == "m.replace":
        return None
    reply_to = _string(_dict(relation.get("m.in_reply_to")).get("event_id"))
    thread = _string(relation.get("event_id")) if relation.get("rel_type") == "m.thread" else None
    if thread is not None and relation.get("is_falling_back") is True:
        reply_to = None
    file = _file(content) if kind in {"m.file", "m.image", "m.audio", "m.video"} else None
    text = _without_original(body) if reply_to is not None else body
    if file is not None and content.get("filename") in {None, body}:
        text = ""  # the body is the file's name, there is no caption
    mentioned, others = _mentions(content, me)
    text, named = _without_name(text, me, names, mentioned=mentioned)
    prefix = _PREFIX.match(text)
    if prefix is not None:
        text = text[prefix.end() :]
    explicit = "m.mentions" in content
    return Said(
        event_id=event_id,
        sender=sender,
        text=text.strip(),
        kind=kind,
        called=prefix is not None or mentioned or (named and not (explicit and others)),
        to_others=others and not mentioned,
        thread=thread,
        reply_to=reply_to,
        file=file,
    )


def pressed(source: Mapping[str, Any], *, me: str) -> Pressed | None:
    """None for what is no reaction of a person."""
    if source.get("type") != "m.reaction" or source.get("sender") == me:
        return None
    relation = _dict(_dict(source.get("content")).get("m.relates_to"))
    found = [source.get("event_id"), source.get("sender"), relation.get("event_id"), relation.get("key")]
    if relation.get("rel_type") != "m.annotation" or not all(isinstance(part, str) for part in found):
        return None
    event_id, sender, to, mark = found
    return Pressed(str(event_id), str(sender), str(to), plain_mark(str(mark)))


def plain_mark(mark: str) -> str:
    """An emoji without what only says how to draw it."""
    return mark.replace(_PRESENTATION, "")


def _mentions(content: Mapping[str, Any], me: str) -> tuple[bool, bool]:
    """Whether the bot is mentioned, and whether others are."""
    users = _dict(content.get("m.mentions")).get("user_ids")
    if "m.mentions" in content:
        ids = [user for user in users if isinstance(user, str)] if isinstance(users, list) else []
        return me in ids, any(user != me for user in ids)
    html = content.get("formatted_body")
    pills = re.findall(r"matrix\.to/#/(@[^\"'?<>\s]+)", html) if isinstance(html, str) else []
    return me in pills, any(user != me for user in pills)


def _without_name(text: str, me: str, names: Sequence[str], *, mentioned: bool) -> tuple[str, bool]:
    """The text without the bot's name at its beginning or end, and whether it was there.

    A name is a word like any other ("they issued a communiqué"): unless the bot is `mentioned` anyway, it counts only
    with an "@", a colon or a comma, or where nothing else is said.
    """
    forms = sorted(
        {re.escape(name.removeprefix("@")) for name in (me, *names) if name}, key=len, reverse=True
    )
    name = rf"(?P<at>@?)(?:{'|'.join(forms)})"
    start = re.match(rf"\s*{name}(?P<mark>\s*[:,]\s*|\s+|\s*$)", text, re.IGNORECASE)
    if start is not None and (mentioned or start["at"] or start["mark"].strip() or start.end() == len(text)):
        return text[start.end() :], True
    end = re.search(rf"(?P<mark>[\s,]+){name}\s*[?!.]?\s*$", text, re.IGNORECASE)
    if end is not None and (mentioned or end["at"] or "," in end["mark"]):
        mark = "?" if text.rstrip().endswith("?") else ""
        return text[: end.start()] + mark, True
    return text, False


def _without_original(body: str) -> str:
    """Without the lines in which older clients repeat what is replied to."""
    lines = body.split("\n")
    if not lines[0].startswith("> "):
        return body
    first = next((n for n, line in enumerate(lines) if not line.startswith(">")), len(lines))
    return "\n".join(lines[first:]).lstrip("\n")


def _file(content: Mapping[str, Any]) -> File | None:
    encrypted = _dict(content.get("file"))
    url = encrypted.get("url") if encrypted else content.get("url")
    address = re.fullmatch(r"mxc://([^/]+)/([^/?#]+)", url) if isinstance(url, str) else None
    if address is None:
        return None
    info = _dict(content.get("info"))
    name = content.get("filename") or content.get("body")
    size, media_type = info.get("size"), info.get("mimetype")
    return File(
        name=str(name)[:200],
        media_type=media_type.lower().partition(";")[0].strip() if isinstance(media_type, str) else "",
        size=size if isinstance(size, int) else None,
        server=address[1],
        media_id=address[2],
        key=encrypted or None,
    )


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None
