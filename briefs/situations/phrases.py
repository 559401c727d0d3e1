"""Phrases by which the news tell what became of a demand: it was met, refused, defied, left to lapse.

Compiled by hand from general knowledge of news English.
"""

from __future__ import annotations

import re

from briefs.models import DemandStatus
from briefs.terms import stem

FAILED = re.compile(
    r"\b(?:fail(?:s|ed|ing|ure)?|neglect(?:s|ed|ing)?|yet)\s+to\s+(?!meet (?:the|a|its|their) deadline)(?P<what>[a-z][^.;]*)"
    r"|\b(?P<thing>[^,.;]{8,80}?)\s+(?:has|have|had) (?:not|never|yet to) been (?P<done>[a-z]+ed)\b",
    re.IGNORECASE,
)
LAPSED = re.compile(
    r"\b(?:fail(?:s|ed|ing)? to meet (?:the|a|its|their) deadline|miss(?:es|ed|ing) (?:the|a|its|their) deadline|"
    r"deadline (?:has |had )?(?:passed|expired|lapsed|came and went))\b",
    re.IGNORECASE,
)
DEFIED = re.compile(
    r"\b(?:despite (?:an?|the|several|repeated)?\s?(?:[\w-]+ ){0,3}?(?:orders?|calls?|appeals?|requests?|demands?|rulings?|"
    r"ultimatums?|warnings?|pleas?)|"
    r"(?:in )?def(?:y|ies|ied|ying|iance)|disregard(?:s|ed|ing)?|ignor(?:e|es|ed|ing)|flout(?:s|ed|ing)?)\b",
    re.IGNORECASE,
)
SETTLED = re.compile(
    r"\b(?:(?:ends?|ended|ending|settl(?:e|es|ed|ing)|resolv(?:e|es|ed|ing)) (?:\w+[ -]){0,3}?(?:dispute|strike|standoff|"
    r"stand-off|row|conflict|deadlock|crisis|boycott|blockade|siege)s?|called off|calls off|lifted|complied|fulfilled|"
    r"released|implemented)\b",
    re.IGNORECASE,
)
TAKEN = re.compile(
    r"\b(?:accept(?:s|ed)?|agree(?:s|d)?|approv(?:e|es|ed)|ratif(?:y|ies|ied)|back(?:s|ed)|reach(?:es|ed)?|sign(?:s|ed)?|"
    r"str(?:uck|ikes?) (?:a|an|the) (?:\w+ ){0,2}(?:deal|agreement|accord|bargain)|seal(?:s|ed)|clinch(?:es|ed)?|voted|grant(?:s|ed)?|conced(?:e|es|ed)|met)\b",
    re.IGNORECASE,
)
HALF = re.compile(
    r"\b(?:but|could|would|only if|provided|on condition|in (?:phases|stages)|partial(?:ly)?|subject to|put (?:\w+ ){0,4}to (?:a|their|its|the)?\s?"
    r"(?:\w+ ){0,3}vote|for a vote|if)\b",
    re.IGNORECASE,
)
TOO_LITTLE = re.compile(
    r"\b(?:not (?:\w+ )?(?:enough|sufficient|acceptable)|insufficient|inadequate|falls? short|too little|unacceptable)\b",
    re.IGNORECASE,
)
NO = re.compile(
    r"\b(?:reject\w*|refus\w*|dismiss\w*|rebuff\w*|declin\w*|den(?:y|ies|ied)|oppos\w*|veto\w*|rul\w+ out|turn\w* down|"
    r"block\w*|spurn\w*|object\w*|none|no|not|never|cannot|without)\b|n't\b|n’t\b",
    re.IGNORECASE,
)
DENIAL = re.compile(
    r"\bden(?:y|ies|ied|ying)\s(?:(?:this|that|it|wrongdoing|involvement|responsibility|having|any (?:wrongdoing|involvement|role))\b|"
    r"(?:the |all |any |these |those )?(?:[\w-]+ )?(?:charges?|claims?|accusations?|allegations?|reports?)\b)",
    re.IGNORECASE,
)
"""Who denies a claim refuses nothing that is wanted."""
PERFECT = re.compile(
    r"\b(?:has|have)\s(?:now |already |since |also )?(?:reached|accepted|agreed|signed|approved|settled|ended|granted|met)\b",
    re.IGNORECASE,
)
BEFORE = re.compile(
    r"\b(?:over|in|during) the (?:past|last)\b|\blast (?:week|month|year)\b|\bearlier\b|\bsince\b|\bin (?:19|20)\d\d\b|"
    r"\boccasions\b|\bbefore\b",
    re.IGNORECASE,
)
TAIL = re.compile(r",\s+[a-z]+ing\b.*$")
"""What comes of a demand, told behind it: "…, causing disruptions"."""
OWN = re.compile(r"^[\"“”']?(?:we|i|let us|let's)\b|\b(?:ourselves|our own)\b", re.IGNORECASE)
BARE = re.compile(
    r"\b(?:the|all|their|our|its|these|those) (?:\w+ )?demands?\b(?! (?:for|that|to|on)\b)", re.IGNORECASE
)
COURT = re.compile(
    r"\b(?:an?|the|federal|state)\s(?P<name>(?:[a-z]+ ){0,2}(?:court|tribunal|judge|regulator|watchdog))(?:'s|’s)?\s"
    r"(?:order|ruling|injunction|decision|had ordered|has ordered|ordered|ruled)",
    re.IGNORECASE,
)
STOP = re.compile(
    r"\b(?:call(?:s|ed|ing)? off|cancel|suspend|halt|end|stop|cease|pause|lift|withdraw|return to work|go back to work|"
    r"back to work|on hold|leave the picket|abandon|refrain)\w*\b",
    re.IGNORECASE,
)
FRAGMENT = re.compile(r"^(?:the|an?|some|those)\s(?:[\w'’-]+\s){1,4}(?:that|who|which)\b", re.IGNORECASE)
"""A phrase that only tells who is meant ("the union that represents the strikers"), not what happens."""
NOUN = re.compile(
    r"\b(order|request|appeal|offer|demand|proposal|ultimatum|deadline|call|plea|petition|deal|agreement|ruling)s?\b",
    re.IGNORECASE,
)
OUTCOMES = frozenset(
    stem(w)
    for w in (
        "deal agreement accord settlement dispute row end settle resolve reach sign approve back vote yearlong long "
        "unprecedented breakthrough"
    ).split()
)
"""Words that say that something was agreed, not what."""


def nouns(text: str) -> frozenset[str]:
    """The words for demands and offers in a text, in the singular."""
    return frozenset(m.lower() for m in NOUN.findall(text))


def outcome(quote: str) -> DemandStatus:
    if HALF.search(quote):
        return "conditional"
    return "met" if SETTLED.search(quote) else "accepted"


def cut(text: str) -> str:
    """The text up to where another clause begins, at most sixteen words."""
    text = re.split(r",\s|\s(?:after|which|who|that|because|while|since|despite)\s", text, maxsplit=1)[0]
    return " ".join(text.split()[:16])
