"""Offices that stand beside a name: before it, behind it, or as what somebody is said to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from briefs.engines.rules.functions import head_of
from briefs.engines.rules.names import Name
from briefs.lexicon import Lexicon
from briefs.parse import Parsed

if TYPE_CHECKING:
    from spacy.tokens import Token


class Offices:
    """Gives the names of one article the titles that noun phrases beside them tell."""

    def __init__(self, parsed: Parsed, lexicon: Lexicon) -> None:
        self._parsed = parsed
        self._titles = lexicon.titles

    def tell(self, names: list[Name]) -> None:
        """`Iran's foreign minister, Abbas Araghchi,` and `Abbas Araghchi, Iran's foreign minister,` and `X is head of Y`."""
        for name in names:
            if name.kind not in {"unknown", "person"}:
                continue
            head = head_of(name.part, name.first, name.last)
            if head.dep_ == "appos" and head.head.pos_ == "NOUN":
                self._bear(name, head.head, names)
            for child in head.children:
                if child.dep_ == "appos" and child.pos_ in {"NOUN", "PROPN"} and child.i > name.last:
                    self._bear(name, child, names)
            if head.dep_ == "nsubj" and head.head.lemma_ == "be":
                for child in head.head.children:
                    if child.dep_ == "attr" and child.pos_ == "NOUN":
                        self._bear(name, child, names)

    def _bear(self, name: Name, noun: Token, names: list[Name]) -> None:
        """Give a name the title that a noun phrase beside it tells, if it tells one."""
        part = name.part
        doc = part.doc
        best: tuple[int, int] | None = None
        titles = self._titles
        for length in (4, 3, 2, 1):
            first = noun.i - length + 1
            if first >= 0 and " ".join(t.lower_ for t in doc[first : noun.i + 1]) in titles:
                best = (first, noun.i)
                break
        if best is None:
            return
        name.kind = "person"
        left = min((t.left_edge.i for t in noun.lefts if t.dep_ not in {"cc", "conj"}), default=noun.i)
        if left <= name.last < noun.i:
            left = name.last + 1
        while left < noun.i and doc[left].pos_ in {"PUNCT", "DET", "PRON"}:
            left += 1
        right = noun.i
        for child in noun.rights:
            if child.dep_ == "prep" and child.lower_ in {"of", "for", "at", "in"} and child.i == noun.i + 1:
                inner = next((c for c in child.children if c.dep_ == "pobj"), None)
                if inner is not None and inner.i - noun.i < 10:
                    right = inner.i
        base = part.block.start
        name.title_span = (base + doc[left].idx, base + doc[right].idx + len(doc[right]))
        whole = self._text(base + doc[left].idx, base + noun.idx + len(noun))
        bare = self._text(base + doc[best[0]].idx, base + noun.idx + len(noun))
        name.title = name.title or bare
        shapes = [whole, bare]
        if right > noun.i:
            end = base + doc[right].idx + len(doc[right])
            shapes.append(self._text(base + doc[left].idx, end))
        name.title_forms = tuple(dict.fromkeys([*name.title_forms, *shapes]))
        if name.of is None:
            owner = next(
                (
                    n
                    for n in names
                    if n.part is part and left <= n.first <= right and n is not name and n.kind != "person"
                ),
                None,
            )
            if owner is not None:
                name.of = owner.entry.name if owner.entry is not None else owner.text
                name.of_text = owner.text

    def _text(self, start: int, end: int) -> str:
        return " ".join(self._parsed.text[start:end].split())
