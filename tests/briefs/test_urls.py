import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs import urls


@pytest.mark.parametrize(
    ("link", "known_as"),
    [
        ("HTTPS://News.Example.ORG:443/Talks#comments", "https://news.example.org/Talks"),
        ("http://news.example.org:80", "http://news.example.org/"),
        ("https://news.example.org:8443/a", "https://news.example.org:8443/a"),
        ("https://news.example.org./a?", "https://news.example.org/a"),
        ("https://news.example/a?utm_source=x&id=7&fbclid=y&page=2&", "https://news.example/a?id=7&page=2"),
        ("https://news.example/a?b=2&a=1", "https://news.example/a?b=2&a=1"),
        ("https://news.example/a?UTM_Campaign=x", "https://news.example/a"),
        ("https://news.example/%7ejo/caf%c3%a9", "https://news.example/~jo/caf%C3%A9"),
        ("https://news.example/café", "https://news.example/caf%C3%A9"),
        ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
        ("  https://news.example/a b ", "https://news.example/a%20b"),
    ],
)
def test_an_article_is_known_by_one_spelling_of_its_link(link: str, known_as: str) -> None:
    assert urls.canonical(link) == known_as


@pytest.mark.parametrize("parameter", ["id=1", "cid=1", "source=wire", "p=1", "ref=top", "page=2", "lang=de"])
def test_a_parameter_that_may_name_the_page_is_kept(parameter: str) -> None:
    assert urls.canonical(f"https://news.example/?{parameter}").endswith(parameter)


_WEB_ADDRESS = st.builds(
    lambda scheme, host, path, query: f"{scheme}://{host}/{path}?{query}",
    st.sampled_from(["http", "https", "HTTPS"]),
    st.sampled_from(["a.example", "Ä.example", "0x7f.1", "[2001:DB8::1]", "B.example.:80"]),
    st.text(max_size=20).filter(lambda text: not any(ord(char) < 0x20 or char == "\x7f" for char in text)),
    st.text(st.sampled_from("ab=&%7eé?/utm_"), max_size=20),
)


@given(_WEB_ADDRESS)
def test_a_canonical_link_is_its_own_canonical_link(link: str) -> None:
    once = urls.canonical(link)
    assert urls.canonical(once) == once
    assert once.isascii()


@given(
    st.text(max_size=60)
    | st.text(st.sampled_from("htps:/.@[]0x127%#?\\ab"), max_size=40).map("http://".__add__)
)
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        parsed = urls.parse(text)
    except ValueError as refusal:
        sentence = str(refusal)
    else:
        sentence = "."
        assert urls.parse(str(parsed)) == parsed
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    "spelling",
    [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7F.0.0.1",
        "0177.0.0.1",
        "00177.0x0.1",
        "127.0.0.1.",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
    ],
)
def test_an_ip_address_is_seen_in_every_spelling_that_connects(spelling: str) -> None:
    assert urls.parse(f"http://{spelling}/").address == ipaddress.IPv4Address("127.0.0.1")


def test_a_name_is_no_address() -> None:
    assert urls.parse("http://news.example/").address is None


@given(st.ip_addresses(v=4), st.sampled_from(["{}", "{:d}", "0x{:x}", "0{:o}"]))
def test_every_ipv4_address_is_seen_however_it_is_counted(
    address: ipaddress.IPv4Address, spelling: str
) -> None:
    host = spelling.format(address if spelling == "{}" else int(address))
    assert urls.parse(f"http://{host}/").address == address


@pytest.mark.parametrize(
    "link",
    [
        "",
        "news.example/a",
        "http:news.example",
        "http:///a",
        "file:///etc/hosts",
        "gopher://news.example/",
        "jar:https://news.example!/",
        "javascript:alert(1)",
        "http://reader@news.example/",
        "http://reader:secret@news.example/",
        "http://news.example:80:80/",
        "http://news.example:0/",
        "http://news.example:65536/",
        "http://news.example:http/",
        "http://news.example\\@other.example/",
        "http://news.example%2eevil.example/",
        "http://news example/",
        "http://news..example/",
        "http://-news.example/",
        "http://" + "a" * 64 + ".example/",
        "http://" + "9" * 5000 + "/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://09.1.1.1/",
        "http://news.1/",
        "http://[::1/",
        "http://[::1::2]/",
        "http://\u00e4..example/",
        "http://[::1]x/",
        "http://[fe80::1%25eth0]/",
        "http://[v1.x]/",
        "http://news.example/\r\nHost: other.example",
        "https://news.example/" + "a" * 9000,
    ],
)
def test_a_link_that_names_no_web_page_is_refused_with_a_sentence(link: str) -> None:
    with pytest.raises(ValueError) as refusal:
        urls.parse(link)
    assert str(refusal.value).endswith(".")
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("no link here, not even www.news.example", []),
        ("https://a.example/1", ["https://a.example/1"]),
        ("Read https://a.example/1, then http://b.example/2.", ["https://a.example/1", "http://b.example/2"]),
        ("(see https://a.example/1)", ["https://a.example/1"]),
        ("https://a.example/Strike_(labour)!", ["https://a.example/Strike_(labour)"]),
        ("[talks](https://a.example/1) and", ["https://a.example/1"]),
        ("https://a.example/?x[]=1", ["https://a.example/?x[]=1"]),
        ("“https://a.example/1”", ["https://a.example/1"]),
        ("<https://a.example/1>", ["https://a.example/1"]),
        ("https://a.example/1?why=", ["https://a.example/1?why="]),
        ("https://a.example/1?", ["https://a.example/1"]),
        ("HTTP://A.example twice HTTP://A.example", ["HTTP://A.example"]),
        ("[https://a.example/1](https://b.example/2)", ["https://a.example/1", "https://b.example/2"]),
        ("见https://a.example/新闻。", ["https://a.example/新闻"]),
        ("https://a.example/1\u200b", ["https://a.example/1"]),
        ("http:// and https://.", []),
        ("http://reader@a.example/", ["http://reader@a.example/"]),
    ],
)
def test_links_are_found_without_the_sentence_around_them(text: str, links: list[str]) -> None:
    assert urls.find(text) == links


@given(
    st.lists(st.sampled_from(["https://a.example/x", "(", ")", "[", "]", " ", ".", "http://"]), max_size=12)
)
def test_every_found_link_stands_in_the_text(pieces: list[str]) -> None:
    text = "".join(pieces)
    for link in urls.find(text):
        assert link in text
