from __future__ import annotations

import pytest

from briefs.read.languages import language
from tests.briefs.read.pages import PARAGRAPHS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" ".join(PARAGRAPHS), "en"),
        (
            "Die Hafenarbeiter wollen die Arbeit erst wieder aufnehmen, wenn die Reederei ihren Plan zurückzieht.",
            "de",
        ),
        (
            "Les dockers ne reprendront pas le travail tant que la compagnie n'aura pas retiré son projet.",
            "fr",
        ),
        (
            "Los estibadores no volverán al trabajo hasta que la compañía retire su plan para la nueva terminal.",
            "es",
        ),
        ("Port Arlen", None),
        ("", None),
        ("1234 5678 " * 50, None),
    ],
)
def test_a_language_is_told_only_where_there_is_enough_to_tell(text: str, expected: str | None) -> None:
    assert language(text) == expected


def test_a_text_in_two_languages_is_in_none() -> None:
    german = "Die Hafenarbeiter wollen die Arbeit erst wieder aufnehmen, wenn die Reederei ihren Plan zurückzieht. "
    spanish = (
        "Los estibadores no volverán al trabajo hasta que la compañía retire su plan para la nueva terminal. "
    )
    assert language(german * 3 + spanish * 3) is None
