"""What the pure core asks of engines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from briefs.models import Article, EngineInfo
from briefs.parse import Parsed
from briefs.proposals import Proposal
from briefs.speech import Utterance


class Engine(Protocol):
    """Proposes what an article says. Whatever it proposes passes `briefs.evidence` before anybody sees it."""

    info: EngineInfo

    def propose(self, article: Article, parsed: Parsed, said: Sequence[Utterance]) -> Proposal:
        """Never raises for any text; an empty Proposal is a fine answer."""
        ...
