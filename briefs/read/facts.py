"""What a page says of its article: title, byline, outlet, date, canonical address, whether it is free to read.

The order of sources is that of Mozilla's Readability: JSON-LD first, then `<meta>`, then what the page shows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from briefs import urls
from briefs.read import dates

if TYPE_CHECKING:
    from resiliparse.parse.html import ElementNode, HTMLTree
    from resiliparse.parse.html.node import Node

_ARTICLE_TYPE = re.compile(
    r"(?:^|[/:#])(?:\w*Article|Report|SocialMediaPosting|BlogPosting|LiveBlogPosting|DiscussionForumPosting|"
    r"APIReference)$"
)
_MOST_NODES: Final = 20_000  # of JSON-LD: no article describes itself at such length
_MOST_SCRIPT_CHARS: Final = 1_000_000

_TITLE_KEYS: Final = (
    "dc:title", "dcterm:title", "dcterms:title", "og:title", "weibo:article:title", "weibo:webpage:title",
    "citation_title", "title", "twitter:title", "parsely-title", "sailthru.title",
)  # fmt: skip
_BYLINE_KEYS: Final = (
    "dc:creator", "dcterm:creator", "dcterms:creator", "author", "parsely-author", "article:author", "byl",
    "sailthru.author", "citation_author", "og:article:author",
)  # fmt: skip
_SITE_KEYS: Final = (
    "og:site_name",
    "application-name",
    "dc:publisher",
    "publisher",
    "twitter:app:name:iphone",
)
_DATE_KEYS: Final = (
    "article:published_time", "og:article:published_time", "parsely-pub-date", "datepublished", "og:published_time",
    "citation_publication_date", "dc.date.issued", "dc:date:issued", "dcterms:created", "dc:date", "dcterms:date",
    "sailthru.date", "pubdate", "publish-date", "publish_date", "publication_date", "publishdate", "ptime",
    "article.published", "cxenseparse:recs:publishtime", "date", "created",
)  # fmt: skip

_SEPARATOR = re.compile(r"\s+[|\-–—\\/>»·•:_]+\s+|\s*[|»]\s*|_(?=[^_]*$)")
_BY = re.compile(r"^\W*(?:(?:written|posted|published|reported)\s+by|by|author)\b\s*:?\s*", re.IGNORECASE)
_LABELS = re.compile(
    r"\b(?:published|updated|posted|last modified|on|at)\b\s*:?|\d{1,2}:\d\d\s*(?:[ap]\.?m\.?)?(?:\s+(?:[ECMP][SD]T|GMT|UTC|BST|CES?T))?",
    re.IGNORECASE,
)
_AGE = re.compile(
    r"[\s,]*\b(?:\d+\s?(?:[smhdwy]|min(?:ute)?s?|hours?|days?|weeks?|months?|years?)(?:\s+ago)?|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b.*$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"^(?:https?:|www\.|/|@)|@\S+\.\w+$")
_ASIDE = re.compile(
    r"comment|related|recommend|sidebar|footer|promo|teaser|trending|most-?read|newsletter", re.IGNORECASE
)
_BYLINE_NODES: Final = (
    ('[itemprop~="author"]', 12),
    ('[rel~="author"], [class*="byline" i], [id*="byline" i], [class*="writtenby" i]', 12),
    (
        '[class*="author" i], [id*="author" i]',
        6,
    ),  # also boxes about authors: only a bare name is taken from these
)
"""Where a page shows its author, the surest place first, with the most words that a byline has there."""
_DATE_NODES: Final = ", ".join(
    f'[{where}*="{word}" i]'
    for word in ("publish", "posted", "date", "time-stamp", "timestamp", "dateline")
    for where in ("class", "id")
)
_MOST_CANDIDATES: Final = 60
_LONGEST_VALUE: Final = 2_000
_FARTHEST_ANCESTOR: Final = 15
_WORDS = re.compile(r"\w+")
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found; None where the page says nothing."""

    title: str | None = None
    byline: str | None = None
    site: str | None = None
    canonical: str | None = None
    published: str | None = None
    """ISO 8601, from the page's head, its mark-up or its address."""
    shown_date: str | None = None
    """ISO 8601, from a line that the page marks as its date and shows as words."""
    free: bool | None = None
    """What `isAccessibleForFree` says."""
    body: str | None = None
    """The text of the article where JSON-LD carries it."""
    headings: tuple[str, ...] = ()
    """Everything that may stand over the body as its headline."""


def facts(tree: HTMLTree, url: str | None, retrieved: str | None) -> Facts:
    """Collect what a page says of itself.

    `url` is where the page was fetched (None for a file); `retrieved` an ISO instant that no date of publication can
    lie after.
    """
    described = _json_ld(tree)
    meta = _meta(tree)
    first_headings = [_squeeze(_text(node)) for node in _select(tree, "h1", 5)]
    document_title = _squeeze(tree.title or "")
    site = _site(described, meta)
    canonical = _canonical(tree, meta, url)
    stated_title = _first_text(_ld_titles(described, document_title)) or _first_text(
        meta.get(k) for k in _TITLE_KEYS
    )
    names = [name for name in (site, meta.get("og:site_name"), *_host_names(canonical or url)) if name]
    if stated_title:
        title = _without_site(stated_title, names)
    else:
        title = _from_document_title(document_title, first_headings, names)

    def in_time(value: str | None) -> bool:
        return value is not None and dates.not_after(value, retrieved)

    return Facts(
        title=title or None,
        byline=_byline(tree, described, meta),
        site=site,
        canonical=canonical,
        published=next(filter(in_time, _published(tree, described, meta, canonical or url)), None),
        shown_date=next(filter(in_time, _shown_dates(tree)), None),
        free=_free(described),
        body=described["articleBody"] if isinstance(described.get("articleBody"), str) else None,
        headings=tuple(
            dict.fromkeys(
                filter(None, (title, stated_title, *first_headings, meta.get("og:title"), document_title))
            )
        ),
    )


def _select(tree: HTMLTree, selector: str, most: int) -> Iterator[ElementNode]:
    document = tree.document
    if document is None:
        return
    # A slice, since every step of the collection's own iteration asks the whole document again.
    yield from document.query_selector_all(selector)[:most]


def _text(node: ElementNode) -> str:
    if node.query_selector("br") is not None:
        return unescape(_TAG.sub(" ", node.html))
    return node.text or ""


def _attribute(node: ElementNode, name: str) -> str:
    return node.getattr(name) or ""


def _squeeze(text: str) -> str:
    """The text on one line; what is longer than any title or name is cut."""
    return " ".join(text[:_LONGEST_VALUE].split())


def _first_text(values: Any) -> str:
    """The first value that is a text with something in it, on one line."""
    return next((_squeeze(value) for value in values if isinstance(value, str) and value.strip()), "")


def _meta(tree: HTMLTree) -> dict[str, str]:
    """`<meta>` by name or property in lower case ("dc.title" and "dc:title" as "dc:title"); the first one counts."""
    found: dict[str, str] = {}
    for node in _select(tree, "meta[content]", 500):
        content = (_attribute(node, "content")).strip()
        names = f"{_attribute(node, 'property')} {_attribute(node, 'name')} {_attribute(node, 'itemprop')}"
        for name in names.lower().split():
            if content:
                found.setdefault(re.sub(r"^(dc|dcterms?)\.", r"\1:", name), _squeeze(content))
    return found


def _json_ld(tree: HTMLTree) -> dict[str, Any]:
    """The JSON-LD object that describes an article, {} if there is none."""
    for node in _select(tree, 'script[type="application/ld+json"]', 20):
        text = re.sub(r"^\s*(?:<!\[CDATA\[|<!--)|(?:\]\]>|-->)\s*$", "", _text(node))
        if len(text) > _MOST_SCRIPT_CHARS:
            continue
        try:
            parsed = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for item in _objects(parsed):
            kinds = item.get("@type")
            if any(
                isinstance(k, str) and _ARTICLE_TYPE.search(k)
                for k in (kinds if isinstance(kinds, list) else [kinds])
            ):
                return item
    return {}


def _objects(parsed: Any) -> Iterator[dict[str, Any]]:
    """The top objects of a JSON-LD document and those of its graphs, breadth first."""
    waiting, seen = [parsed], 0
    while waiting and seen < _MOST_NODES:
        item = waiting.pop(0)
        seen += 1
        if isinstance(item, list):
            waiting.extend(item[:_MOST_NODES])
        elif isinstance(item, dict):
            yield item
            waiting.extend(item[key] for key in ("@graph", "mainEntity", "mainEntityOfPage") if key in item)


def _ld_titles(described: dict[str, Any], document_title: str) -> tuple[Any, ...]:
    name, headline = described.get("name"), described.get("headline")
    if isinstance(name, str) and isinstance(headline, str):
        # Some sites put their own name into `name`: the one that the document's title repeats is the article's.
        return (
            (name, headline)
            if _alike(name, document_title) > _alike(headline, document_title)
            else (headline, name)
        )
    return (headline, name)


def _alike(a: str, b: str) -> float:
    """Share of common words, 0 to 1."""
    one, two = (set(_WORDS.findall(text.lower())) for text in (a, b))
    return len(one & two) / max(1, len(one | two))


def _names(value: Any) -> str:
    """Name or names of a JSON-LD person or organisation, comma between them."""
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(filter(None, map(_names, value[:20]))))
    if isinstance(value, dict):
        return _names(value.get("name"))
    return _squeeze(value) if isinstance(value, str) and not _ADDRESS.search(value.strip()) else ""


def _site(described: dict[str, Any], meta: dict[str, str]) -> str | None:
    found = _first_text([_names(described.get("publisher")), *(meta.get(key) for key in _SITE_KEYS)])
    if re.match(r"https?://", found):
        found = (urlsplit(found).hostname or "").removeprefix("www.")
    return found or None


def _host_names(url: str | None) -> tuple[str, ...]:
    """What a host may be called in a title: "thepaper.example" and "thepaper"."""
    host = (urlsplit(url).hostname or "") if url else ""
    host = host.removeprefix("www.")
    labels = host.split(".")
    return (host, labels[-2] if len(labels) > 1 else "")


def _without_site(title: str, names: list[str]) -> str:
    """Take the outlet's name off the end (or the beginning) of a title."""
    known = {key for name in names if (key := "".join(_WORDS.findall(name.lower())))}
    cuts = list(_SEPARATOR.finditer(title))
    for cut in cuts:
        if cut.start() and "".join(_WORDS.findall(title[cut.end() :].lower())) in known:
            return title[: cut.start()].rstrip()
    if cuts and "".join(_WORDS.findall(title[: cuts[0].start()].lower())) in known:
        return title[cuts[0].end() :].lstrip()
    return title


def _from_document_title(document_title: str, headings: list[str], names: list[str]) -> str:
    """The headline where only `<title>` and `<h1>` tell it."""
    title = _without_site(document_title, names)
    if title != document_title:
        return title
    for heading in headings:
        if len(heading.split()) >= 3 and title.lower().startswith(heading.lower()):
            return heading
    cuts = list(_SEPARATOR.finditer(title))
    if cuts:
        # The last part of a long title is the outlet's name more often than not.
        shorter = title[: cuts[-1].start()]
        if len(shorter.split()) > 4:
            return shorter
    if not 15 <= len(title) <= 150 and len(headings) == 1 and len(headings[0].split()) >= 3:
        return headings[0]
    return title


def _byline(tree: HTMLTree, described: dict[str, Any], meta: dict[str, str]) -> str | None:
    stated = [_names(described.get("author")), *(meta.get(key) for key in _BYLINE_KEYS)]
    for value in stated:
        if value and (cleaned := _clean_byline(value)):
            return cleaned
    for selector, most_words in _BYLINE_NODES:
        for node in _select(tree, selector, _MOST_CANDIDATES):
            named = node.query_selector('[itemprop~="name"]')
            text = _text(named or node)
            if not 0 < len(text.strip()) < 300 or ("itemprop" not in selector and _stands_aside(node)):
                continue
            cleaned = _clean_byline(text)
            if cleaned is not None and len(cleaned.split()) <= most_words:
                return cleaned
    return None


def _clean_byline(text: str) -> str | None:
    """A name or names as a person would write them, None if there is no name in it."""
    lines = [line.strip(" ,|•·-–—") for line in text.strip().splitlines()]
    text = _squeeze(" ".join(line for line in lines if line))
    if _ADDRESS.search(text):
        return None
    text = _BY.sub("", dates.without_dates(text)).strip()
    text = _squeeze(_LABELS.sub(" ", text)).strip(" ,|•·-–—:;")
    text = _AGE.sub("", re.sub(r"\s+([,;])", r"\1", text)).rstrip(" ,|•·-–—:;@")
    if not 2 <= len(text) <= 120 or not re.search(r"[^\W\d_]{2}", text) or len(text.split()) > 16:
        return None
    return None if re.fullmatch(r"(?:admin|staff|author|authors|unknown|by)", text, re.IGNORECASE) else text


def _stands_aside(node: ElementNode) -> bool:
    """Whether a node belongs to comments, teasers or the foot of the page."""
    from resiliparse.parse.html import ElementNode

    current: Node | None = node
    for _ in range(_FARTHEST_ANCESTOR):
        if not isinstance(current, ElementNode) or current.tag in {"body", "html"}:
            return False
        if current.tag in {"aside", "footer", "nav"}:
            return True
        if _ASIDE.search(f"{_attribute(current, 'class')} {_attribute(current, 'id')}"):
            return True
        current = current.parent
    return False


def _published(
    tree: HTMLTree, described: dict[str, Any], meta: dict[str, str], url: str | None
) -> Iterator[str | None]:
    """Dates of publication, the most trustworthy source first."""
    for value in (
        described.get("datePublished"),
        described.get("dateCreated"),
        *(meta.get(k) for k in _DATE_KEYS),
    ):
        if isinstance(value, str):
            yield dates.machine_date(value)
    for node in _select(tree, '[itemprop~="datePublished"], time[pubdate], abbr.published', 10):
        for name in ("content", "datetime", "title"):
            yield dates.machine_date(_attribute(node, name))
        yield dates.machine_date(_text(node))
    times, inside = (
        [node for node in _select(tree, selector, _MOST_CANDIDATES) if not _stands_aside(node)]
        for selector in (
            "time[datetime]",
            "article time[datetime], main time[datetime], header time[datetime]",
        )
    )
    if inside or len(times) == 1:
        yield dates.machine_date(_attribute((inside or times)[0], "datetime"))
    if url:
        yield dates.url_date(url)


def _shown_dates(tree: HTMLTree) -> Iterator[str | None]:
    for node in _select(tree, f"time, {_DATE_NODES}", _MOST_CANDIDATES):
        text = _squeeze(_text(node))
        if 6 <= len(text) <= 100 and not _stands_aside(node):
            yield dates.written_date(text)


def _free(described: dict[str, Any]) -> bool | None:
    value = described.get("isAccessibleForFree")
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def _canonical(tree: HTMLTree, meta: dict[str, str], url: str | None) -> str | None:
    """The address that the page is known by.

    A page speaks for its own site only: an address on another host would let any page pass for somebody else's
    article, so then the address that was fetched counts.
    """
    links = [_attribute(node, "href") for node in _select(tree, 'link[rel~="canonical"]', 2)]
    for link in filter(None, [*links, meta.get("og:url", "")]):
        try:
            found = urls.canonical(urljoin(url or "", link))
        except ValueError:
            continue
        if url is None or (
            _same_site(found, url) and (urlsplit(found).path != "/" or urlsplit(url).path in {"", "/"})
        ):
            return found
    try:
        return urls.canonical(url) if url else None
    except ValueError:
        return url


def _same_site(a: str, b: str) -> bool:
    one, two = (re.sub(r"^(?:www|m|amp|mobile)\.", "", urlsplit(url).hostname or "") for url in (a, b))
    return one == two or one.endswith("." + two) or two.endswith("." + one)
