"""What somebody typed → which command it is. Pure: no store, no platform, nothing is run here."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from briefs import urls

_PASTE_CHARS = 400  # a question or a command is shorter; the shortest agency notes are longer
_PASTE_LINES = 2
_FEWEST_WORDS = 3  # of a question: "hlep me?" is a slip of the keys
_ASKING = frozenset(
    "who whom whose what when where why how which does do did is are was were has have had can could will would should".split()
)
_NEAR = 0.6  # difflib ratio: "lsit" and "hlep" are found, "hello" is not "help"


@dataclass(frozen=True, slots=True)
class Word:
    """A word that begins a command, as it is explained to people."""

    word: str
    usage: str
    """What to type: "why <n>"."""
    about: str
    """What it does, as the end of a help line."""
    example: str
    aliases: tuple[str, ...] = ()
    questions: bool = False
    """A question behind it is meant for it: "watch Who won?" is no question to `ask`."""


@dataclass(frozen=True, slots=True)
class Command:
    word: str
    rest: str
    """What stood behind the word, without the white space around it."""


@dataclass(frozen=True, slots=True)
class Unknown:
    word: str
    nearest: Word | None


class Router:
    """Knows the words. Text that begins with none of them is a link, a pasted article, or a slip of the keys."""

    def __init__(self, words: Iterable[Word]) -> None:
        self.words = tuple(words)
        self._by_name = {name: word for word in self.words for name in (word.word, *word.aliases)}

    def route(self, text: str, *, attachments: bool = False, in_thread: bool = False) -> Command | Unknown:
        """Find the command; "add" for links, files and pasted text, "ask" for questions, "help" for an empty message.

        `in_thread`: what begins with no command's word follows on what was said there, so it is a question.
        """
        text = text.strip()
        first, _, rest = text.partition(" ") if " " in text.split("\n", 1)[0] else text.partition("\n")
        name = first.lower().lstrip("/!").rstrip(":,")
        known = self._by_name.get(name)
        if is_pasted(text):
            return Command("add", rest.strip() if known is not None and known.word == "add" else text)
        asks = "ask" in self._by_name and not attachments and not urls.find(text)
        if asks and is_question(text) and (known is None or not known.questions):
            return Command("ask", text)
        if known is not None:
            return Command(known.word, rest.strip())
        if attachments or urls.find(text):
            return Command("add", text)
        if not text:
            return Command("help", "")
        if asks and in_thread and len(text.split()) >= _FEWEST_WORDS:
            return Command("ask", text)
        near = difflib.get_close_matches(name, self._by_name, n=1, cutoff=_NEAR)
        return Unknown(first[:40], self._by_name[near[0]] if near else None)


def is_question(text: str) -> bool:
    """True for words that end with a question mark or begin as questions do; "why 3?" is a command."""
    words = text.split()
    if len(words) < _FEWEST_WORDS:
        return False
    numbered = words[1].strip("[]?").isdigit()
    return not numbered and (text.rstrip().endswith("?") or words[0].lower() in _ASKING)


def is_pasted(text: str) -> bool:
    """True for a text that is long and has several lines: an article from behind a paywall, not a command."""
    return len(text) >= _PASTE_CHARS and sum(1 for line in text.splitlines() if line.strip()) >= _PASTE_LINES
