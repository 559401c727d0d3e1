"""How many lies the gate catches: `python -m tests.bench.lies DATA [--seed N] [--show KIND]`.

DATA holds `articles/<id>.txt` and `gold/<id>.json`. The gold's lines are proposed as they are (how many of them the gate
drops is the price), then once with each lie that can be told of them. A lie is caught where it is not shown: the line
is dropped, or stands in the words of its quote, or without the speaker or party that was made up. Lies written by hand
are in tests/data/llm/lies.json, about an article of their own. Prints `kind caught/told share`.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from briefs import evidence, read, speech
from briefs.build import Briefer
from briefs.engines.llm.prompts import plan
from briefs.engines.llm.proposing import propose
from briefs.engines.llm.sentences import sentences
from briefs.evidence import Checked, wording
from briefs.lexicon import Lexicon, load
from briefs.models import Article
from briefs.parse import Parser
from briefs.proposals import Proposal, ProposedDemand, ProposedParty, ProposedSignal
from briefs.speech import Utterance
from tests.bench.model import scripted
from tests.briefs.llm.lies import told_by_hand

_NUMBER = re.compile(
    r"\b\d[\d,]*\b|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|hundred|thousand|million)\b"
)
_NEGATION = re.compile(r"\b(?:not|never|no|nor|without)\b |n[’']t\b|\bcannot\b", re.IGNORECASE)
_REFUSAL = {
    "refused to": "agreed to", "rejected": "accepted", "denied": "confirmed", "declined to": "agreed to",
    "refuses to": "agrees to", "rejects": "accepts", "denies": "confirms", "failed to": "managed to",
}  # fmt: skip
_HEDGE = re.compile(r"\b(?:may|might|could|allegedly|reportedly|possibly|likely)\b ")

Line = ProposedDemand | ProposedSignal


@dataclass(frozen=True)
class Case:
    article: Article
    said: tuple[Utterance, ...]
    proposal: Proposal
    others: tuple[str, ...]
    """Sentences of another article."""


@dataclass(frozen=True)
class Lie:
    kind: str
    line: Line
    text: str | None = None
    """What must not be shown as the line's text."""
    speaker: str | None = None
    """Key of the party that must not be shown as the speaker."""
    party: str | None = None
    """Key of the party that must not be shown as the one who wants it or does it."""
    quote: str | None = None
    """Words that must not be shown as a quote."""


def lies(case: Case, line: Line, dice: random.Random) -> Iterator[Lie]:
    """Every lie that can be told of a true line."""
    text = case.article.text
    quote = line.quotes[0]
    rest = line.quotes[1:]
    words = quote.text
    true = replace(line, text=words)
    foreign = dice.choice(case.others)

    def quoting(said: str, **place: int) -> Line:
        return replace(true, text=words, quotes=(replace(quote, text=said, **place), *rest))

    yield Lie("foreign quote", quoting(foreign), quote=foreign)
    cut = words.rpartition(" ")[0] or words
    other = dice.choice([s for s in sentences(text) if s.start != quote.start] or [sentences(text)[0]])
    joined = f"{cut} {text[other.start : other.end]}"
    yield Lie("joined quote", quoting(joined, end=quote.start + len(joined)), quote=joined)
    pieces = words.split(" ")
    at = dice.randrange(len(pieces))
    altered = " ".join([*pieces[:at], pieces[at][:-1] + "xs", *pieces[at + 1 :]])
    yield Lie("altered quote", quoting(altered), quote=altered)
    yield Lie(
        "shifted quote", quoting(words, start=quote.start + 1, end=quote.end + 1), quote=None, text=words
    )

    numbers = list(_NUMBER.finditer(words))
    if numbers:
        n = dice.choice(numbers)
        made = (
            str(int(re.sub(r"\D", "", n.group())) + dice.randint(2, 40))
            if n.group()[0].isdigit()
            else "eleven"
        )
        changed = words[: n.start()] + made + words[n.end() :]
        if wording.numbers(changed) != wording.numbers(words):
            yield Lie("changed number", replace(true, text=changed), text=changed)
    added = f"{words.rstrip('.')} for {dice.randint(60, 99)} days"
    yield Lie("added number", replace(true, text=added), text=added)

    negations = list(_NEGATION.finditer(words))
    if negations:
        n = dice.choice(negations)
        without = " ".join(
            (words[: n.start()] + ("can " if n.group() == "cannot" else "") + words[n.end() :]).split()
        )
        yield Lie("dropped negation", replace(true, text=without), text=without)
    for refusal, consent in _REFUSAL.items():
        if re.search(rf"\b{refusal}\b", words):
            turned = re.sub(rf"\b{refusal}\b", consent, words)
            yield Lie("dropped negation", replace(true, text=turned), text=turned)
            break
    modal = re.search(r"\b(?:will|would|must|should|is|are|was|were|has|have|had)\b(?! not)", words)
    if modal:
        denied = f"{words[: modal.end()]} not{words[modal.end() :]}"
        yield Lie("added negation", replace(true, text=denied), text=denied)
    hedge = _HEDGE.search(words)
    if hedge and isinstance(line, ProposedSignal):
        sure = words[: hedge.start()] + words[hedge.end() :]
        yield Lie("dropped hedge", replace(true, text=sure), text=sure)

    cast = case.proposal.parties
    yield from _wrong_people(case, true, cast, dice)


def _wrong_people(
    case: Case, true: Line, cast: tuple[ProposedParty, ...], dice: random.Random
) -> Iterator[Lie]:
    quote = true.quotes[0]
    who = true.from_ if isinstance(true, ProposedDemand) else true.actors
    whom = true.to if isinstance(true, ProposedDemand) else true.targets
    kin = _kin({*who, *whom, quote.speaker or ""}, cast)
    strangers = [p for p in cast if p.key not in kin]
    if quote.speaker and strangers:
        wrong = dice.choice(strangers)
        spoken = replace(true, quotes=(replace(quote, speaker=wrong.key), *true.quotes[1:]))
        yield Lie("wrong speaker", spoken, speaker=wrong.key)
    if strangers:
        wrong = dice.choice(strangers)
        yield Lie("wrong party", _by(true, (wrong.key,), whom), party=wrong.key)
    named = [p for p in cast if who and p.key in whom and p.key not in _kin(set(who), cast)]
    if named:
        wrong = dice.choice(named)
        yield Lie("sides swapped", _by(true, (wrong.key,), who), party=wrong.key)
    here = [p for p in cast if wording.mentions(p.name, quote.text)]
    if here and strangers:
        one, other = dice.choice(here), dice.choice(strangers)
        renamed = quote.text.replace(one.name, other.name)
        if other.name not in quote.text and renamed != quote.text:
            yield Lie("wrong name", replace(true, text=renamed), text=renamed)
    if len(here) > 1:
        one, other = here[0], here[1]
        if one.name not in other.name and other.name not in one.name:
            turned = (
                quote.text.replace(one.name, "\0").replace(other.name, one.name).replace("\0", other.name)
            )
            yield Lie("names turned round", replace(true, text=turned), text=turned)


def _kin(keys: set[str], cast: tuple[ProposedParty, ...]) -> set[str]:
    out = set(keys)
    for p in cast:
        if p.member_of in keys or p.key in keys:
            out |= {p.key, p.member_of or ""}
    return out


def _by(line: Line, who: tuple[str, ...], whom: tuple[str, ...]) -> Line:
    if isinstance(line, ProposedDemand):
        return replace(line, from_=who, to=whom)
    return replace(line, actors=who, targets=whom)


def caught(lie: Lie, case: Case, lexicon: Lexicon) -> bool:
    """Whether the gate does not show the lie."""
    signal = isinstance(lie.line, ProposedSignal)
    lines = {"signals" if signal else "demands": (lie.line,)}
    found = evidence.check(
        case.article.text,
        Proposal(parties=case.proposal.parties, **lines),
        case.said,
        lexicon,  # type: ignore[arg-type]
    )
    shown = found.signals if signal else found.demands
    if not shown:
        return True
    (line,) = shown
    ids = _ids(found, case)
    quotes = [e for e in found.evidence if e.id in line.evidence]
    who = line.actors if hasattr(line, "actors") else line.from_
    wrong = (
        (lie.text is not None and line.text == " ".join(lie.text.split()))
        or (lie.speaker is not None and any(e.speaker == ids.get(lie.speaker) for e in quotes))
        or (lie.party is not None and ids.get(lie.party) in who)
        or (lie.quote is not None and any(e.quote == lie.quote for e in quotes))
    )
    return not wrong


def _ids(found: Checked, case: Case) -> dict[str, str]:
    by_name = {p.name: p.id for p in found.parties}
    return {p.key: by_name[p.name] for p in case.proposal.parties if p.name in by_name}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--show", help="print the lies of this kind that were not caught")
    given = arguments.parse_args()
    lexicon, parser = load(), Parser()
    briefer = Briefer(parser=parser, lexicon=lexicon)
    dice = random.Random(given.seed)
    files = sorted((given.data / "articles").glob("*.txt"))
    told: dict[str, list[bool]] = defaultdict(list)
    kept = proposed = 0
    texts = [file.read_text(encoding="utf-8") for file in files]
    for number, file in enumerate(files):
        article = read.article(file.read_bytes(), media_type="text/plain", source=file.name)
        gold = json.loads((given.data / "gold" / f"{file.stem}.json").read_text(encoding="utf-8"))
        asked = plan(article.text, lang="en", context_tokens=100_000, reply_tokens=1_500)
        heard = scripted(article, asked, gold, "model", noise=0.0, dice=dice)
        said = speech.utterances(parser.parse(article.text), lexicon)
        proposal = propose(article.text, heard, said, lexicon)
        brief = briefer.brief(article, file.name, heard)
        kept, proposed = kept + brief.verification.kept, proposed + brief.verification.proposed
        other = texts[number - 1]
        foreign = tuple(
            other[s.start : s.end] for s in sentences(other) if other[s.start : s.end] not in article.text
        )
        case = Case(article, said, proposal, foreign)
        for line in (*proposal.demands, *proposal.signals):
            if line.quotes and line.quotes[0].text:
                for lie in lies(case, line, dice):
                    ok = caught(lie, case, lexicon)
                    told[lie.kind].append(ok)
                    if not ok and lie.kind == given.show:
                        print(
                            "NOT CAUGHT",
                            lie.kind,
                            "|",
                            lie.text or lie.party or lie.speaker,
                            "|",
                            lie.line.quotes[0].text,
                        )
    print(f"true_lines_kept {kept / proposed:.3f} ({kept}/{proposed})")
    for kind, results in sorted(told.items()):
        print(f"{kind.replace(' ', '_')} {sum(results) / len(results):.3f} ({sum(results)}/{len(results)})")
    total = [ok for results in told.values() for ok in results]
    print(f"all {sum(total) / len(total):.3f} ({sum(total)}/{len(total)})")
    for kind, (hit, of) in by_hand(briefer).items():
        print(f"by_hand_{kind.replace(' ', '_')} {hit / of:.3f} ({hit}/{of})")


def by_hand(briefer: Briefer) -> dict[str, tuple[int, int]]:
    """The lies written by hand, each as a whole reply of a model: kind → (caught, told)."""
    out: dict[str, tuple[int, int]] = {}
    for kind, ok in told_by_hand(briefer):
        hit, of = out.get(kind, (0, 0))
        out[kind] = hit + ok, of + 1
    return out


if __name__ == "__main__":
    main()
