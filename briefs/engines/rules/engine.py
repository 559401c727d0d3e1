"""The embedded reader: from a parsed article to a Proposal, one module for each kind of line."""

from __future__ import annotations

from collections.abc import Sequence

from briefs.engines.rules import absences, bottom_line, casting, contradictions, demands, parties, signals
from briefs.engines.rules.events.rules import EventRules
from briefs.lexicon import Lexicon
from briefs.models import Article, EngineInfo
from briefs.parse import Parsed
from briefs.proposals import Proposal
from briefs.speech import Utterance

VERSION = "1"


class RulesEngine:
    """English only; needs no key and no network."""

    def __init__(self, model: str, lexicon: Lexicon) -> None:
        self.info = EngineInfo(name="rules", model=model, version=VERSION)
        self._lexicon = lexicon
        self._events = EventRules.of(lexicon)

    def propose(self, article: Article, parsed: Parsed, said: Sequence[Utterance]) -> Proposal:
        del article
        cast = casting.build(parsed, said, self._lexicon)
        wanted = demands.find(parsed, said, cast, self._lexicon)
        risks = signals.find(parsed, said, cast, self._events)
        return Proposal(
            parties=parties.settle(cast, parsed, said, wanted, risks),
            demands=tuple(wanted),
            signals=tuple(risks),
            bottom_line=bottom_line.compose(parsed, said, wanted, risks),
            contradictions=contradictions.find(parsed, cast, wanted, risks),
            absences=absences.find(parsed, cast, wanted, risks),
        )
