import ipaddress

import httpcore
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.net import guard
from bot.net.errors import Blocked, Unreachable

IPv4 = ipaddress.IPv4Address
IPv6 = ipaddress.IPv6Address

PUBLIC_4 = "93.184.216.34"
PUBLIC_6 = "2606:2800:220:1:248:1893:25c8:1946"

# Stricter than the interpreter's registry: these count as global in one version of Python or another.
_ALSO_CLOSED = [
    ipaddress.ip_network(network)
    for network in (
        "168.63.129.16/32",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "224.0.0.0/4",
        "2001::/23",
        "2002::/16",
        "3fff::/20",
    )
]


def _embedding(prefix: str) -> st.SearchStrategy[IPv6]:
    return st.ip_addresses(v=4).map(lambda inner: IPv6(int(IPv6(prefix)) + int(inner)))


@given(st.ip_addresses() | st.ip_addresses(v=6, network="2000::/3") | _embedding("64:ff9b::"))
@example(IPv4("192.0.0.192"))
@example(IPv6("ff0e::1"))
@example(IPv6("fec0::1"))
def test_no_address_is_open_that_is_not_global(address: IPv4 | IPv6) -> None:
    if guard.closed(address) is None:
        assert address.is_global
        assert not address.is_multicast
        assert not getattr(address, "is_site_local", False)


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6, network="2000::/3"))
def test_a_global_address_is_open_unless_it_is_known_to_lead_elsewhere(address: IPv4 | IPv6) -> None:
    elsewhere = any(address.version == network.version and address in network for network in _ALSO_CLOSED)
    isatap = address.version == 6 and int(address) >> 32 & 0xFDFF_FFFF == 0x5EFE
    if address.is_global and not elsewhere and not isatap:
        assert guard.closed(address) is None


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_the_same_behind_nat64(inner: IPv4) -> None:
    assert guard.closed(IPv6(int(IPv6("64:ff9b::")) + int(inner))) == guard.closed(inner)


@pytest.mark.parametrize("prefix", ["2606:2800:1:1:0:5efe::", "2606:2800:1:1:200:5efe::"])
@given(inner=st.ip_addresses(v=4))
def test_an_isatap_address_is_open_only_if_the_ipv4_address_in_it_is(prefix: str, inner: IPv4) -> None:
    address = IPv6(int(IPv6(prefix)) + int(inner))
    assert (guard.closed(address) is None) == (guard.closed(inner) is None)


@pytest.mark.parametrize(
    "prefix", ["::ffff:0:0", "::", "64:ff9b:1::", "fe80::", "fc00::", "fec0::", "ff02::"]
)
@given(inner=st.ip_addresses(v=4))
def test_other_ways_to_write_an_ipv4_address_are_closed(prefix: str, inner: IPv4) -> None:
    assert guard.closed(IPv6(int(IPv6(prefix)) + int(inner))) is not None


@given(st.ip_addresses(v=4), st.ip_addresses(v=6))
def test_6to4_and_teredo_addresses_are_closed(inner: IPv4, rest: IPv6) -> None:
    assert guard.closed(IPv6(0x2002 << 112 | int(inner) << 80 | int(rest) % 2**80)) is not None
    assert guard.closed(IPv6(0x2001_0000 << 96 | int(inner) << 64 | int(rest) % 2**64)) is not None


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.254",
        "192.0.0.192",
        "192.0.2.1",
        "192.168.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:10.0.0.1",
        "::ffff:93.184.216.34",
        "64:ff9b::a9fe:a9fe",
        "100::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:a00:1::1",
        "3fff::1",
        "5f00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "2606:2800::1%eth0",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ],
)
def test_known_places_inside_a_network_are_closed(address: str) -> None:
    assert guard.closed(ipaddress.ip_address(address)) is not None


@pytest.mark.parametrize(
    "address", ["1.1.1.1", PUBLIC_4, PUBLIC_6, "2a00:1450:4001:80b::200e", "64:ff9b::808:808"]
)
def test_a_place_on_the_internet_is_open(address: str) -> None:
    assert guard.closed(ipaddress.ip_address(address)) is None


class Network:
    """Answers for names and notes what is dialled; `dead` addresses do not answer."""

    def __init__(self, names: dict[str, list[str]], dead: frozenset[str] = frozenset()) -> None:
        self.names = names
        self.dead = dead
        self.dialled: list[str] = []
        self.questions: list[str] = []

    async def resolve(self, host: str, port: int) -> list[str]:
        self.questions.append(host)
        if host not in self.names:
            raise OSError("Name or service not known")
        return self.names[host]

    async def dial(self, address: str, port: int) -> httpcore.AsyncNetworkStream:
        self.dialled.append(address)
        if address in self.dead:
            raise httpcore.ConnectError("refused")
        return httpcore.AsyncMockStream([])


def _backend(network: Network, **options: object) -> guard.GuardedBackend:
    return guard.GuardedBackend(resolve=network.resolve, dial=network.dial, **options)  # type: ignore[arg-type]


async def test_the_address_that_was_judged_is_dialled_and_the_name_asked_for_once() -> None:
    network = Network({"news.example": [PUBLIC_6, PUBLIC_4]})
    await _backend(network).connect_tcp("news.example", 443)
    assert network.dialled == [PUBLIC_6]
    assert network.questions == ["news.example"]


async def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    network = Network({"news.example": [PUBLIC_6, PUBLIC_4]}, dead=frozenset({PUBLIC_6}))
    await _backend(network).connect_tcp("news.example", 443)
    assert network.dialled == [PUBLIC_6, PUBLIC_4]


async def test_only_a_few_of_many_dead_addresses_are_tried() -> None:
    many = [f"93.184.216.{number}" for number in range(200)]
    network = Network({"news.example": many}, dead=frozenset(many))
    with pytest.raises(Unreachable):
        await _backend(network).connect_tcp("news.example", 443)
    assert len(network.dialled) < 10


@pytest.mark.parametrize("answers", [["10.0.0.1"], [PUBLIC_4, "10.0.0.1"], ["::1", PUBLIC_6]])
async def test_a_host_with_a_closed_address_among_its_answers_is_not_dialled(answers: list[str]) -> None:
    network = Network({"news.example": answers})
    with pytest.raises(Blocked, match=r"fetch\.allow_hosts"):
        await _backend(network).connect_tcp("news.example", 443)
    assert network.dialled == []


async def test_the_message_does_not_tell_what_a_name_resolves_to() -> None:
    network = Network({"wiki.corp.example": ["10.20.30.40"]})
    with pytest.raises(Blocked) as blocked:
        await _backend(network).connect_tcp("wiki.corp.example", 443)
    assert "10.20" not in blocked.value.message


@pytest.mark.parametrize("answers", [[], ["not an address"]])
async def test_a_name_without_a_usable_answer_is_unreachable(answers: list[str]) -> None:
    with pytest.raises(Unreachable):
        await _backend(Network({"news.example": answers})).connect_tcp("news.example", 443)


async def test_a_name_that_does_not_exist_is_unreachable() -> None:
    with pytest.raises(Unreachable, match=r"no host called nowhere\.example"):
        await _backend(Network({})).connect_tcp("nowhere.example", 443)


async def test_an_address_needs_no_resolver() -> None:
    network = Network({})
    await _backend(network).connect_tcp(PUBLIC_4, 80)
    with pytest.raises(Blocked):
        await _backend(network).connect_tcp("127.0.0.1", 80)
    assert network.dialled == [PUBLIC_4]
    assert network.questions == []


async def test_a_port_that_serves_no_pages_is_blocked_before_the_name_is_asked_for() -> None:
    network = Network({"news.example": [PUBLIC_4]})
    with pytest.raises(Blocked, match="port 22"):
        await _backend(network).connect_tcp("news.example", 22)
    assert network.questions == []


async def test_the_port_rule_can_be_lifted_and_the_addresses_stay_closed() -> None:
    network = Network({"news.example": [PUBLIC_4], "wiki.example": ["10.0.0.1"]})
    backend = _backend(network, ports=None)
    await backend.connect_tcp("news.example", 26120)
    with pytest.raises(Blocked):
        await backend.connect_tcp("wiki.example", 26120)


@pytest.mark.parametrize("named", ["wiki.corp.example", "Wiki.Corp.Example.", " wiki.corp.example"])
async def test_a_host_that_the_operator_named_is_let_through_on_every_port(named: str) -> None:
    network = Network({"wiki.corp.example": ["10.0.0.1"], "other.corp.example": ["10.0.0.1"]})
    backend = _backend(network, allow_hosts=[named])
    await backend.connect_tcp("wiki.corp.example", 8090)
    with pytest.raises(Blocked):
        await backend.connect_tcp("other.corp.example", 443)
    with pytest.raises(Blocked):
        await backend.connect_tcp("10.0.0.1", 443)


@pytest.mark.parametrize(("named", "host"), [("10.1.2.3", "10.1.2.3"), ("::1", "::1"), ("[::1]", "::1")])
async def test_an_address_may_be_named_too(named: str, host: str) -> None:
    network = Network({})
    await _backend(network, allow_hosts=[named]).connect_tcp(host, 80)
    assert network.dialled == [host]


@pytest.mark.parametrize(
    "named",
    ["", "*", "wiki corp", "reader@wiki.example", "wiki.example:80", "http://wiki.example", "10.0.0.0/8"],
)
def test_a_name_that_no_host_can_have_is_refused_at_the_start(named: str) -> None:
    with pytest.raises(ValueError, match="is no host"):
        _backend(Network({}), allow_hosts=[named])


async def test_the_system_resolver_gives_addresses() -> None:
    resolver = guard.SystemResolver()
    try:
        assert set(await resolver("localhost", 80)) <= {"127.0.0.1", "::1"}
    finally:
        resolver.close()
