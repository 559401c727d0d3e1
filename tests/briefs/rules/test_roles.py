"""Which side of the matter a party is on; the cast is given, the roles are settled."""

from __future__ import annotations

import pytest

from briefs.engines.rules import roles
from briefs.engines.rules.cast import Cast, Function, Member, Mention
from briefs.engines.rules.functions import head_of
from briefs.models import PartyType
from briefs.parse import Parser
from briefs.proposals import ProposedDemand, ProposedSignal, Quote

TEXT = "The labour council mediated talks between the guild and the depot. The parents urged calm. Ilka Brandt spoke."
HERE = (Quote(0, len(TEXT), TEXT),)


def member(name: str, kind: PartyType, function: Function = "agent", member_of: str | None = None) -> Member:
    start = TEXT.find(name)
    mentions = [Mention(start, start + len(name), name, "name", function)] if start >= 0 else []
    return Member(name, name, kind, member_of=member_of, mentions=mentions)


CAST = [
    member("guild", "union", "oblique"),
    member("depot", "company", "oblique"),
    member("labour council", "government_body"),
    member("parents", "civilian_group"),
    member("Ilka Brandt", "person", "speaker", "guild"),
    member("pupils", "civilian_group"),
]
DEMANDS = [
    ProposedDemand("ultimatum", "reopen", HERE, ("Ilka Brandt",), ("depot",)),
    ProposedDemand("refusal", "reopen", HERE, ("depot",), ("guild",)),
    ProposedDemand("appeal", "calm", HERE, ("parents",), ("depot",)),
]
SIGNALS = [ProposedSignal("hardship", "escalatory", 3, "lessons lost", HERE, (), ("pupils",))]


@pytest.fixture(scope="module")
def settled() -> dict[str, str]:
    cast = Cast({m.key: m for m in CAST}, tuple(n for m in CAST for n in m.mentions))
    return dict(roles.settle(list(cast.members), cast, Parser().parse(TEXT), DEMANDS, SIGNALS))


def test_the_two_sides_with_the_weightiest_dealings_are_principals(settled: dict[str, str]) -> None:
    assert settled["guild"] == settled["depot"] == "principal"


def test_who_mediates_is_the_mediator(settled: dict[str, str]) -> None:
    assert settled["labour council"] == "mediator"


def test_who_only_urges_is_a_third_party(settled: dict[str, str]) -> None:
    assert settled["parents"] == "third_party"


def test_a_person_represents(settled: dict[str, str]) -> None:
    assert settled["Ilka Brandt"] == "representative"


def test_a_group_that_is_only_hit_is_affected(settled: dict[str, str]) -> None:
    assert settled["pupils"] == "affected"


def test_a_phrase_that_hangs_on_nothing_has_its_own_head() -> None:
    (part,) = Parser().parse("The harbour union of Kestrel Bay").blocks
    assert head_of(part, 0, len(part.doc) - 1).text == "union"
