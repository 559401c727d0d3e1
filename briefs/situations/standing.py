"""Which words can stand in a line by themselves, which tell of a dispute at all, and which point to a way out.

Compiled by hand from general knowledge of news English. All of it would rather say no: a line less is better than a wrong
one.
"""

from __future__ import annotations

import re

from briefs.situations import phrases

_DEPENDENT = re.compile(
    r"^(?:[\"“‘']\s*)?(?:if|unless|whether|when|whenever|where|while|because|since|until|after|before|although|though|"
    r"that|which|who|whom|whose|what|how|why|as|than|so|and|but|or|of|in|on|at|by|for|from|with|being|been|not|"
    r"cases|those|these|such|to|is|are|was|were|some while|meanwhile|also|now)\b|^[\"“‘']?(?-i:[a-z]+ing)\s",
    re.IGNORECASE,
)
"""How a clause begins that hangs on another one, or a piece that a verb or a name was cut off of."""
_POINTING = re.compile(
    r"^(?:[\"“‘']\s*)?(?:this|that|it|they|he|she|him|them|his|her|the (?:threat|move|step|decision))\b",
    re.IGNORECASE,
)
_SHE = re.compile(r"^(?:he|she)\s", re.IGNORECASE)
"""A person meant before: what she said is said all the same."""
_THREAT = re.compile(r"^[\"“‘']?(?:if|unless)\s[^.;]+,\s", re.IGNORECASE)
"""A condition that is told with what it leads to."""
_SAYS_HOW = 4  # words from which on "be …" says what somebody is to do: "be hit" is cut out of a warning
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|shall|do|does|did|\w{2,}ed|said|told|"
    r"went|took|gave|left|broke|held|met|made|came|began|sent|put|cut|hit|shut|struck|fell|rose|fought|fled|set|threw|won|"
    r"lost|sued|blew|drew|led|withdrew|called|says|\w+n['’]t)\b|['’](?:ll|re|ve|d)\b",
    re.IGNORECASE,
)
_MISFORTUNE = re.compile(
    r"\b(?:cancer|illness(?:es)?|diseases?|dementia|pneumonia|influenza|flu|covid(?:-19)?|coronavirus|virus|cholera|measles|outbreak|infect\w*|poisoning|symptoms|epidemic|HIV|AIDS|seizures|vaccin\w+|pandemic|heart "
    r"(?:attack|failure)|natural causes|hospice|overdos\w+|medical emergency|childbirth|crash(?:es|ed)?|collid\w+|collision|"
    r"derail\w*|accident(?:s|al|ally)?|drown\w*|earthquake|tornado|hurricane|avalanche|landslide|"
    r"died (?:at (?:the age|home|\d)|aged|peacefully|in (?:his|her) sleep))\b",
    re.IGNORECASE,
)
_WILL = re.compile(
    r"\b(?:attack\w*|assault\w*|kill(?:ed|ing) by|soldiers?|troops|militants?|gunm[ae]n|police|strik(?:e|es|ers?|ing)|protest\w*|"
    r"picket\w*|demand\w*|reject\w*|refus\w*|accus\w*|threat\w*|sabotage\w*|negligen\w+|boycott\w*|blockade\w*|bomb\w*|"
    r"shell\w*|missiles?|union|lockout)\b",
    re.IGNORECASE,
)
_ROUNDUP = re.compile(
    r"\bround-?ups?\b|^(?:editorials?|opinions?|letters?|obituar(?:y|ies))\b\s*[:|–—-]|\b(?:news|world|business|sports?) in brief\b|"
    r"\bletters to the editor\b|^(?:today in history|this week in|the week in)\b",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"\b(?:agree(?:s|d)?\s(?:\w+\s){0,4}?(?:to|on|that)\b|(?:reach(?:es|ed)?|str(?:ikes?|uck)|sign(?:s|ed)?|seal(?:s|ed)?|clinch(?:es|ed)?)\s"
    r"(?:\S+\s){0,4}?(?:deal|agreement|accord|truce|cease-?fire|settlement|compromise)\b|accept(?:s|ed)?\s|"
    r"offer(?:s|ed)\s(?:\S+\s){0,3}?(?:to|talks|conciliation|mediation|deal|compromise|concessions?|amnesty|truce|raise|pay)\b|propos(?:es|ed)\s|conced(?:es|ed)\b|compromis(?:es|ed)\b|"
    r"(?:ready|willing|prepared)\sto\s(?:talk|negotiate|compromise|discuss|meet|resume|return|accept|sign)\b|"
    r"(?:will|are to|is to)\s(?:meet|resume|hold (?:\w+ ){0,2}talks|return to (?:the table|work)|sit down)\b|"
    r"(?:resum(?:es?|ed)|(?:be)?g[iau]ns?|open(?:s|ed)?|h[eo]lds?|held)\s(?:\S+\s){0,3}?(?:talks|negotiations|mediation|conciliation)\b|"
    r"(?:suspend(?:s|ed)?|call(?:s|ed)? off|lift(?:s|ed)?|end(?:s|ed)?|paus(?:es|ed))\s(?:\S+\s){0,3}?(?:strikes?|walkouts?|blockade|"
    r"boycott|siege|sanctions|tariffs|ban|embargo|lockout|offensive)\b)",
    re.IGNORECASE,
)
_NO_OFFER = re.compile(
    r"\b(?:reject\w*|refus\w*|fail\w*|den(?:y|ies|ied|ying)|declin\w*|rul\w+ out|not|never|no|none|nobody|without|cannot|collaps\w*|"
    r"br(?:eak|oke)\w* (?:down|off)|stall\w*|had|if|unless|would|could|might|may|before|until|last (?:week|month|year)|in (?:19|20)\d\d|"
    r"sue[sd]?|lawsuit|guilty|plea|scuttl\w*|walk\w* out|demand\w*|urg\w+|call(?:s|ed|ing)? on|deadline|suspects?|threat\w*)\b|n['’]t\b",
    re.IGNORECASE,
)


def stands(text: str) -> bool:
    """Whether words are a sentence that says something by itself: "the police shooting" and "what he said" are none."""
    return (
        (not _DEPENDENT.match(text) or _THREAT.match(text) is not None)
        and (not points(text) or _SHE.match(text) is not None)
        and phrases.FRAGMENT.match(text) is None
        and _FINITE.search(text) is not None
        and _whole(text)
    )


def points(text: str) -> bool:
    """Whether words begin with one that stands for somebody named before them: "she warned"."""
    return _POINTING.match(text) is not None


def asks(text: str) -> bool:
    """Whether words can stand as what is wanted: no condition without its threat, no "be hit", no "that"."""
    cut = text.lower().startswith("be ") and len(text.split()) < _SAYS_HOW
    return not cut and not _DEPENDENT.match(text) and not points(text) and _whole(text)


def misfortune(quote: str) -> bool:
    """Whether a quote tells of illness or an accident in which nobody did anything to anybody."""
    return _MISFORTUNE.search(quote) is not None and _WILL.search(quote) is None


def roundup(headline: str) -> bool:
    """Whether an article is a collection of matters: what it holds belongs to none of them."""
    return _ROUNDUP.search(headline) is not None


def way_out(text: str) -> bool:
    """Whether words tell of an offer, a yes, a deal or agreed talks: now, outright, and not of one that failed."""
    return _OFFER.search(text) is not None and _NO_OFFER.search(text) is None


def _whole(text: str) -> bool:
    return text.count('"') % 2 == 0 and text.count("“") == text.count("”")
