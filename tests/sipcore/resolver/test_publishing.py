"""What is published must lead a client that follows RFC 3263 to the nodes, in their order."""

import pytest

from sipcore.resolver import Naptr, Srv
from sipcore.resolver.publishing import Node, host_name, zone_lines
from tests.sipcore.resolver.zone import Zone

ONE = Node("node-1", "ccm1.example.com", 5060, ("192.0.2.1", "2001:db8::1"))
TWO = Node("CCM Sub 2", "192.0.2.2", 5070)


def read(lines: list[str]) -> Zone:
    """Read the lines back, as a DNS server would."""
    zone = Zone()
    found: dict[str, list[Naptr | Srv | str]] = {}
    for line in lines:
        owner, _, _, kind, data = line.split(None, 4)
        fields = data.replace('"', "").rstrip(".").split()
        record: Naptr | Srv | str = data
        if kind == "NAPTR":
            order, preference, flags, service, *_, replacement = fields
            record = Naptr(int(order), int(preference), flags, service, replacement)
        elif kind == "SRV":
            record = Srv(*map(int, fields[:3]), fields[3])
        found.setdefault(f"{kind} {owner.rstrip('.')}", []).append(record)
    for query, records in found.items():
        zone[query] = tuple(records)
    return zone


def test_the_lines_of_one_node():
    node = Node("node-1", "ccm1.example.com", 5060, ("192.0.2.1",))
    assert zone_lines("example.com", [node], ["TCP", "UDP"]) == [
        'example.com. 3600 IN NAPTR 10 10 "s" "SIP+D2U" "" _sip._udp.example.com.',
        'example.com. 3600 IN NAPTR 10 20 "s" "SIP+D2T" "" _sip._tcp.example.com.',
        "_sip._udp.example.com. 3600 IN SRV 10 0 5060 ccm1.example.com.",
        "_sip._tcp.example.com. 3600 IN SRV 10 0 5060 ccm1.example.com.",
        "ccm1.example.com. 3600 IN A 192.0.2.1",
    ]


@pytest.mark.parametrize("uri", ["sip:example.com", "sip:example.com;transport=udp"])
def test_a_phone_that_reads_them_comes_to_the_primary_first(uri: str):
    zone = read(zone_lines("example.com", [ONE, TWO], ["UDP", "TCP"]))
    assert zone.targets(uri)[:3] == [
        "UDP [2001:db8::1]:5060",
        "UDP 192.0.2.1:5060",
        "UDP 192.0.2.2:5070",
    ]


def test_a_phone_that_wants_tcp_comes_there_over_tcp():
    zone = read(zone_lines("example.com", [TWO], ["UDP", "TCP"]))
    assert zone.targets("sip:example.com;transport=tcp") == ["TCP 192.0.2.2:5070"]


def test_a_transport_that_is_not_listened_on_is_not_published():
    lines = zone_lines("example.com", [ONE], ["TCP"])
    assert not any("_udp" in line or "D2U" in line for line in lines)


@pytest.mark.parametrize(
    ("node", "name"),
    [
        (ONE, "ccm1.example.com"),
        (TWO, "ccm-sub-2.example.com"),
        (Node("x", "pbx", 5060), "pbx.example.com"),
        (Node("x", "PBX.Example.ORG.", 5060), "pbx.example.org"),
        (Node("Å", "192.0.2.3", 5060), "node.example.com"),
    ],
)
def test_each_node_gets_a_full_name(node: Node, name: str):
    assert host_name(node, "example.com") == name


def test_an_address_that_is_not_known_is_asked_for():
    lines = zone_lines("example.com", [Node("node-2", "ccm2", 5060)], ["UDP"])
    assert lines[-1] == (
        "; ccm2.example.com. needs a record of type A or AAAA: the address of node-2"
    )


def test_a_name_of_another_domain_is_published_there():
    lines = zone_lines("example.com", [Node("node-2", "ccm2.example.org", 5060)], ["UDP"])
    assert lines[-1] == "_sip._udp.example.com. 3600 IN SRV 10 0 5060 ccm2.example.org."
