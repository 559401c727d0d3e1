"""What a phrase does in its clause: speak, act, be acted on, own, tell a place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from briefs.engines.rules.cast import Function, Span
from briefs.parse import ParsedBlock

if TYPE_CHECKING:
    from spacy.tokens import Token


class Functions:
    """Tells functions in one article; `speakers` are the places of the words that name who speaks."""

    def __init__(self, speakers: Sequence[Span], cues: Collection[str]) -> None:
        self._speakers = speakers
        self._cues = cues

    def of(self, part: ParsedBlock, head: Token) -> Function:
        """The function of the phrase of a head word."""
        if part.block.kind == "caption":
            return "other"
        token = head
        for _ in range(6):
            dep = token.dep_
            if dep in {"conj", "appos", "flat", "nmod"} and token.head.i != token.i:
                token = token.head
                if dep == "nmod":
                    return "modifier"
                continue
            if dep in {"compound", "amod"}:
                return "modifier"
            if (
                dep == "pobj"
                and token.head.lower_ in {"like", "including", "as", "among"}
                and token.head.head.pos_ == "NOUN"
            ):
                token = token.head.head  # "countries like Qatar have cautioned"
                continue
            break
        dep, governor = token.dep_, token.head
        start = part.block.start + token.idx
        outer = part.block.start + governor.idx
        if any(a <= start < b and not (a <= outer < b and governor.i != token.i) for a, b in self._speakers):
            return "speaker"
        if dep == "nsubj":
            before = next((t for t in (*token.lefts, token) if t.i <= token.i), token)
            if before.i > 0 and part.doc[before.i - 1].lower_ in {"in", "at", "near", "inside", "outside"}:
                return "place"  # "filmed in the Marches slapping a guard": nobody's doing
            if governor.lemma_.lower() in self._cues:
                return "speaker"
            return "other" if governor.pos_ == "NOUN" else "agent"
        if dep == "csubj":
            return "agent"
        if dep in {"nsubjpass", "dobj", "dative", "obj", "iobj"}:
            return "patient"
        if dep == "poss":
            return "owner"
        if dep == "pobj":
            if governor.dep_ == "agent":
                return "agent"
            if governor.lower_ in {
                "in",
                "at",
                "near",
                "across",
                "around",
                "inside",
                "outside",
                "into",
                "within",
                "off",
            }:
                return "place"
            if governor.lower_ in {"with", "between", "against", "among", "alongside", "versus"}:
                return "counterpart"
            return "oblique"
        return "other"


def head_of(part: ParsedBlock, first: int, last: int) -> Token:
    """The word of a phrase on which its others hang; the last one where the parse cuts it up."""
    for token in part.doc[first : last + 1]:
        if token.head.i < first or token.head.i > last or token.head.i == token.i:
            return token
    return part.doc[last]
