"""The gate: what an engine proposes comes out as evidence-bound lines, or as a drop with its reason.

Used by whatever proposes claims; nothing reaches a Brief or an Answer round it. It fails closed. Its checks are

- quote    `text[start:end]` is the quote, letter for letter, whole words, inside one paragraph, not boilerplate
- numbers  every number of the line stands in one of its quotes
- names    every name of the line stands in one of its quotes or belongs to a party tied to them
- wording  the line is made of the words of its quotes, in their order and with their hedges; else the quote stands
- negation the line is as negative as the words it stands on
- tie      each party of a line is mentioned in a quote, speaks it, or is held by an antecedent quote; else the
           field is left empty
- speaker  the words beside the quote name the speaker; else the speaker is left out
"""

from briefs.evidence.gate import Checked, check
from briefs.evidence.quotes import standing

__all__ = ["Checked", "check", "standing"]
