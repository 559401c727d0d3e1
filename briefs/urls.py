"""Web addresses as text: what a link names, the one spelling an article is known by, the links in a message.

Nothing here opens a connection or says whether an address may be read; that is the network guard's work.
"""

from __future__ import annotations

import ipaddress
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

import idna

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_MAX_CHARS: Final = 8_000  # servers stop at about 8 KB; a longer one is no link that somebody meant
_MAX_HOST_CHARS: Final = 253

_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\[\]:@%\\]+)(?::(?P<port>[0-9]{0,5}))?")
_HOST_NAME = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*"
)
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SAFE_PATH: Final = "/%!$&'()*+,;=:@[]|"
_SAFE_QUERY: Final = _SAFE_PATH + "?"

# Only parameters that say how a reader came, never which page it is. Broader lists (courlan's among them) also take
# `id`-like names such as cid, uid or source, and two articles of one outlet would become one.
_TRACKING: Final = frozenset(
    """
    __twitter_impression _ga _gl _hsenc _hsmi _openstat at_bbc_team at_campaign at_custom1 at_custom2 at_custom3
    at_custom4 at_format at_link_id at_link_origin at_link_type at_medium at_ptr_name cmp cmpid dclid epik fbclid
    ftag gbraid gclid gclsrc guccounter guce_referrer guce_referrer_sig hsctatracking icid igsh igshid irclickid
    ito li_fat_id mc_cid mc_eid mkt_tok msclkid ncid ns_campaign ns_fee ns_linkname ns_mchannel ns_source ocid
    oly_anon_id oly_enc_id rb_clickid ref_src ref_url s_cid s_kwcid share_source sharetoken smid smtyp spm srsltid
    st_source taid ttclid twclid vero_conv vero_id wbraid wickedid wt.mc_id wt_mc wt_mc_id wt_zmc xtor yclid ysclid
    """.split()
)
_TRACKING_PREFIXES: Final = ("utm_", "pk_", "mtm_", "matomo_", "piwik_", "itm_", "hsa_")

_LINK = re.compile(r"https?://[^\s<>\"“”«»`{}|\\^\x00-\x1f\x7f\u200b\u2060\ufeff]+", re.IGNORECASE)
_PAIRS: Final = {")": "(", "]": "["}
_TRAILING: Final = ".,;:!?*'‘’…。，、；：！？」』】）》〉"


@dataclass(frozen=True, slots=True)
class Url:
    """An absolute http or https address, taken apart and spelled in ASCII; user names and fragments have no place."""

    scheme: str
    """"http" or "https"."""
    host: str
    """A lower-case name (punycode where needed), a dotted IPv4 address, or an IPv6 address without brackets."""
    port: int | None
    """1 to 65535; None where it is the scheme's own."""
    path: str
    """Percent-encoded, begins with "/"."""
    query: str | None
    """Percent-encoded, without the "?"."""

    @property
    def address(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
        """The host as an IP address, None if it is a name."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port is None else f":{self.port}"
        query = "" if self.query is None else f"?{self.query}"
        return f"{self.scheme}://{host}{port}{self.path}{query}"


def parse(url: str) -> Url:
    """Read an address as a browser would reach it.

    An IP address in any spelling that connects ("0x7f.1", "2130706433", "①②⑦.0.0.1") comes out as that address, so
    that nobody judges the spelling instead of the place. Raises ValueError, whose text is one sentence for a person,
    for anything but an absolute http(s) address without user name; also for hosts that no DNS name can have.
    """
    url = url.strip()
    if len(url) > _MAX_CHARS:
        raise ValueError(f"The link is longer than {_MAX_CHARS:,} characters; please check it.")
    if any(ord(char) < 0x20 or ord(char) == 0x7F for char in url):
        raise ValueError("The link contains characters that no link can have; please copy it again.")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ValueError("The link's host cannot be read; please copy it again.") from error
    if parts.scheme not in _DEFAULT_PORTS or not parts.netloc:
        raise ValueError("Only complete links that start with http:// or https:// can be read.")
    if "@" in parts.netloc:
        raise ValueError(
            "The link carries a user name before its host (the part up to “@”); please give it without."
        )
    authority = _AUTHORITY.fullmatch(parts.netloc)
    if authority is None:
        raise ValueError("The link's host or port cannot be read; please copy it again.")
    port = int(authority["port"]) if authority["port"] else None
    if port is not None and not 1 <= port <= 65535:
        raise ValueError("The link's port is not between 1 and 65535; please check it.")
    return Url(
        scheme=parts.scheme,
        host=_host(authority["host"]),
        port=None if port == _DEFAULT_PORTS[parts.scheme] else port,
        path=_encode(parts.path or "/", _SAFE_PATH),
        query=_encode(parts.query, _SAFE_QUERY) if parts.query else None,
    )


def canonical(url: str) -> str:
    """The spelling by which an article is known: the same page under two links gives the same text.

    Host in lower case, no fragment, no default port, no tracking parameters; the other parameters keep their order,
    since for some sites it matters. Idempotent. Raises ValueError as `parse` does.
    """
    parsed = parse(url)
    kept = [
        part
        for part in (parsed.query or "").split("&")
        if part and not _is_tracking(part.partition("=")[0].lower())
    ]
    return str(Url(parsed.scheme, parsed.host, parsed.port, parsed.path, "&".join(kept) or None))


def host(name: str) -> str:
    """A host given by its name or IP address alone, spelled as `Url.host` is. Raises ValueError with a sentence."""
    name = name.strip()
    with suppress(ValueError):
        return str(ipaddress.ip_address(name.removeprefix("[").removesuffix("]")))
    with suppress(ValueError):
        if not set(name) & set("/:?#"):
            return parse(f"http://{name}/").host
    raise ValueError(
        f"“{name}” is no host: please give a name such as wiki.example or an address such as 10.1.2.3, "
        "without port or path."
    )


def find(text: str) -> list[str]:
    """The http(s) links of a running text in their order, each once, as they stand there.

    A sentence's punctuation after a link, and a bracket that was opened before it, do not belong to it. What is found
    may still be refused by `parse`: whoever reads it can then say why.
    """
    found: dict[str, None] = {}
    position = 0
    while (match := _LINK.search(text, position)) is not None:
        link = _until_closed(match[0])
        position = match.start() + len(link)
        link = link.rstrip(_TRAILING)
        if not link.endswith("/") or link.count("/") > 2:
            found.setdefault(link)
    return list(found)


def _is_tracking(name: str) -> bool:
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def _host(host: str) -> str:
    if host.startswith("["):
        try:
            return str(ipaddress.IPv6Address(host[1:-1]))
        except ValueError as error:
            raise ValueError("The link's IPv6 address cannot be read; please check it.") from error
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except UnicodeError as error:
            raise ValueError("The link's host name cannot exist; please check its spelling.") from error
    host = host.lower().removesuffix(".")
    if len(host) <= _MAX_HOST_CHARS and _NUMBER.fullmatch(host.rpartition(".")[2]):
        return _ipv4(host)
    if len(host) > _MAX_HOST_CHARS or _HOST_NAME.fullmatch(host) is None:
        raise ValueError("The link's host name cannot exist; please check its spelling.")
    return host


def _ipv4(host: str) -> str:
    """Source: the WHATWG URL standard's IPv4 parser, which does what inet_aton does on every system."""
    numbers: list[int] = []
    for part in host.split("."):
        if _NUMBER.fullmatch(part) is None:
            raise ValueError(
                "The link's host name ends in a number, which only an IP address may; please check it."
            )
        if part.startswith("0x"):
            numbers.append(int(part[2:] or "0", 16))
        elif part.startswith("0"):
            if not set(part) <= set("01234567"):
                raise ValueError("The link's IP address cannot be read; please check it.")
            numbers.append(int(part, 8))
        else:
            numbers.append(int(part))
    *head, tail = numbers
    if len(head) > 3 or any(number > 255 for number in head) or tail >= 256 ** (4 - len(head)):
        raise ValueError("The link's IP address cannot be read; please check it.")
    value = tail + sum(number << (24 - 8 * place) for place, number in enumerate(head))
    return str(ipaddress.IPv4Address(value))


def _encode(text: str, safe: str) -> str:
    text = _ESCAPE.sub(_escape, _STRAY_PERCENT.sub("%25", text))
    return quote(text, safe=safe, errors="replace")


def _escape(match: re.Match[str]) -> str:
    char = chr(int(match[0][1:], 16))
    return char if char in _UNRESERVED else match[0].upper()


def _until_closed(link: str) -> str:
    opened: list[str] = []
    for place, char in enumerate(link):
        if char in _PAIRS.values():
            opened.append(char)
        elif char in _PAIRS and (not opened or opened.pop() != _PAIRS[char]):
            return link[:place]
    return link
