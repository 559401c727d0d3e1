"""Word lists and what a team may add to them."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from briefs import lexicon
from briefs.models import PartyType

SHIPPED = Path(lexicon.__file__).parent


@pytest.fixture(scope="module")
def words() -> lexicon.Lexicon:
    return lexicon.load()


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.tsv")), ids=lambda p: p.stem)
def test_every_list_tells_its_origin(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("# ")


def test_types_are_party_types(words: lexicon.Lexicon) -> None:
    known = set(get_args(PartyType))
    assert set(words.organisation_words.values()) <= known
    assert set(words.organisation_nouns.values()) <= known
    assert set(words.group_nouns.values()) <= known
    assert {body.type for body in words.bodies} <= known


def test_a_state_is_known_by_form_demonym_and_seat(words: lexicon.Lexicon) -> None:
    for text in ("Britain", "Briton", "Downing Street"):
        entry = words.gazetteer.at(text, 0, text.split()[0])
        assert entry is not None
        assert entry.name == "United Kingdom"


def test_a_form_with_an_article_needs_it(words: lexicon.Lexicon) -> None:
    with_article, without = "in the North today", "in North today"
    found = words.gazetteer.at(with_article, with_article.index("North"), "North")
    assert found is not None
    assert found.name == "North Korea"
    assert words.gazetteer.at(without, without.index("North"), "North") is None


def test_a_team_adds_rows(tmp_path: Path) -> None:
    (tmp_path / "states.tsv").write_text(
        "name\tforms\tdemonyms\tseats\nNorland\t\tNorlander\tNorburg\n", encoding="utf-8"
    )
    entry = lexicon.load(tmp_path).gazetteer.at("Norburg", 0, "Norburg")
    assert entry is not None
    assert entry.name == "Norland"


def test_a_teams_row_wins_over_a_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "groups.tsv").write_text("noun\ttype\ndriver\tunion\n", encoding="utf-8")
    assert lexicon.load(tmp_path).group_nouns["driver"] == "union"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("towns.tsv", "name\nNorburg\n"),
        ("groups.tsv", "noun\ndriver\n"),
        ("groups.tsv", ""),
        ("groups.tsv", "noun\ttype\ndriver\tunion\tmore\n"),
        ("groups.tsv", b"noun\ttype\n\xff\tunion\n"),
    ],
    ids=["unknown list", "other columns", "empty", "row too long", "not UTF-8"],
)
def test_a_list_that_cannot_be_read_is_told_in_a_sentence(
    tmp_path: Path, name: str, content: str | bytes
) -> None:
    (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(lexicon.LexiconError, match=name):
        lexicon.load(tmp_path)


def test_a_directory_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(lexicon.LexiconError, match="create it"):
        lexicon.load(tmp_path / "nowhere")


def test_a_phrase_describes_parties_of_its_kind(words: lexicon.Lexicon) -> None:
    assert words.describes("junior doctors", "civilian_group")
    assert words.describes("the British government", "state")
    assert not words.describes("the ministry", "company")
