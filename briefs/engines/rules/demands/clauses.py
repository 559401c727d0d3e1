"""Grammar that all demand rules share: who is the subject, where a clause ends, what is only supposed.

Works on spaCy tokens of one block. Token ranges are half-open [first, stop) and count in the block's Doc.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Token

Range = tuple[int, int]

FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass"})
QUOTES = frozenset('"')
DOCUMENTS = frozenset({
    "petition", "letter", "statement", "resolution", "motion", "lawsuit", "complaint", "bill", "report", "message", "memo",
    "order", "ruling", "note", "declaration", "suit", "measure", "legislation", "protest", "rally", "march",
    "strike", "demonstration", "campaign", "sign", "banner", "placard", "alert", "text", "post", "tweet",
})  # fmt: skip
"""What speaks for those who wrote it or carry it."""
_BLAMING = frozenset(
    {"accuse", "blame", "criticise", "criticize", "condemn", "fault", "suspect", "denounce", "slam"}
)
_NOTIONS = frozenset({"notion", "idea", "suggestion", "myth", "rumour", "rumor", "speculation", "fear"})
_RELATIVE = frozenset({"who", "which", "that", "whom"})
_SUPPOSING = frozenset({"if", "whether", "unless", "lest"})
_AFTERTHOUGHT = frozenset(
    {"while", "after", "because", "since", "although", "though", "as", "whereas", "when"}
)
_AFTER_COMMA = frozenset({
    "which", "who", "whose", "where", "when", "while", "whereas", "although", "though", "despite", "amid",
    "according", "saying", "adding", "citing", "arguing", "noting", "warning", "after", "as", "but", "because",
    "accusing", "telling", "calling", "promising", "threatening", "vowing", "demanding", "urging", "insisting", "offering",
})  # fmt: skip
_SAYING = frozenset({
    "said", "says", "say", "told", "tells", "added", "adds", "wrote", "writes", "tweeted", "reported", "according",
    "stated", "announced", "insisted", "argued", "warned",
})  # fmt: skip
_MAX_WORDS = 36  # longer cuts are not read; the scorer's and the gate's limit is 60


def subject(verb: Token, depth: int = 0) -> Token | None:
    """Who does what the verb says: its own subject, else that of the verb it hangs on."""
    for child in verb.children:
        if child.dep_ in SUBJECTS and child.i < verb.i + 4:
            if child.lower_ in _RELATIVE and verb.dep_ == "relcl":
                return verb.head
            return child
    if depth > 4:
        return None
    if verb.dep_ in {"acl", "relcl"} and verb.head.pos_ in {"NOUN", "PROPN", "PRON"}:
        return verb.head
    if verb.dep_ == "pcomp" and verb.head.head.lemma_ in _BLAMING:
        return next((c for c in verb.head.head.children if c.dep_ in {"dobj", "nsubjpass"}), None)
    if verb.dep_ == "pcomp" and verb.head.head.pos_ in {"VERB", "AUX"}:
        return subject(verb.head.head, depth + 1)
    if verb.dep_ == "pcomp" and verb.head.lower_ in {"in", "by"} and verb.head.head.dep_ in {"dobj", "pobj"}:
        node = verb.head.head  # "had its backing in urging …"
        while node.pos_ in {"NOUN", "ADP"} and node.head != node:
            node = node.head
        return subject(node, depth + 1) if node.pos_ in {"VERB", "AUX"} else None
    if verb.dep_ in {"conj", "xcomp", "advcl", "ccomp", "dep", "prep"} and verb.head.pos_ in {"VERB", "AUX"}:
        if verb.dep_ == "ccomp" and verb.tag_ in FINITE:
            return None
        governor = verb.head
        if verb.dep_ == "conj" and verb.tag_ in {"VBD", "VBZ"}:
            # a finite verb goes on from a finite one: "asked Norland to act and stressed …" is never Norland's stress
            while (
                governor.tag_ in {"VB", "VBG"} and governor.head != governor and governor.head.pos_ == "VERB"
            ):
                governor = governor.head
            if governor != verb.head:
                return next((c for c in governor.children if c.dep_ in SUBJECTS), None) or subject(
                    governor, depth + 1
                )
        return subject(governor, depth + 1)
    return None


def subjects(verb: Token) -> list[Token]:
    """Who may do what the verb says, the likeliest first: a participle can belong to more than its nearest noun.

    "Workers met in May demanding …" hangs "demanding" on May; in "a petition to the board urging …" the petition urges.
    """
    first = subject(verb)
    if verb.tag_ == "VBG" and verb.dep_ in {"acl", "advcl"}:
        for back in range(verb.i - 1, max(verb.i - 9, verb.sent.start - 1), -1):
            token = verb.doc[back]
            if token.pos_ == "NOUN" and token.lemma_.lower() in DOCUMENTS and token.dep_ != "compound":
                above = _above(token)
                return [token] if above is None else [above]
    if first is None:
        return []
    if verb.dep_ != "acl" or verb.tag_ != "VBG":
        return [first]
    out = [first]
    node = first
    for _ in range(4):
        if node.dep_ == "pobj" and node.head.dep_ == "prep":
            node = node.head.head
        elif node.dep_ in {"dobj", "conj", "attr", "nsubjpass"}:
            node = node.head
        else:
            break
        if node.pos_ in {"NOUN", "PROPN"}:
            out.append(node)
        elif node.pos_ in {"VERB", "AUX"}:
            above = subject(node)
            if above is not None:
                out.append(above)
            break
    return out


def _above(noun: Token) -> Token | None:
    """Subject of the verb that a noun is object of: who sends the letter, not who acts "despite an order"."""
    if noun.dep_ == "pobj" and noun.head.lower_ not in {"with", "in", "through", "via", "by", "on"}:
        return None
    node = noun.head.head if noun.dep_ == "pobj" else noun.head
    return subject(node) if node.pos_ in {"VERB", "AUX"} and noun.dep_ in {"dobj", "pobj"} else None


def passive(verb: Token) -> bool:
    if any(c.dep_ in {"auxpass", "nsubjpass"} for c in verb.children):
        return True
    if verb.tag_ != "VBN" or any(c.dep_ == "aux" and c.lemma_ in {"have", "be"} for c in verb.children):
        return False
    if verb.dep_ == "conj" and verb.head.tag_ == "VBN":
        return passive(verb.head)
    return verb.dep_ == "acl"


def agent(verb: Token) -> Token | None:
    """The one by whom a passive verb is done."""
    for child in verb.children:
        if child.dep_ == "agent" or (child.dep_ == "prep" and child.lower_ == "by"):
            for deep in child.children:
                if deep.dep_ == "pobj":
                    return deep
    return None


def negated(verb: Token) -> bool:
    """The act itself is negated ("is not enough"), not what is wanted ("asked her not to go")."""
    return any(
        (c.dep_ == "neg" or c.lower_ in {"never", "not", "n't", "longer"})
        and (c.i < verb.i or verb.lemma_ == "be")
        for c in verb.children
    )


def supposed(verb: Token) -> bool:
    """The verb stands under an if, a whether or an unless, so nothing is said to be so."""
    node = verb
    for _ in range(8):
        if any(
            c.lower_ == "as" and c.i > 0 and c.nbor(-1).lower_ == "long"
            for c in node.children
            if c.i < verb.i
        ):
            return True
        marks = [c for c in node.children if c.dep_ in {"mark", "advmod"} and c.i <= verb.i]
        if any(c.lower_ in _SUPPOSING for c in marks):
            return True
        if node.dep_ == "advcl" and any(c.tag_ == "MD" and c.lower_ == "should" for c in node.children):
            first = node.left_edge
            if first.lower_ == "should":
                return True
        if node.head == node:
            return False
        node = node.head
    return False


def denied(verb: Token) -> bool:
    """A denial, a doubt or a question governs the verb: "denied that it had demanded …"."""
    if verb.sent[0].lower_ in {"why", "how"}:
        return True
    node = verb
    for _ in range(6):
        if node.head == node:
            break
        if node.dep_ in {"ccomp", "pcomp", "xcomp", "acl"}:
            governor = node.head
            if governor.lemma_ in _NOTIONS:
                return True
            if governor.lemma_ in {"deny", "doubt", "wonder"}:
                return True
            if governor.lemma_ in {"say", "think", "believe", "claim", "confirm", "suggest"} and negated(
                governor
            ):
                return True
        node = node.head
    sentence = verb.sent
    return sentence[-1].text == "?" or (len(sentence) > 1 and sentence[-2].text == "?")


def infinitive(start: int, stop: int, doc_tokens: list[Token]) -> Token | None:
    """The first "to do" in a stretch of noun phrases: stops at a finite verb or a break."""
    i = start
    while i < stop - 1:
        token = doc_tokens[i]
        if token.text in {";", ":", "."} or (
            token.tag_ == "VBG" and token.dep_ in {"advcl", "ccomp", "conj", "pcomp"}
        ):
            return None
        if token.tag_ in FINITE and token.dep_ != "relcl" and token.head.dep_ != "relcl":
            return None
        if token.tag_ in {"WDT", "WP"} and i > start and doc_tokens[i - 1].text == ",":
            return None
        if token.lower_ == "to" and token.tag_ == "TO":
            j = i + 1
            while j < stop and doc_tokens[j].tag_ in {"RB", "RBR", "``", "''"}:
                j += 1
            if j < stop and doc_tokens[j].tag_ in {"VB", "VBP"}:
                found = doc_tokens[j]
                return found.head if found.dep_ == "auxpass" and found.head.i < stop else found
        i += 1
    return None


def siblings(verb: Token) -> Iterator[Token]:
    """The verbs that go on in the same form: "to leave Y and (to) pay Z" gives leave, pay."""
    yield verb
    for child in verb.conjuncts:
        if (
            child.i > verb.i
            and child.tag_ in {verb.tag_, "VB"}
            and not any(c.dep_ in SUBJECTS or c.tag_ == "MD" for c in child.children)
            and not any(c.dep_ == "cc" and c.lower_ in {"or", "but"} for c in child.head.children)
        ):
            yield child


def first_of(verb: Token) -> int:
    """Where the words of an infinitive or a bare verb begin: its "to", "not" or adverb."""
    first = verb.i
    for child in verb.children:
        if child.i < verb.i and child.dep_ in {"aux", "neg", "advmod", "auxpass"} and verb.i - child.i <= 4:
            first = min(first, child.i)
    return first


def noun_start(head: Token) -> int:
    """Where a noun phrase begins, without what stands before it in the clause."""
    first = head.i
    for child in head.children:
        if child.i < head.i and child.dep_ in {
            "det", "amod", "compound", "poss", "nummod", "nmod", "quantmod", "predet", "appos", "advmod",
        }:  # fmt: skip
            first = min(first, child.left_edge.i)
    return max(first, head.i - 14)


def noun_stop(head: Token) -> int:
    """Where a noun phrase ends, with its "of …" and "and …" but without relative clauses and appositions."""
    stop = head.i + 1
    for child in head.children:
        if child.i > head.i and child.dep_ in {"prep", "conj", "cc"} and child.right_edge.i - head.i < 14:
            stop = max(stop, child.right_edge.i + 1)
    return stop


def clause_stop(start: int, limit: int, doc_tokens: list[Token]) -> int:
    """Where the clause that goes on from `start` ends, at most at `limit`, without trailing punctuation.

    Cuts before an afterthought ("…, which", "after", "he said") and at a closing quotation mark that opened inside.
    """
    limit = min(limit, start + _MAX_WORDS)
    opened = False
    i = start
    while i < limit:
        token = doc_tokens[i]
        low = token.lower_
        if token.text in {";", ":", "--", "?", "!"} or (
            token.text == "-" and token.whitespace_ and _spaced(token)
        ):
            break
        if token.text in QUOTES:
            if opened and i + 1 < limit and doc_tokens[i + 1].text in {",", "."}:
                i += 1
                break
            if not opened and token.whitespace_ == "" and (i == start or doc_tokens[i - 1].whitespace_):
                opened = True
            elif not opened and i > start:
                break
            else:
                opened = False
        elif i > start and token.text == "," and i + 1 < limit:
            after = doc_tokens[i + 1]
            if after.lower_ in _AFTER_COMMA or after.text in QUOTES:
                break
            if after.lower_ in {"and", "or"} and _new_clause(i + 2, limit, doc_tokens):
                break
            if any(t.lower_ in _SAYING for t in doc_tokens[i + 1 : min(i + 7, limit)]) and not _comma_between(
                i + 1, min(i + 7, limit), doc_tokens
            ):
                break
        elif (
            i > start + 1
            and low in _AFTERTHOUGHT
            and token.dep_ in {"mark", "advmod"}
            and token.head.dep_ == "advcl"
        ) or (i > start + 1 and low in {"and", "but"} and _new_clause(i + 1, limit, doc_tokens)):
            break
        i += 1
    stop = i
    while stop > start + 1 and doc_tokens[stop - 1].text in {",", ".", ";", ":", "-"}:
        stop -= 1
    return stop


def next_that(start: int, end: int, doc_tokens: list[Token]) -> tuple[int, int] | None:
    """Where a further "and that …" clause goes on after `start`: (its first token after "that", its stop)."""
    for i in range(start, min(start + _MAX_WORDS, end - 3)):
        if doc_tokens[i].text in {".", ";"}:
            return None
        if doc_tokens[i].lower_ == "and" and doc_tokens[i + 1].lower_ == "that":
            if not _new_clause(i + 2, end, doc_tokens) and doc_tokens[i + 2].tag_ not in {
                "NNS",
                "DT",
                "NNP",
                "NN",
            }:
                return None
            return i + 2, clause_stop(i + 2, end, doc_tokens)
    return None


def _spaced(token: Token) -> bool:
    return token.i > 0 and bool(token.nbor(-1).whitespace_)


def _comma_between(start: int, stop: int, doc_tokens: list[Token]) -> bool:
    for token in doc_tokens[start:stop]:
        if token.lower_ in _SAYING:
            return False
        if token.text in {",", ";"}:
            return True
    return False


def _new_clause(start: int, limit: int, doc_tokens: list[Token]) -> bool:
    """What follows the "and" has its own subject and finite verb within a few words."""
    for token in doc_tokens[start : min(start + 9, limit)]:
        if token.dep_ == "conj" and token.head.i < start and token.head.dep_ in SUBJECTS:
            return False  # "that Norland and Sudmark postpone": one subject
        if token.tag_ in FINITE and token.dep_ != "relcl":
            return True
        if token.text in {",", ";", "to"} or token.tag_ in {"VB", "VBG", "IN", "TO"}:
            return False
    return False
