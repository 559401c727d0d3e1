"""Whether a sentence says no more than the words it stands on: its numbers, its names, its negations.

All functions are pure and language-light: they look at words, not at grammar, so that they hold for any engine.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from briefs.terms import stems, terms
from briefs.text import plain_marks

_WORD = re.compile(r"[^\W_]+(?:['.&-][^\W_]+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NUMBER_WORDS = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | {
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "sixty": "60",
    "seventy": "70",
    "eighty": "80",
    "ninety": "90",
}
_SCALES = frozenset(
    "hundred hundreds thousand thousands million millions billion billions trillion dozen dozens".split()
)
_QUANTITIES = frozenset("half quarter third two-thirds double triple twice".split())

_HARD = frozenset(
    "not never no none nobody nothing neither nor without cannot can't won't don't doesn't didn't isn't aren't "
    "wasn't weren't wouldn't shouldn't couldn't hasn't haven't hadn't mustn't ain't n't".split()
)
_SOFT_WORD = re.compile(
    r"^(refus(e|es|ed|ing|al)|reject(s|ed|ing|ion)?|den(y|ies|ied|ying|ial)|declin(e|es|ed|ing)|fail(s|ed|ing|ure)?|"
    r"unable|unwilling)$"
)
_BORDER = frozenset("until unless if because but while although though whereas however , ; : . ! ?".split())
_SHORT = 3  # letters: a form that short is also a common word ("us", "it", "who")
_REACH = 4  # words before a phrase in which a negation still speaks of it: "will not be asked to …"
_SMALL = frozenset(
    "the a an of to in on at by for with from as and or that this these those its their his her is are was were be "
    "been being has have had will would it he she they".split()
)


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, typographic apostrophes made plain."""
    return tuple(w.group().casefold() for w in _WORD.finditer(plain_marks(text)))


def numbers(text: str) -> set[str]:
    """The numbers a text names, as digits without separators ("20,000" → "20000"; "three" → "3"; "million")."""
    found = {re.sub(r"[.,](?=\d{3}\b)", "", n.group()).rstrip(".,") for n in _NUMBER.finditer(text)}
    for word in words(text):
        for piece in word.split("-"):
            if piece in _NUMBER_WORDS:
                found.add(_NUMBER_WORDS[piece])
            elif piece in _SCALES:
                found.add(piece.rstrip("s"))
        if word in _QUANTITIES:
            found.add(word)
    return found


def foreign_numbers(text: str, sources: Iterable[str]) -> set[str]:
    """Numbers of a sentence that stand in none of its sources; "one" and "zero" count only as digits."""
    known: set[str] = set().union(*(numbers(s) for s in sources))
    return {n for n in numbers(text) - known if n != "1" or "1" in _NUMBER.findall(text)}


def mentions(form: str, text: str) -> bool:
    """Whether a name stands in a text as whole words; short capitals ("US") keep their case."""
    bare = _bare(form)
    if not bare:
        return False
    plain = _plain(text)
    if len(bare.replace(".", "")) > _SHORT:
        bare, plain = bare.casefold(), _folded(text)
    at = plain.find(bare)
    while at >= 0:
        end = at + len(bare)
        if not (at and _in_word(plain[at - 1])) and not (end < len(plain) and _in_word(plain[end])):
            return True
        at = plain.find(bare, at + 1)
    return False


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_"


# The same article and the same names are looked at hundreds of times in one brief.
_plain = lru_cache(maxsize=1024)(plain_marks)


@lru_cache(maxsize=1024)
def _folded(text: str) -> str:
    return _plain(text).casefold()


@lru_cache(maxsize=4096)
def _bare(form: str) -> str:
    """A name without its article."""
    return re.sub(r"^(the|a|an) ", "", plain_marks(form).strip(), flags=re.IGNORECASE)


def foreign_names(
    text: str, sources: Iterable[str], forms: Collection[str], known: Collection[str]
) -> set[str]:
    """Names in a sentence that are tied to nothing.

    A name is a capitalised word. It is tied where it stands in a source, or is a word of one of `forms` (the forms
    of parties that are tied already). The first word of the sentence is a name only if it is among `known`, the words
    that the article writes with a capital within its sentences.
    """
    tied = {w for s in sources for w in words(s)} | {w for form in forms for w in words(form)}
    known_words = {w for k in known for w in words(k)}
    out = set()
    plain = plain_marks(text)
    for match in _WORD.finditer(plain):
        word = match.group()
        if not word[0].isupper():
            continue
        low = re.sub(r"'s$", "", word.casefold())
        if low in tied or f"{low}'s" in tied or word.casefold() in tied or low in _SMALL:
            continue
        before = plain[: match.start()].rstrip()
        if (not before or before[-1] in ".!?:\"'") and low not in known_words:
            continue
        out.add(word)
    return out


def _negations(tokens: list[str]) -> int:
    return sum(t in _HARD or t.endswith("n't") or _SOFT_WORD.match(t) is not None for t in tokens)


def _tokens(text: str) -> list[str]:
    return [t.casefold() for t in re.findall(r"[^\W_]+(?:['.&-][^\W_]+)*|[,;:.!?]", plain_marks(text))]


def negation_agrees(text: str, quote: str) -> bool:
    """Whether a sentence is as negative as the words of the quote that it repeats.

    The words of `text` are laid upon `quote` in order; negations between the first and the last of them, and up to
    four words before the first within its clause, are counted in both. Where the two share fewer than two words
    nothing can be told, and the answer is True.
    """
    ours = _tokens(text)
    theirs = _tokens(quote)
    wanted = {t for t in ours if t not in _SMALL and t[0].isalnum()}
    places = [i for i, t in enumerate(theirs) if t in wanted]
    if len(places) < 2:
        return True
    first, last = _densest(places, len(ours))
    for i in range(first - 1, max(-1, first - 1 - _REACH), -1):
        if theirs[i] in _BORDER:
            break
        first = i
    return _negations(theirs[first : last + 1]) == _negations(ours)


def _densest(places: list[int], width: int) -> tuple[int, int]:
    """The window of about `width` words of the quote that holds most of the shared words."""
    best = (places[0], places[0])
    most = 0
    for i, start in enumerate(places):
        inside = [p for p in places[i:] if p - start <= width + _REACH]
        if len(inside) > most:
            most, best = len(inside), (start, inside[-1])
    return best


_HEDGES = frozenset(
    "may might could will would if unless allegedly alleged reportedly possibly likely".split()
)
"""Words that a statement must not lose: without them what may be so is so."""
_DENIALS = _HARD | {"non"}
_NOTHING = frozenset({"nothing", "nobody", "none"})
"""They deny the verb before them."""
_PAUSE = re.compile(r"[,;:.!?]")


@dataclass(frozen=True, slots=True)
class _Told:
    """A word that says something, and whether it is said under a negation or a hedge right before it."""

    stem: str
    negated: bool
    hedged: bool


@lru_cache(maxsize=512)
def _told(text: str) -> tuple[_Told, ...]:
    out: list[_Told] = []
    negated = hedged = False
    end = 0
    for term in terms(text):
        if _PAUSE.search(text, end, term.start):
            negated = hedged = False
        end = term.end
        low = term.form.casefold()
        if low in _NOTHING and out:
            out[-1] = replace(out[-1], negated=not out[-1].negated)
        elif low in _DENIALS or low.endswith("n't"):
            negated = not negated
        elif low in _HEDGES and not (low == "may" and term.form != "may"):  # the month, the name
            hedged = True
        elif term.content:
            out.append(_Told(term.stem, negated, hedged))
            negated = hedged = False
    return tuple(out)


@lru_cache(maxsize=4096)
def _stems(form: str) -> tuple[str, ...]:
    return tuple(stems(form))


def composed(
    text: str, sources: Iterable[str], forms: Iterable[str], *, negated: bool = False, hedges: bool = True
) -> bool:
    """Whether a sentence is made of the words of its sources, in their order, with words left out.

    Words are compared by their stems; small words are free. A name of `forms` (those of parties that are tied already)
    may stand where the sources do not hold it. The order tells who does what to whom: it must not be turned round.
    A word that stands under a negation ("not", "no", "never") there does so here, and with `hedges` one under a hedge
    ("may", "if"). `negated`: what the sentence belongs to tells the negation of its first word ("refusal: accept it").
    """
    theirs = [told for source in sources for told in _told(plain_marks(source))]
    names = {s for form in forms for s in _stems(form)} - {told.stem for told in theirs}
    at = 0
    first = negated
    for ours in _told(plain_marks(text)):
        if ours.stem in names:
            continue
        place = next(
            (n for n in range(at, len(theirs)) if _same(ours, theirs[n], hedges=hedges, free=first)), None
        )
        if place is None:
            return False
        at, first = place + 1, False
    return True


def _same(ours: _Told, theirs: _Told, *, hedges: bool, free: bool) -> bool:
    return (
        ours.stem == theirs.stem
        and (ours.negated == theirs.negated or (free and theirs.negated))
        and (not hedges or ours.hedged == theirs.hedged)
    )


_LINKLIKE = re.compile(r"://|www\.|@|\]\(|[`<>]|\b[\w-]+\.[a-z]{2,}\b")
_LONGER = 3  # times as long as the original: no two languages differ more


def translates(translation: str, quote: str) -> bool:
    """Whether a text may stand beside a quote as its translation: not longer than one, no number of its own, no link.

    Whether it says the same cannot be told; it is shown as not checked.
    """
    if len(translation) > _LONGER * len(quote) + 40 or _LINKLIKE.search(translation):
        return False
    return not foreign_numbers(translation, [quote])


def in_words_of(claim: str, text: str) -> str:
    """A claim with the words that a text does not hold left out: what is told of a drop must not carry the lie on."""
    known = _vocabulary(text)
    out: list[str] = []
    for piece in claim.split():
        held = words(piece)
        if (
            all(w in known or w.removesuffix("'s") in known or w in _SMALL for w in held)
            and "://" not in piece
        ):
            out.append(piece)
        elif not out or out[-1] != "…":
            out.append("…")
    return " ".join(out)


@lru_cache(maxsize=8)
def _vocabulary(text: str) -> frozenset[str]:
    found = words(text)
    return frozenset(found) | {w.removesuffix("'s") for w in found}


def capitals(text: str) -> frozenset[str]:
    """The words that a text writes with a capital inside its sentences: its names."""
    plain = plain_marks(text)
    inside = re.finditer(r"(?<=[a-z,;] )[A-Z][^\W_]+", plain)
    return frozenset(m.group().casefold() for m in inside)


def shares_name(alias: str, name: str) -> bool:
    """Whether one is a part of the other as names go: "Araghchi" of "Abbas Araghchi", "the ministry" not of any."""
    ours, theirs = (
        {re.sub(r"'s$", "", w.group()) for w in _WORD.finditer(plain_marks(x)) if w.group()[0].isupper()}
        for x in (alias, name)
    )
    return bool(ours and theirs) and (ours <= theirs or theirs <= ours)


def abbreviates(alias: str, name: str) -> bool:
    """Whether one is made of the initials of the other, small words left out or not: "BMA", "U.N."."""
    for short, long in ((alias, name), (name, alias)):
        letters = re.sub(r"[^A-Za-z]", "", short)
        parts = re.findall(r"[A-Za-z]+", plain_marks(long))
        if len(letters) < 2 or letters != letters.upper() or len(parts) < 2:
            continue
        initials = ("".join(p[0] for p in parts), "".join(p[0] for p in parts if p[0].isupper()))
        if any(letters.casefold() == i.casefold() for i in initials):
            return True
    return False


_JOINT = re.compile(
    r"(?:'s)?\s*[,(]?\s*(?:(?:the|a|an|its|his|her|their|or|known as|also known as|called)\s+)*[\"']?"
)


def equated(alias: str, name: str, text: str) -> bool:
    """Whether the text itself says that the two are the same: "X, the Y", "Y X", "X (Y)"."""
    plain = plain_marks(text).lower()
    one, other = (_bare(x).lower() for x in (alias, name))
    return _beside(one, other, plain) or _beside(other, one, plain)


def _beside(first: str, second: str, plain: str) -> bool:
    """Whether `second` follows `first` with no more than an article or a mark between them."""
    at = plain.find(first)
    while at >= 0:
        joint = _JOINT.match(plain, at + len(first))
        there = joint.end() if joint else at + len(first)
        whole = (
            not plain[max(0, at - 1) : at].isalnum()
            and not plain[there + len(second) : there + len(second) + 1].isalnum()
        )
        if whole and plain.startswith(second, there):
            return True
        at = plain.find(first, at + 1)
    return False
