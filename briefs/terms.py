"""The words of a text as they are compared: stemmed, numbers in digits, names of states and bodies made one.

Used on both sides of a search, the question's and the passage's, so that what is written differently still meets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import snowballstemmer

from briefs.text import plain_marks

if TYPE_CHECKING:
    from briefs.lexicon import Lexicon

_WORD = re.compile(
    r"\d+(?:(?:[.,]\d+)+|(?:st|nd|rd|th)\b)?|[^\W\d_](?:\.[^\W\d_])+\.?|[^\W\d_]+(?:'[^\W\d_]+)?|[%$€£]"
)
_SIGNS = {"%": "percent", "$": "dollar", "€": "euro", "£": "pound"}
_MONTHS = {
    "jan": "january", "feb": "february", "mar": "march", "apr": "april", "jun": "june", "jul": "july",
    "aug": "august", "sep": "september", "sept": "september", "oct": "october", "nov": "november",
    "dec": "december",
}  # fmt: skip
_NUMBERS = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
    if value > 1  # "one" is a pronoun more often than a number
} | {
    word: str(value)
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), start=1
    )
}
_IRREGULAR = {
    form: base
    for base, forms in (
        row.split(":")
        for row in (
            "win:won|say:said|tell:told|give:gave given|take:took taken|hold:held|fall:fell fallen|rise:rose risen|meet:met|"
            "pay:paid|seek:sought|begin:began begun|break:broke broken|speak:spoke spoken|strike:struck stricken|leave:left|"
            "lead:led|lose:lost|buy:bought|sell:sold|send:sent|build:built|keep:kept|make:made|see:saw seen|go:went gone|"
            "come:came|know:knew known|think:thought|find:found|get:got gotten|bring:brought|write:wrote written|"
            "choose:chose chosen|drive:drove driven|fly:flew flown|shoot:shot|fight:fought|stand:stood|"
            "withdraw:withdrew withdrawn|withhold:withheld|overthrow:overthrew overthrown|throw:threw thrown|grow:grew grown|"
            "show:shown|teach:taught|catch:caught|spend:spent|lend:lent|bear:bore born borne|steal:stole stolen|"
            "freeze:froze frozen|forbid:forbade forbidden|forgive:forgave forgiven|swear:swore sworn|wear:wore worn|"
            "undertake:undertook undertaken|undergo:underwent undergone|become:became|run:ran|sit:sat|feel:felt|deal:dealt|"
            "sink:sank sunk|drink:drank drunk|eat:ate eaten|hide:hid hidden|ride:rode ridden|understand:understood|"
            "shake:shook shaken|sleep:slept|feed:fed|flee:fled|lay:laid|child:children|man:men|woman:women|"
            "foot:feet|wife:wives|life:lives|leaf:leaves|criterion:criteria|die:dying dead"
        ).split("|")
    )
    for form in forms.split()
}
_LONGEST_NAME = 6  # words: "Democratic People's Republic of Korea"

STOPWORDS = frozenset(
    "a an the this that these those of to in on at by for with from into about as and or but if than then there here "
    "it its he she they them his her their him we our us you your i me my is are was were be been being am do does "
    "did doing done has have had having will would shall should can could may might must not no nor so such very just "
    "also too any some each both either neither own same other another all more most much many few less least only "
    "what which who whom whose when where why how over under after before during between against out up down off "
    "again once while because until upon through per via s t re ve ll d m".split()
)


@dataclass(frozen=True, slots=True)
class Term:
    """One word: `form` as it stands at [start, end) of the text, `stem` as it is compared."""

    stem: str
    start: int
    end: int
    form: str

    @property
    def content(self) -> bool:
        """Whether it says something by itself."""
        return self.form.casefold() not in STOPWORDS


@lru_cache(maxsize=1)
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=100_000)  # distinct word forms of some ten thousand articles, about 15 MB
def stem(word: str) -> str:
    """A word as it is compared: lower case, without possessive, stemmed (Porter 2), numbers in digits."""
    low = word.casefold()
    if low in _SIGNS:
        return _SIGNS[low]
    if low[0].isdigit():
        return low.replace(",", "").rstrip("stndrh")
    if "." in low:
        return low.rstrip(".").replace(".", "") + "."  # "U.S." is not "us"
    low = re.sub(r"'s?$", "", low) or low
    low = _MONTHS.get(low, low)
    return _NUMBERS.get(low) or str(_stemmer().stemWord(_IRREGULAR.get(low, low)))


def terms(text: str) -> list[Term]:
    """All words of a text in order, small ones included."""
    plain = plain_marks(text)
    out = []
    for match in _WORD.finditer(plain):
        form = match.group()
        if form == "US":  # the country; the pronoun is never in capitals outside a headline
            out.append(Term("us.", match.start(), match.end(), form))
        else:
            out.append(Term(stem(form), match.start(), match.end(), form))
    return out


def stems(text: str) -> list[str]:
    """The stems of the words that say something, in order."""
    return [t.stem for t in terms(text) if t.content]


class Names:
    """Names of states and bodies that mean the same: "U.S.", "American" and "White House" are one."""

    def __init__(self, lexicon: Lexicon) -> None:
        by_phrase: dict[tuple[str, ...], str] = {}
        letters: set[tuple[str, ...]] = set()
        for state in lexicon.states:
            for form in (state.name, *state.forms, *state.demonyms, *state.seats):
                by_phrase.setdefault(_phrase(form), state.name)
                if form.isupper():
                    letters.add(_phrase(form))
        for body in lexicon.bodies:
            for form in (body.name, *body.forms):
                by_phrase.setdefault(_phrase(form), body.name)
                if form.isupper():
                    letters.add(_phrase(form))
        self._letters = frozenset(letters)
        self._by_phrase: Mapping[tuple[str, ...], str] = by_phrase
        self._firsts = frozenset(phrase[0] for phrase in by_phrase if phrase)
        self._forms: dict[str, list[tuple[str, ...]]] = {}
        for phrase, name in by_phrase.items():
            self._forms.setdefault(name, []).append(phrase)

    def found(self, words: list[Term], *, cased: bool = True) -> Iterator[tuple[int, int, str]]:
        """Where names stand: [first, last) in `words` and the name that they come down to; the longest form wins.

        With `cased` a form counts only if it begins with a capital, as in print. Abbreviations count in capitals
        alone: "who" is not the WHO.
        """
        at = 0
        while at < len(words):
            if words[at].stem not in self._firsts or (cased and not words[at].form[0].isupper()):
                at += 1
                continue
            for length in range(min(_LONGEST_NAME, len(words) - at), 0, -1):
                phrase = tuple(w.stem for w in words[at : at + length])
                name = self._by_phrase.get(phrase)
                if name is None or (phrase in self._letters and not words[at].form.isupper()):
                    continue
                yield at, at + length, name
                at += length
                break
            else:
                at += 1

    def forms(self, name: str) -> list[tuple[str, ...]]:
        """All forms of a name as stems, for a search that knows no names."""
        return self._forms.get(name, [])


def _phrase(form: str) -> tuple[str, ...]:
    return tuple(t.stem for t in terms(form))


class Meanings:
    """Words that say about the same in the news: "rejected" and "turned down", "reply" and "response"."""

    def __init__(self, rows: Iterable[Iterable[str]]) -> None:
        self._by_stem: dict[str, set[int]] = {}
        for number, words in enumerate(rows):
            for word in words:
                self._by_stem.setdefault(stem(word), set()).add(number)

    @classmethod
    def of(cls, lexicon: Lexicon) -> Meanings:
        from briefs.lexicon import forms

        return cls(forms(field) for field in lexicon.table("meanings").column("words"))

    def classes(self, stemmed: str) -> frozenset[int]:
        """The classes that a stem belongs to; two words mean about the same if they share one."""
        return frozenset(self._by_stem.get(stemmed, ()))

    def kin(self, stemmed: str) -> frozenset[str]:
        """The stems that mean about the same, itself left out."""
        wanted = self._by_stem.get(stemmed, set())
        return frozenset(s for s, found in self._by_stem.items() if found & wanted and s != stemmed)


def derived(one: str, other: str) -> bool:
    """Whether two stems are probably of one family: "respond" and "respons", "negoti" and "negotiat"."""
    if one[:1] != other[:1] or one[:1].isdigit():
        return False
    short, long = sorted((len(one), len(other)))
    if short < 5 or long - short > 4:  # shorter stems are alike by chance
        return False
    common = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        common += 1
    return common >= max(5, short - 1)
