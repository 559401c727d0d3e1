"""No brief has the faults of shape that a reader would see at first glance, whatever the article is made of."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefs.build import Briefer
from briefs.models import Article
from tests.shape import faults

WHO = st.sampled_from([
    "Norland", "the dockers' union", "Foreign Minister Mira Holt", "Kestrel Mining Inc.", "at least six fishermen",
    "The U.N. Security Council", "a judge", "“Quays Without Tolls”", "it", "they", "American Harbour Lines", "Velm’s mayor",
    "the rebels, who hold the pier,", "police and troops",
])  # fmt: skip
DOES = st.sampled_from([
    "urged", "refused to pay", "will not talk to", "demanded that", "was accused by", "offered $40 million to", "struck",
    "gave 48 hours to", "is seeking the release of", "said “we’re not going to let that happen” to", "met with", "must free",
    "would lift the blockade if", "called for an end to the raids by",
])  # fmt: skip
TAIL = st.sampled_from([
    ".", " to leave by Friday.", " on Monday, officials said.", ", and that is that.", " (and others).", " — or else!",
    " in 2019.", "; nobody knows why", " leave the valley at once.", ", according to",
])  # fmt: skip


@pytest.fixture(scope="module")
def briefer() -> Briefer:
    return Briefer()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sentences=st.lists(st.tuples(WHO, DOES, WHO, TAIL), min_size=1, max_size=5))
def test_briefs_of_any_mixture_are_well_shaped(
    briefer: Briefer, sentences: list[tuple[str, str, str, str]]
) -> None:
    body = "\n\n".join(f"{a[0].upper()}{a[1:]} {does} {b}{tail}" for a, does, b, tail in sentences)
    text = f"Row over the pier goes on\n\n{body}\n"
    article = Article(
        id="a", title="Row", lang="en", text=text, sha256=hashlib.sha256(text.encode()).hexdigest()
    )
    assert list(faults(briefer.brief(article, source="a.txt"))) == []
