from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.read import charsets

TEXT = "Die Häfen „Arlen“ und „Søby“ bleiben geschlossen, sagte der Minister."


@pytest.mark.parametrize(
    ("content", "declared"),
    [
        (TEXT.encode(), None),
        (TEXT.encode(), "utf-8"),
        (TEXT.encode(), "iso-8859-1"),
        (TEXT.encode("cp1252"), "windows-1252"),
        (TEXT.encode("cp1252"), "iso-8859-1"),
        (b"<meta charset='windows-1252'>" + TEXT.encode("cp1252"), None),
        (
            b"<meta http-equiv=Content-Type content='text/html; charset=windows-1252'>"
            + TEXT.encode("cp1252"),
            None,
        ),
        (b"\xef\xbb\xbf" + TEXT.encode(), "windows-1252"),
        (TEXT.encode("utf-16"), None),
        (TEXT.encode(), "no-such-charset"),
        (
            b"<meta charset=gb2312>"
            + "Häfen bleiben geschlossen: „Søby“, „Ærø“, „Måløy“, ".encode()
            + TEXT.encode(),
            None,
        ),
    ],
)
def test_the_encoding_is_found(content: bytes, declared: str | None) -> None:
    assert charsets.decode(content, declared, markup=True).endswith(TEXT)


@pytest.mark.parametrize("encoding", ["cp1252", "cp1251", "shift_jis", "big5"])
def test_an_undeclared_encoding_is_guessed(encoding: str) -> None:
    text = {
        "cp1252": TEXT * 5,
        "cp1251": "Докеры порта объявили, что не вернутся к работе до начала переговоров. " * 5,
        "shift_jis": "港湾労働者は月曜日、交渉が始まるまで職場に戻らないと発表した。" * 5,
        "big5": "碼頭工人星期一表示，在談判開始之前不會復工，公司尚未回應這項要求。" * 5,
    }[encoding]
    assert charsets.decode(text.encode(encoding), None, markup=False) == text


@pytest.mark.parametrize(
    ("encoding", "label"), [("gbk", "gb2312"), ("shift_jis", "shift_jis"), ("cp1251", "windows-1251")]
)
def test_a_declared_encoding_is_believed(encoding: str, label: str) -> None:
    text = {"gbk": "码头工人不会复工", "shift_jis": "港湾労働者", "cp1251": "Докеры не вернутся"}[encoding]
    assert charsets.decode(text.encode(encoding), label, markup=False) == text


def test_one_damaged_byte_does_not_change_the_encoding() -> None:
    found = charsets.decode(TEXT.encode() + b"\xff" + TEXT.encode(), "utf-8", markup=True)
    assert found == f"{TEXT}\ufffd{TEXT}"


@given(st.binary(max_size=300), st.one_of(st.none(), st.text(max_size=20)))
def test_decoding_never_fails(content: bytes, declared: str | None) -> None:
    assert isinstance(charsets.decode(content, declared, markup=True), str)
