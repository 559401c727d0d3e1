"""Copies of one text are told from other texts on the same matter."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs import likeness

SENTENCES = [
    f"On day {day} of the strike at Port Arlen {who} {said} that {what}."
    for day, (who, said, what) in enumerate(
        [
            (w, s, t)
            for w in ("the union", "Brenholt Lines", "harbour master Ivo Renn")
            for s in ("declared", "repeated", "denied")
            for t in (
                "the cranes would stand still",
                "talks might begin on Thursday",
                "ships were turned away to Holm",
            )
        ]
    )
]
REPORT = "Dockers stay out\n\nPORT ARLEN, March 9 (Harbour Agency) - " + "\n\n".join(SENTENCES)


def alike(a: str, b: str) -> bool:
    return likeness.similarity(likeness.signature(a), likeness.signature(b)) >= likeness.SAME


def test_a_wire_copy_is_recognised_under_another_headline() -> None:
    copy = (
        "Harbour strike drags on\n\nArlen (our correspondent) - "
        + "\n".join(SENTENCES).replace("'", "’").upper()
    )
    assert alike(REPORT, copy)


def test_a_copy_with_every_twentieth_word_changed_is_recognised() -> None:
    words = REPORT.split(" ")
    words[::20] = ["reportedly"] * len(words[::20])
    assert alike(REPORT, " ".join(words))


def test_a_copy_that_lost_its_last_quarter_is_recognised() -> None:
    assert alike(REPORT, "Dockers stay out\n\n" + "\n\n".join(SENTENCES[:21]))


def test_two_reports_of_one_event_are_no_copies() -> None:
    other = "Dockers stay out\n\n" + "\n\n".join(
        f"Day {n}: {who} told this paper, and not for the first time, how {what} while rain fell on the quay."
        for n, (who, what) in enumerate(
            [
                (w, t)
                for w in ("Mara Olsen", "Ivo Renn", "a shipper")
                for t in ("long it may last", "little was offered")
            ]
        )
    )
    assert not alike(REPORT, other)


def test_the_signature_is_the_same_in_every_process() -> None:
    script = (
        "import sys; from briefs import likeness; sys.stdout.buffer.write(likeness.signature(sys.argv[1]))"
    )
    elsewhere = subprocess.run([sys.executable, "-c", script, REPORT], capture_output=True, check=True).stdout
    assert elsewhere == likeness.signature(REPORT)


def test_texts_without_a_body_resemble_nothing() -> None:
    empty = likeness.signature("Headline only")
    assert likeness.similarity(empty, empty) == 0.0


@given(st.text(max_size=300), st.text(max_size=300))
def test_similarity_is_symmetric_and_between_0_and_1(a: str, b: str) -> None:
    one, two = likeness.signature(a), likeness.signature(b)
    assert len(one) == len(two) == likeness.SIGNATURE_BYTES
    assert 0.0 <= likeness.similarity(one, two) == likeness.similarity(two, one) <= 1.0


def test_other_bytes_are_no_signature() -> None:
    with pytest.raises(ValueError, match="512"):
        likeness.similarity(b"x", b"y")
