"""Who demands what of whom: from the parse, the speech and the cast to proposed demands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from briefs.engines.rules.cast import Cast
from briefs.engines.rules.demands import answers, duties, nouns, same, terms, ties, verbs
from briefs.engines.rules.demands import cues as cue_words
from briefs.engines.rules.demands.wish import Scene, Wish
from briefs.lexicon import Lexicon
from briefs.parse import Parsed
from briefs.proposals import ProposedDemand
from briefs.speech import Utterance

if TYPE_CHECKING:
    from spacy.tokens import Token


def find(
    parsed: Parsed, utterances: Sequence[Utterance], cast: Cast, lexicon: Lexicon
) -> list[ProposedDemand]:
    """Demands, offers, appeals, refusals and conditions of an article in the order of their first quote.

    The same demand in several places is one entry with several quotes.
    """
    cues = cue_words.read(lexicon)
    binder = ties.Binder(parsed, utterances, cast)
    found: list[ProposedDemand] = []
    tokens_of: dict[int, list[Token]] = {id(part): list(part.doc) for part in parsed.blocks}
    for part, sentence in parsed.sentences():
        scene = Scene(part, tokens_of[id(part)], list(sentence))

        def spoken(token: Token, start: int = part.block.start) -> str | None:
            return binder.mode_at(start + token.idx)

        wishes: list[Wish] = [
            *terms.find(scene, cues, spoken),
            *verbs.find(scene, cues),
            *nouns.find(scene, cues),
            *duties.find(scene, cues, spoken),
        ]
        bound = [(wish, demand) for wish in wishes if (demand := binder.bind(wish)) is not None]
        found += same.unnested(bound)
    return answers.answered(same.merged(found), parsed, binder)
