"""What the pure core asks of engines, and of language models behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

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


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One question to a language model. It has no tools and no memory: this is all that it sees."""

    task: str
    """What for, as a stable word that names the schema: "brief", "answer"."""
    system: str
    """Our words."""
    user: str
    """Ours and others': the sentences of articles stand in here as data."""
    schema: Mapping[str, Any]
    """JSON Schema of the reply. Not every endpoint keeps to it, so a reply is read leniently."""
    max_tokens: int


@dataclass(frozen=True, slots=True)
class ModelReply:
    """What came back, as it came. Nothing in it is believed."""

    text: str
    finish: Literal["stop", "length"]
    """length: it was cut off at `max_tokens`."""
    model: str
    """The name that the endpoint gives the model that answered."""
    tokens_in: int
    tokens_out: int
    counted: bool
    """True: the endpoint counted the tokens; False: they are our estimate."""


class ChatModel(Protocol):
    """A language model behind an endpoint."""

    async def complete(self, request: ModelRequest, *, deadline_s: float) -> ModelReply:
        """Answer within `deadline_s` seconds, retries included. Raises `briefs.errors.ModelFailed`."""
        ...
