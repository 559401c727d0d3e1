"""Bytes → text: what the server said, what the document says of itself, what the bytes look like."""

from __future__ import annotations

import codecs
import re
from typing import Final

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins with the UTF-16 mark, so it is asked first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META_CHARSET = re.compile(rb"""<meta[^>]{0,400}?charset\s*=\s*["']?\s*([a-z0-9_:.-]{2,40})""", re.IGNORECASE)
_XML_ENCODING = re.compile(
    rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([a-z0-9_:.-]{2,40})["']""", re.IGNORECASE
)
_HEAD_BYTES: Final = (
    8_192  # browsers look at the first 1,024 bytes; some sites put scripts before the charset
)
_SAMPLE_BYTES: Final = 65_536  # enough to tell an encoding, and keeps guessing under 0.1 s
_SURE_BYTES: Final = 20  # bytes of characters beyond ASCII; a few words of Chinese in GBK can pass for UTF-8
_ONE_BYTE_LATIN: Final = frozenset({"cp1252", "latin-1", "iso8859-1", "iso8859-15"})


def decode(content: bytes, declared: str | None, *, markup: bool) -> str:
    """Decode a document. Never raises: what no encoding explains becomes U+FFFD.

    `declared` is the server's charset, `markup` says whether the document may declare one itself. A byte order mark
    wins over all, as in browsers, and is not part of the text. Bytes that are valid UTF-8 are read so, whatever was
    declared, if they are too many for an accident: text in another encoding hardly ever is.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, errors="replace")
    named = _known(declared) or (_declared_inside(content[:_HEAD_BYTES]) if markup else None)
    try:
        decoded = content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        if (
            named is None
            or named in _ONE_BYTE_LATIN
            or named == "utf-8"
            or _is_plainly_utf8(content, decoded)
        ):
            return decoded
    if named == "utf-8" and _nearly_utf8(content):
        return content.decode("utf-8", errors="replace")
    if named is not None and named != "utf-8":
        return content.decode(named, errors="replace")
    return content.decode(_guess(content), errors="replace")


def _known(label: str | None) -> str | None:
    """Python's name for an encoding label of the web, None if there is no such label."""
    from resiliparse.parse.encoding import map_encoding_to_html5

    if not label:
        return None
    name = map_encoding_to_html5(label.strip().lower(), fallback_utf8=False)
    if name is None:
        return None
    try:
        return codecs.lookup(str(name)).name
    except LookupError:
        return None


def _declared_inside(head: bytes) -> str | None:
    for pattern in (_META_CHARSET, _XML_ENCODING):
        found = pattern.search(head)
        if found is not None:
            name = _known(found[1].decode("ascii"))
            # A declaration that can be read byte by byte cannot be UTF-16: browsers take it for UTF-8.
            return "utf-8" if name is not None and name.startswith("utf-16") else name
    return None


def _is_plainly_utf8(content: bytes, decoded: str) -> bool:
    """Whether valid UTF-8 holds so many long characters that it is no accident (a page saved anew keeps its label)."""
    return len(content) - len(decoded) >= _SURE_BYTES


def _nearly_utf8(content: bytes) -> bool:
    """Whether declared UTF-8 is only damaged in places (a cut or a pasted quote), not another encoding."""
    sample = content[:_SAMPLE_BYTES]
    wrong = sample.decode("utf-8", errors="replace").count("\ufffd")
    beyond_ascii = sum(byte > 0x7F for byte in sample)
    return wrong <= 3 or wrong * 10 < beyond_ascii


def _guess(content: bytes) -> str:
    """The encoding that the bytes look like. The browsers' detector goes first, as the web is written for it."""
    from charset_normalizer import from_bytes
    from resiliparse.parse.encoding import detect_encoding

    sample = content[:_SAMPLE_BYTES]
    detected = _known(detect_encoding(sample))
    if detected is not None and detected != "utf-8":
        return detected
    best = from_bytes(sample).best()
    return best.encoding if best is not None else "cp1252"
