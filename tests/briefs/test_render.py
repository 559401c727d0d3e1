"""What a person reads of a brief."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot import resources
from briefs import markdown
from briefs.models import Brief, Demand, Evidence, Party, RiskSignal, Statement
from briefs.render import BadTemplate, Document, Renderer
from tests import golden, shown

RENDERER = Renderer([resources.templates()])
_ENDS = "\u202c\u2069"  # end what turns the direction of writing
MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
HOSTILE = (
    "<!channel> *no* <@U1> <script>alert(1)</script> | [a](javascript:b) `x` &amp; ~~s~~ _e_ \\ # 1. ![i](u)"
)


def plain(markdown: str) -> str:
    """The text that a reader sees, all blocks on one line each."""
    out = []
    for token in MARKDOWN.parse(markdown):
        if token.type == "inline":
            assert token.children is not None
            out.append(
                "".join("\n" if c.type in {"softbreak", "hardbreak"} else c.content for c in token.children)
            )
    return "\n".join(out)


def kinds(markdown: str) -> set[str]:
    """Every kind of token in a document, inline ones included."""
    tokens = MARKDOWN.parse(markdown)
    return {t.type for t in tokens} | {c.type for t in tokens for c in t.children or []}


def bare(text: str) -> str:
    """Text as it may be compared: on one line, controls replaced as `escape` does it."""
    return " ".join(str(markdown.escape(text)).replace("\\", "").split())


def test_a_brief_reads_like_its_golden_file() -> None:
    shown_brief = RENDERER.brief(shown.brief(), ["Already held since 6 May 2031 as aldra-dam."])
    golden.same("brief.md", shown_brief.main.markdown)
    golden.same("brief-thread.md", "\n\n=====\n\n".join(d.markdown for d in shown_brief.follow_ups))


def test_why_a_line_stands_names_its_rule_and_its_checks() -> None:
    document = RENDERER.why(shown.brief(), 5)
    assert document is not None
    golden.same("why.md", document.markdown)


def test_a_number_that_the_brief_does_not_have_has_no_why() -> None:
    assert RENDERER.why(shown.brief(), 0) is None
    assert RENDERER.why(shown.brief(), 12) is None


def test_what_was_dropped_is_listed_with_its_reason() -> None:
    (document,) = RENDERER.dropped(shown.brief())
    golden.same("dropped.md", document.markdown)


def test_numbers_are_consecutive_by_first_appearance() -> None:
    it = RENDERER.brief(shown.brief())
    everything = "\n".join(d.markdown for d in (it.main, *it.follow_ups))
    seen = list(dict.fromkeys(int(n) for n in re.findall(r"\[(\d+)\]", everything)))
    assert seen == list(range(1, len(shown.brief().evidence) + 1))


def test_a_template_of_the_users_own_goes_before_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "brief.md.j2").write_text("Mine: {{ title }} {{ cite(['e5']) }}", encoding="utf-8")
    it = Renderer([tmp_path, resources.templates()]).brief(shown.brief())
    assert it.main.markdown == f"Mine: {shown.TITLE} [1]"
    assert it.numbers[0] == "e5"


@pytest.mark.parametrize("wrong", ["{{ nothing.known }}", "{% if", "{% include 'gone.md.j2' %}"])
def test_a_template_that_fails_is_named(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "brief.md.j2").write_text(wrong, encoding="utf-8")
    with pytest.raises(BadTemplate, match=r"The template (brief|gone)\.md\.j2 fails .*: mend it"):
        Renderer([tmp_path, resources.templates()]).brief(shown.brief())


@given(ANY_TEXT)
def test_an_escaped_text_is_shown_as_itself_and_nothing_else(text: str) -> None:
    escaped = str(markdown.escape(text))
    assert kinds(escaped) <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special"}
    want = re.sub(
        "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]",
        "\ufffd",
        " ".join(re.split("[\r\n\t\v\f\x1c-\x1e\x85\u2028\u2029]+", text)),
    )
    assert plain(escaped).strip().rstrip(_ENDS) == want.strip().rstrip(_ENDS)


@pytest.mark.parametrize(
    ("turning", "ended"),
    [
        ("the \u202eekirts", "the \u202eekirts\u202c"),
        ("\u2066a \u202bb", "\u2066a \u202bb\u202c\u2069"),
        ("\u2067a \u202db\u2069 c", "\u2067a \u202db\u2069 c"),
        ("a\u202c \u2069b", "a\u202c \u2069b"),
        ("\u202aa\u202c", "\u202aa\u202c"),
        ("\u2068a\u202c", "\u2068a\u202c\u2069"),
    ],
)
def test_a_text_turns_only_its_own_direction_of_writing(turning: str, ended: str) -> None:
    assert markdown.escape(turning) == ended


@given(ANY_TEXT, ANY_TEXT)
def test_an_escaped_text_stays_inert_behind_words_and_in_bold(text: str, other: str) -> None:
    line = f"- a → b | {markdown.escape(text)} — {markdown.escape(other)}"
    assert kinds(line) <= {
        "bullet_list_open", "list_item_open", "paragraph_open", "inline", "text", "text_special",
        "paragraph_close", "list_item_close", "bullet_list_close",
    }  # fmt: skip


def test_a_hostile_quote_comes_out_letter_for_letter() -> None:
    it = _with_hostile(shown.brief())
    everything = RENDERER.brief(it)
    for document in (everything.main, *everything.follow_ups):
        assert not kinds(document.markdown) & {
            "html_inline",
            "html_block",
            "link_open",
            "image",
            "code_inline",
            "s_open",
        }
    assert HOSTILE in plain(everything.follow_ups[-1].markdown)
    assert HOSTILE in plain(everything.main.markdown)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 30), ANY_TEXT)
@settings(max_examples=25, deadline=None)
def test_a_main_message_fits_a_screen_and_nothing_is_lost(
    demands: int, signals: int, parties: int, text: str
) -> None:
    it = _large(demands, signals, parties, text)
    rendered = RENDERER.brief(it)
    assert len(rendered.main.markdown) <= 9_000
    everything = plain("\n\n".join(d.markdown for d in (rendered.main, *rendered.follow_ups)))
    for kind, count in (("demand", demands), ("signal", signals), ("party", parties), ("quote", demands + 1)):
        for n in range(count):
            assert f"{kind} no {n} " in everything


def test_long_lines_are_cut_in_the_main_message_and_whole_in_the_thread() -> None:
    text = "withdraw " + "and withdraw again " * 40 + "entirely"
    base = shown.brief()
    it = base.model_copy(update={"demands": (base.demands[0].model_copy(update={"text": text}),)})
    rendered = RENDERER.brief(it)
    assert text not in rendered.main.markdown
    assert "…" in rendered.main.markdown
    assert text in rendered.follow_ups[0].markdown


@pytest.mark.parametrize(
    ("iso", "shown_as"),
    [
        ("2031-05-06", "6 May 2031"),
        ("2031-05-06T07:08:09+02:00", "6 May 2031"),
        ("2031-05", "May 2031"),
        ("2031", "2031"),
        ("2031-13-01", "2031-13-01"),
    ],
)
def test_dates_are_shown_as_precise_as_they_are(iso: str, shown_as: str) -> None:
    assert markdown.date(iso) == shown_as


def test_an_empty_brief_says_so_in_every_section() -> None:
    base = shown.brief()
    it = base.model_copy(
        update=dict.fromkeys(
            ("bottom_line", "parties", "demands", "risk_signals", "contradictions", "not_stated", "evidence"),
            (),
        )
    )
    golden.same("brief-empty.md", RENDERER.brief(it).main.markdown)


def test_every_shipped_template_has_a_name() -> None:
    assert {"brief", "more", "quotes", "why", "dropped"} <= set(RENDERER.names())


def test_a_sentence_is_shown_as_it_is_written() -> None:
    assert RENDERER.sentence("5 * 3 [a](b)") == Document("5 \\* 3 \\[a\\](b)", "5 * 3 [a](b)")


def _with_hostile(it: Brief) -> Brief:
    first = it.evidence[0].model_copy(update={"quote": HOSTILE})
    statement = Statement(text=HOSTILE, label="reported", evidence=("e1",))
    party = it.parties[0].model_copy(update={"name": HOSTILE[:50], "aliases": (HOSTILE,), "title": HOSTILE})
    demand = it.demands[0].model_copy(update={"text": HOSTILE, "response": HOSTILE})
    return it.model_copy(
        update={
            "article": it.article.model_copy(update={"title": HOSTILE, "outlet": HOSTILE}),
            "evidence": (first, *it.evidence[1:]),
            "bottom_line": (statement,),
            "parties": (party, *it.parties[1:]),
            "demands": (demand, *it.demands[1:]),
            "not_stated": (HOSTILE,),
        }
    )


def _large(demands: int, signals: int, parties: int, text: str) -> Brief:
    base = shown.brief()
    long = bare(text * 3)
    return base.model_copy(
        update={
            "parties": tuple(
                Party(id=f"p{n}", name=f"party no {n} {long}", type="state",
                      role=("principal", "third_party", "affected", "other", "representative")[n % 5], evidence=("e1",))
                for n in range(parties)
            ),
            "demands": tuple(
                Demand(id=f"d{n}", kind="demand", text=f"demand no {n} {long}", evidence=(f"q{n}",))
                for n in range(demands)
            ),
            "risk_signals": tuple(
                RiskSignal(id=f"s{n}", event="threaten", polarity="escalatory", severity=1 + n % 5,
                           tense="past_background" if n % 7 == 0 else "current", text=f"signal no {n} {long}",
                           evidence=("e1",))
                for n in range(signals)
            ),
            "evidence": tuple(
                Evidence(id="e1" if n == demands else f"q{n}", quote=f"quote no {n} {long}", start=0, end=1,
                         paragraph=1, mode="narration")
                for n in range(demands + 1)
            ),
        }
    )  # fmt: skip
