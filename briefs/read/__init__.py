"""Bytes of a page or file → Article, or one clear sentence why there is none."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final, Literal
from urllib.parse import urlsplit

from briefs import text as texts
from briefs import urls
from briefs.errors import NotAnArticle, Paywalled, TooComplex, UnsupportedType
from briefs.models import Article, PublishedBasis
from briefs.read import body, charsets, dates, pdf
from briefs.read.facts import Facts, facts
from briefs.read.languages import language

__all__ = ["article"]

Form = Literal["html", "text", "pdf"]

_MOST_CHARS: Final = 2_000_000  # of text; the longest reportage has a tenth
_MOST_TAGS: Final = 150_000  # the longest of 150 real pages has 20,000; more is a machine's work
_MOST_TAGS_CAREFULLY: Final = (
    20_000  # trafilatura's time grows with the square of them: about 1 s at this number
)
_DEEPEST: Final = 2_000  # open elements; the quick reading's time grows with the square: 0.1 s at this number
_FEWEST_WORDS: Final = 20
_STUB_WORDS: Final = 150  # an article's opening before a paywall is shorter
_FEWEST_CARRIED: Final = 100  # characters
_LONGEST_TITLE: Final = 300

_HTML_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
_TEXT_TYPES: Final = frozenset({"text/plain", "text/markdown", "text/x-markdown", "text/x-web-markdown"})
_PDF_TYPES: Final = frozenset({"application/pdf", "application/x-pdf"})
_UNKNOWN_TYPES: Final = frozenset(
    {
        "",
        "application/octet-stream",
        "binary/octet-stream",
        "application/xml",
        "text/xml",
        "application/force-download",
    }
)
_SUFFIXES: Final[dict[str, Form]] = {
    ".html": "html", ".htm": "html", ".xhtml": "html", ".txt": "text", ".text": "text", ".md": "text",
    ".markdown": "text", ".pdf": "pdf",
}  # fmt: skip
_LOOKS_LIKE_HTML = re.compile(
    rb"^\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body|title|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_HAS_HTML = re.compile(rb"<(?:html|body|article|div|p|h1)[\s>]", re.IGNORECASE)
_CONTAINER_TAG = re.compile(
    r"<(/?)(?:div|span|section|article|main|aside|table|tbody|tr|td|ul|ol|blockquote|center|font|form|fieldset|nav|"
    r"header|footer|figure|b|i|u|em|strong|small|big|s|tt|code|pre|dl|details|svg|g|object|a)\b",
    re.IGNORECASE,
)
_SAMPLE_CHARS: Final = 20_000
_FEWEST_LETTERS: Final = 0.58  # of what is no blank; prose has .9, tables of results .7, noise .55
_LETTER = re.compile(r"[^\W\d_]")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_PAYWALL = re.compile(
    r"(?:subscri(?:be|ption)|register|sign (?:in|up)|log ?in|(?:become|join) .{0,20}member)\b.{0,60}"
    r"\b(?:to (?:continue|keep|finish|read|unlock|access|view)|for (?:full|unlimited|complete) access)"
    r"|to (?:continue|keep) reading|continue reading with|already a (?:subscriber|member)"
    r"|(?:exclusive|only|reserved|available) (?:to|for) (?:\w+ ){0,2}(?:subscribers|members)"
    r"|(?:subscriber|member)s?[- ]only|for subscribers\b|unlock (?:this|the full) (?:article|story)"
    r"|(?:free|remaining) articles? (?:left|this month|remaining)|this (?:article|story|content) is (?:for|behind)",
    re.IGNORECASE,
)


def article(
    content: bytes,
    *,
    source: str,
    media_type: str = "",
    charset: str | None = None,
    url: str | None = None,
    retrieved: str | None = None,
    thorough: bool = True,
) -> Article:
    """Read the bytes of a page, a text file or a PDF as one article.

    `source` is what the person gave (a URL, a file name, "-"); `url` where the bytes came from after redirects, None
    for a file. `media_type` is lower case without parameters, "" if unknown: then the bytes and the suffix of
    `source` decide. `charset` is what the server said. `retrieved` is an ISO 8601 instant; no later date counts as a
    date of publication. `thorough=False` reads HTML with the quick extractor alone, in time that grows evenly with
    the page: for pages on which the careful one was given up.

    The text of HTML and PDF is headline, blank line, paragraphs with blank lines between; a text file stays as it is,
    without its byte order mark.

    Raises NotAnArticle, Paywalled, UnsupportedType or TooComplex.
    """
    form = _form(content, media_type, source)
    if form == "pdf":
        return _from_pdf(content, source=source, url=url, retrieved=retrieved)
    decoded = charsets.decode(content, charset, markup=form == "html")
    if form == "text":
        return _from_text(decoded, source=source, url=url, retrieved=retrieved)
    return _from_html(decoded, source=source, url=url, retrieved=retrieved, thorough=thorough)


def _form(content: bytes, media_type: str, source: str) -> Form:
    """Which of the three readable forms the bytes are in. Raises UnsupportedType."""
    if not content.strip():
        raise NotAnArticle(
            "There is nothing in it: the page or file is empty; please check the link or the file."
        )
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    named = _SUFFIXES.get(PurePosixPath(urlsplit(source).path).suffix.lower())
    if media_type in _PDF_TYPES or (media_type in _UNKNOWN_TYPES and named == "pdf"):
        raise UnsupportedType(
            "This is called a PDF but is not one; please send another copy or paste its text."
        )
    if media_type in _HTML_TYPES or _LOOKS_LIKE_HTML.match(content[:4096]):
        return "html"
    if media_type in _TEXT_TYPES or (media_type in _UNKNOWN_TYPES and named == "text"):
        return "text" if _is_text(content) else _refuse(media_type)
    if media_type in _UNKNOWN_TYPES:
        if named == "html" or (_HAS_HTML.search(content[:65_536]) and _is_text(content)):
            return "html"
        if _is_text(content) and not content.lstrip().startswith((b"<?xml", b"{", b"<")):
            return "text"
    return _refuse(media_type)


def _is_text(content: bytes) -> bool:
    """Whether bytes can be text: no control characters but white space, save in UTF-16 and UTF-32."""
    sample = content[:65_536]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    control = sum(byte < 9 or 13 < byte < 27 for byte in sample)
    return control * 200 <= len(sample)


def _refuse(media_type: str) -> Form:
    kind = media_type.partition("/")[0]
    what = {"image": "a picture", "video": "a video", "audio": "a sound recording"}.get(kind, "a file")
    if media_type in _TEXT_TYPES:
        raise UnsupportedType(
            "This is called a text but holds something else; please check the file or paste the article's text."
        )
    named = f" ({media_type})" if re.fullmatch(r"[\w.+-]{1,40}/[\w.+-]{1,60}", media_type) else ""
    raise UnsupportedType(
        f"This is {what}{named}, and only web pages, plain text, Markdown and PDF can be read; "
        "please send the article's page or paste its text."
    )


@dataclass(frozen=True, slots=True)
class _Origin:
    source: str
    url: str | None
    retrieved: str | None


def _from_html(page: str, *, source: str, url: str | None, retrieved: str | None, thorough: bool) -> Article:
    from resiliparse.parse.html import HTMLTree

    page = page.replace("\x00", "")
    tags = page.count("<")
    if tags > _MOST_TAGS:
        raise TooComplex("This page has too many elements to be read; please paste the article's text.")
    if _depth(page) > _DEEPEST:
        raise TooComplex("This page is nested too deeply to be read; please paste the article's text.")
    said = facts(HTMLTree.parse(page), url, retrieved)
    found = body.quick(page)
    if thorough and tags <= _MOST_TAGS_CAREFULLY:
        found = body.combine(body.careful(page), found)
    cleaned = body.clean(
        found, headings=said.headings, byline=said.byline, anchors=body.Anchors(page, said.headings)
    )
    lines = [piece.text for piece in cleaned]
    carried = [" ".join(line.split()) for line in (said.body or "").splitlines() if line.strip()]
    if _carries_more(carried, lines):
        lines = carried
    words = sum(body.Piece(line).words for line in lines)
    _check_stub(page, lines, words, free=said.free)
    if words < _FEWEST_WORDS or not any(body.Piece(line).is_prose for line in lines) or not _readable(lines):
        raise NotAnArticle(
            "No article was found on this page; please send the link of the article itself or paste its text."
        )
    published, basis = _html_date(said, [piece.text for piece in found], lines, retrieved)
    title = (said.title or _opening(lines[0]))[:_LONGEST_TITLE]
    text = "\n\n".join([title, *lines] if said.title else lines)
    canonical = said.canonical or url
    host = (urlsplit(canonical).hostname or "").removeprefix("www.") if canonical else ""
    return _article(
        _Origin(source, canonical, retrieved),
        title=title,
        text=text,
        outlet=said.site or host or None,
        author=said.byline,
        published=published,
        basis=basis,
    )


def _carries_more(carried: list[str], lines: list[str]) -> bool:
    """Whether the text in a page's JSON-LD goes before the one in its mark-up.

    It has no structure as a rule, so only where the page draws its text by script: then there is little in the
    mark-up, or the extractor has found the JSON-LD itself and run its lines together.
    """
    one, other = "".join(carried), "".join(lines)
    if len(lines) == 1 and len(carried) > 1:
        return one.replace(" ", "") == other.replace(" ", "")
    return len(one) > 3 * max(len(other), _FEWEST_CARRIED)


def _depth(page: str) -> int:
    """How many elements are open at once, at most."""
    depth = deepest = 0
    for tag in _CONTAINER_TAG.finditer(page):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _check_stub(page: str, lines: list[str], words: int, *, free: bool | None) -> None:
    if words >= _STUB_WORDS and not (free is False and lines and lines[-1].endswith(("…", "..."))):
        return
    shown = body.visible(page) if words < _STUB_WORDS else ""
    if free is False or (words >= _FEWEST_WORDS // 2 and _PAYWALL.search(shown)):
        raise Paywalled(
            "Only the beginning of this article is free to read, the rest is behind a paywall; "
            "if you have access, please paste its text."
        )


def _readable(lines: list[str]) -> bool:
    """Whether the lines are words: spaced ones, or letters of a script without spaces."""
    text = "\n".join(lines)[:_SAMPLE_CHARS]
    unspaced = len(_UNSPACED.findall(text))
    letters = len(_LETTER.findall(text))
    blanks = len(text) - len("".join(text.split()))
    return letters >= _FEWEST_LETTERS * (len(text) - blanks) and (
        unspaced * 3 >= len(text) or blanks * 40 >= len(text) - unspaced
    )


def _html_date(
    said: Facts, found: list[str], lines: list[str], retrieved: str | None
) -> tuple[str | None, PublishedBasis]:
    if said.published:
        return said.published, "meta"
    if said.shown_date:
        return said.shown_date, "text"
    kept = set(lines)
    taken_out = (line for line in found if line not in kept)
    return _dated([*islice(taken_out, 5), *lines], retrieved)


_DATE_LINE_WORDS: Final = 4  # besides date and labels: a name, a place, an agency; more is a caption
_DATE_LABEL = re.compile(
    r"\b(?:first |last )?(?:published|updated|posted|modified|date|issued|by|on|at|of|the|am|pm|gmt|utc|[ecmp][sd]t|cest?|bst|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)\b",
    re.IGNORECASE,
)
_CAPTIONS_APART: Final = 31  # days; pictures further apart come from an archive
_DATELINE = re.compile(r"^[^.!?]{0,60}?(?:\([^)]{2,30}\)\s*)?[-–—:]\s")


def _dated(lines: list[str], retrieved: str | None) -> tuple[str | None, PublishedBasis]:
    """The date of publication as the text itself tells it, and where.

    A line near the top or the foot that is little more than a date, or a dateline before the first sentence; else the
    latest date in the captions (a picture is not taken after its article). A date within a sentence is a matter of
    the article, not its date.
    """
    for line in [*lines[:6], *lines[:-4:-1]]:
        found = dates.written_date(line[:200])
        if found is None or not dates.not_after(found, retrieved):
            continue
        rest = dates.without_dates(line)
        few = len(re.findall(r"[^\W\d_]+", _DATE_LABEL.sub(" ", rest))) <= _DATE_LINE_WORDS
        if few and len(line) <= 200 and not _SENTENCE.search(rest):
            return found, "text"
        dateline = _DATELINE.match(line)
        if dateline is not None and (stated := dates.written_date(dateline[0])) is not None:
            return stated, "text"
    text = "\n".join(lines)
    captions = (text[block.start : block.end] for block in texts.blocks(text) if block.kind == "caption")
    told = [d for c in captions if (d := dates.written_date(c)) is not None and dates.not_after(d, retrieved)]
    if not told or (date.fromisoformat(max(told)) - date.fromisoformat(min(told))).days > _CAPTIONS_APART:
        return None, "none"
    return max(told), "caption"


_SENTENCE = re.compile(r"\w\s+\w+\s+\w+.*[.!?][\"'”’)]*\s*$")


def _from_text(text: str, *, source: str, url: str | None, retrieved: str | None) -> Article:
    if len(text) > _MOST_CHARS:
        raise TooComplex("This text is longer than any article; please send the part that matters.")
    found = [text[block.start : block.end] for block in texts.blocks(text)]
    if not found or not re.search(r"[^\W\d_]{2}", text):
        raise NotAnArticle("There are no words in it; please check the file or paste the article's text.")
    if not _readable(found):
        raise NotAnArticle(
            "This is not a text that can be read; please check the file or paste the article's text."
        )
    first = texts.blocks(text)[0]
    title = found[0] if first.kind == "headline" else _opening(found[0])
    published, basis = _dated(found, retrieved)
    return _article(
        _Origin(source, url, retrieved),
        title=re.sub(r"^#{1,6}\s+", "", title)[:_LONGEST_TITLE],
        text=text,
        outlet=None,
        author=None,
        published=published,
        basis=basis,
    )


def _from_pdf(content: bytes, *, source: str, url: str | None, retrieved: str | None) -> Article:
    read = pdf.document(content)
    lines = list(read.paragraphs)
    if sum(body.Piece(line).words for line in lines) < _FEWEST_WORDS or not _readable(lines):
        raise NotAnArticle("No article was found in this PDF; please send another copy or paste its text.")
    opening = texts.blocks("\n\n".join(lines))[0]
    if opening.kind == "headline":
        title, lines = lines[0], lines[1:]
    else:
        title = read.title or _opening(lines[0])
    published, basis = _dated(lines, retrieved)
    if basis in {"none", "caption"} and read.created and dates.not_after(read.created, retrieved):
        published, basis = read.created, "meta"
    stated = title if opening.kind == "headline" or read.title else None
    return _article(
        _Origin(source, url, retrieved),
        title=title[:_LONGEST_TITLE],
        text="\n\n".join([stated[:_LONGEST_TITLE], *lines] if stated else lines),
        outlet=(urlsplit(url).hostname or "").removeprefix("www.") or None if url else None,
        author=read.author,
        published=published,
        basis=basis,
    )


def _opening(line: str) -> str:
    """A title for a text without one: the beginning of its first line, cut at a word."""
    if len(line) <= 100:
        return line
    return line[:100].rpartition(" ")[0].rstrip(" ,;:–—-") + "…"


def _article(
    origin: _Origin,
    *,
    title: str,
    text: str,
    outlet: str | None,
    author: str | None,
    published: str | None,
    basis: PublishedBasis,
) -> Article:
    if len(text) > _MOST_CHARS:
        raise TooComplex("This text is longer than any article; please paste the part that matters.")
    url = origin.url
    if url is not None:
        try:
            url = urls.canonical(url)
        except ValueError:
            url = None
    sha256 = hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()
    return Article(
        id=_identity(origin.source, url, sha256),
        url=url,
        title=title,
        outlet=outlet,
        author=author,
        published=published,
        published_basis=basis,
        retrieved=origin.retrieved,
        lang=language(text),
        text=text,
        sha256=sha256,
    )


def _identity(source: str, url: str | None, sha256: str) -> str:
    """File name without suffix for a file, else a hash of the canonical address, else one of the text."""
    if url is None or "://" not in source:
        stem = PureWindowsPath(source).stem  # splits at both kinds of slash
        if "://" not in source and stem and stem != "-":
            return stem
    return hashlib.sha256(url.encode()).hexdigest()[:16] if url is not None else sha256[:16]
