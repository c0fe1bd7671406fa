"""RFC 3263 section 4; the tests play DNS."""

import pytest

from sipcore.message import SipUri
from sipcore.resolver import Naptr, Srv, next_host
from sipcore.resolver.targets import FOREVER_S, MAX_SERVERS, MAX_TARGETS
from tests.sipcore.resolver.zone import NEGATIVE_TTL_S, Zone

UDP = "SRV _sip._udp.example.com"
TCP = "SRV _sip._tcp.example.com"


@pytest.fixture
def zone() -> Zone:
    """The example of RFC 3263 section 4.1, with the addresses of its servers."""
    zone = Zone()
    zone["NAPTR example.com"] = (
        Naptr(50, 50, "s", "SIPS+D2T", "_sips._tcp.example.com"),
        Naptr(90, 50, "s", "SIP+D2T", "_sip._tcp.example.com"),
        Naptr(100, 50, "s", "SIP+D2U", "_sip._udp.example.com"),
    )
    zone[TCP] = (
        Srv(0, 1, 5060, "server1.example.com"),
        Srv(0, 2, 5060, "server2.example.com"),
    )
    zone["A server1.example.com"] = "192.0.2.1"
    zone["A server2.example.com"] = "192.0.2.2"
    zone["AAAA server2.example.com"] = "2001:db8::2"
    return zone


# -- what needs no DNS --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("uri", "target"),
    [
        ("sip:1002@192.0.2.9", "UDP 192.0.2.9:5060"),
        ("sip:1002@192.0.2.9:5070", "UDP 192.0.2.9:5070"),
        ("sip:1002@192.0.2.9;transport=tcp", "TCP 192.0.2.9:5060"),
        ("sip:[2001:db8::9]:5070;transport=TCP", "TCP [2001:db8::9]:5070"),
        ("sip:example.com;maddr=192.0.2.7", "UDP 192.0.2.7:5060"),
    ],
)
def test_a_numeric_host_is_used_as_it_is(zone: Zone, uri: str, target: str):
    located = zone.locate(uri)
    assert [str(each) for each in located.targets] == [target]
    assert located.ttl_s == FOREVER_S
    assert zone.asked == []


@pytest.mark.parametrize(
    ("uri", "problem"),
    [
        ("sips:1002@example.com", "sips needs TLS, which is not spoken here"),
        ("sip:1002@example.com;transport=sctp", "transport SCTP is not spoken here"),
        ("sip:1002@localhost", "localhost is a name that is not in DNS"),
        ("sip:1002@pc-17.local:5060", "pc-17.local is a name that is not in DNS"),
        ("sip:1002@df7jal23ls0d.invalid;transport=tcp", "df7jal23ls0d.invalid is a name"),
        ("sip:1002@224.0.1.75", "the name leads to no address that can be used"),
    ],
)
def test_what_cannot_be_reached_is_not_asked_for(zone: Zone, uri: str, problem: str):
    located = zone.locate(uri)
    assert located.targets == ()
    assert located.problem.startswith(problem)
    assert zone.asked == []


def test_the_target_is_maddr_when_there_is_one():
    assert next_host(SipUri.parse("sip:a@Example.COM.")) == "example.com"
    assert next_host(SipUri.parse("sip:a@example.com;maddr=Other.Example")) == "other.example"


# -- transport: section 4.1 -----------------------------------------------------------------------


def test_naptr_chooses_the_transport_and_srv_the_servers(zone: Zone):
    assert zone.targets("sip:example.com") == [
        "TCP 192.0.2.1:5060",
        "TCP [2001:db8::2]:5060",
        "TCP 192.0.2.2:5060",
    ]
    assert zone.rounds == [
        ("NAPTR example.com",),
        (TCP,),
        (
            "AAAA server1.example.com",
            "A server1.example.com",
            "AAAA server2.example.com",
            "A server2.example.com",
        ),
    ]


def test_naptr_services_and_flags_are_read_without_regard_to_case(zone: Zone):
    zone["NAPTR example.com"] = Naptr(1, 1, "S", "sip+d2t", "_sip._tcp.example.com")
    assert zone.targets("sip:example.com")[0] == "TCP 192.0.2.1:5060"


def test_naptr_of_one_order_all_serve_by_preference(zone: Zone):
    zone["NAPTR example.com"] = (
        Naptr(10, 30, "s", "SIP+D2U", "_sip._udp.example.com"),
        Naptr(10, 20, "s", "SIP+D2T", "_sip._tcp.example.com"),
        Naptr(20, 10, "s", "SIP+D2U", "_sip._udp.elsewhere.example"),
    )
    zone[UDP] = Srv(0, 0, 5080, "server1.example.com")
    assert zone.targets("sip:example.com") == [
        "TCP 192.0.2.1:5060",
        "TCP [2001:db8::2]:5060",
        "TCP 192.0.2.2:5060",
        "UDP 192.0.2.1:5080",
    ]
    assert "SRV _sip._udp.elsewhere.example" not in zone.asked


def test_naptr_may_lead_to_another_domain(zone: Zone):
    zone["NAPTR example.com"] = Naptr(10, 10, "s", "SIP+D2U", "_sip._udp.provider.example")
    zone["SRV _sip._udp.provider.example"] = Srv(1, 1, 5062, "server1.example.com")
    assert zone.targets("sip:example.com") == ["UDP 192.0.2.1:5062"]


def test_naptr_for_other_things_than_sip_says_nothing(zone: Zone):
    zone["NAPTR example.com"] = (
        Naptr(1, 1, "s", "x-eduroam:radius.tls", "_radsec._tcp.example.com"),
        Naptr(1, 2, "u", "E2U+sip", "", "!^.*$!sip:info@example.com!"),
        Naptr(1, 3, "u", "SIP+D2U", "", "!^.*$!sip:info@example.com!"),
    )
    assert zone.targets("sip:example.com")[0] == "TCP 192.0.2.1:5060"
    assert zone.rounds[1] == (UDP, TCP)


def test_a_domain_that_offers_tls_only_is_not_guessed_at(zone: Zone):
    zone["NAPTR example.com"] = Naptr(50, 50, "s", "SIPS+D2T", "_sips._tcp.example.com")
    located = zone.locate("sip:example.com")
    assert located.targets == ()
    assert located.problem == "example.com offers only SIPS+D2T, not spoken here"
    assert zone.asked == ["NAPTR example.com"]


def test_without_naptr_each_transport_is_asked_for_udp_first(zone: Zone):
    zone["NAPTR example.com"] = ()
    zone[UDP] = Srv(0, 0, 5080, "server2.example.com")
    assert zone.targets("sip:example.com") == [
        "UDP [2001:db8::2]:5080",
        "UDP 192.0.2.2:5080",
        "TCP 192.0.2.1:5060",
        "TCP [2001:db8::2]:5060",
        "TCP 192.0.2.2:5060",
    ]


def test_a_transport_in_the_uri_is_asked_for_alone(zone: Zone):
    assert zone.targets("sip:example.com;transport=tcp")[0] == "TCP 192.0.2.1:5060"
    assert zone.rounds[0] == (TCP,)


def test_a_port_in_the_uri_leaves_only_the_address_to_ask_for(zone: Zone):
    assert zone.targets("sip:server2.example.com:5070") == [
        "UDP [2001:db8::2]:5070",
        "UDP 192.0.2.2:5070",
    ]
    assert zone.targets("sip:server1.example.com:5070;transport=tcp") == ["TCP 192.0.2.1:5070"]
    assert {query.split()[0] for query in zone.asked} == {"A", "AAAA"}


# -- servers: section 4.2 -------------------------------------------------------------------------


def test_without_srv_the_name_itself_is_the_server(zone: Zone):
    assert zone.targets("sip:server1.example.com") == ["UDP 192.0.2.1:5060"]
    assert zone.targets("sip:server1.example.com;transport=tcp") == ["TCP 192.0.2.1:5060"]


def test_without_srv_behind_a_naptr_its_transport_stays(zone: Zone):
    del zone.records[TCP]
    zone["A example.com"] = "192.0.2.80"
    assert zone.targets("sip:example.com") == ["TCP 192.0.2.80:5060"]


def test_a_root_as_target_means_that_the_service_is_not_there(zone: Zone):
    zone["A example.com"] = "192.0.2.80"
    zone[TCP] = Srv(0, 0, 0, "")
    assert zone.locate("sip:example.com;transport=tcp").targets == ()
    assert "A example.com" not in zone.asked


def test_servers_come_in_the_order_of_rfc_2782(zone: Zone):
    zone[TCP] = (
        Srv(20, 0, 5060, "server2.example.com"),
        Srv(10, 0, 5061, "server1.example.com"),
        Srv(10, 9, 5062, "server1.example.com"),
    )
    numbers = iter((4, 0, 0))
    assert zone.targets("sip:example.com", lambda total: next(numbers)) == [
        "TCP 192.0.2.1:5062",
        "TCP 192.0.2.1:5061",
        "TCP [2001:db8::2]:5060",
        "TCP 192.0.2.2:5060",
    ]


def test_a_target_is_tried_once_however_often_it_is_named(zone: Zone):
    zone[TCP] = (Srv(1, 1, 5060, "server1.example.com"), Srv(2, 1, 5060, "again.example.com"))
    zone["A again.example.com"] = ("192.0.2.1", "192.0.2.3")
    assert zone.targets("sip:example.com") == ["TCP 192.0.2.1:5060", "TCP 192.0.2.3:5060"]


def test_addresses_that_are_no_host_are_left_out(zone: Zone):
    zone["A server1.example.com"] = ("0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1")
    zone["AAAA server1.example.com"] = ("::", "ff02::1", "::ffff:127.0.0.1")
    assert zone.targets("sip:server1.example.com") == ["UDP 192.0.2.1:5060"]


def test_only_transports_and_families_that_we_have_are_used(zone: Zone):
    zone[UDP] = Srv(0, 0, 5060, "server2.example.com")
    located = zone.locate("sip:example.com", transports=("UDP",), families=("A",))
    assert [str(each) for each in located.targets] == ["UDP 192.0.2.2:5060"]
    assert not any("AAAA" in query or "_tcp" in query for query in zone.asked)


def test_a_foreign_zone_cannot_make_us_ask_and_try_without_end(zone: Zone):
    names = [f"host{number}.example.com" for number in range(50)]
    zone[TCP] = tuple(Srv(number, 0, 5060, name) for number, name in enumerate(names))
    for number, name in enumerate(names):
        zone[f"A {name}"] = tuple(f"198.51.{number}.{last}" for last in range(1, 50))
    assert len(zone.locate("sip:example.com").targets) == MAX_TARGETS
    assert len(zone.rounds[-1]) == 2 * MAX_SERVERS


# -- how long it holds, and what went wrong -------------------------------------------------------


def test_the_shortest_ttl_counts(zone: Zone):
    for query in zone.records:
        zone.ttls[query] = 600.0
    zone.ttls[TCP] = 60.0
    assert zone.locate("sip:example.com").ttl_s == 60.0


def test_that_there_is_nothing_holds_for_a_time_too(zone: Zone):
    located = zone.locate("sip:nobody.example")
    assert located.targets == ()
    assert located.ttl_s == NEGATIVE_TTL_S
    assert located.problem == "the name leads to no address that can be used"
    assert not located.is_temporary


def test_a_server_that_does_not_answer_one_question_may_answer_the_next(zone: Zone):
    """Some servers, and boxes before them, are silent to types that they do not know."""
    zone.broken["NAPTR example.com"] = "no answer within 2 s"
    assert zone.targets("sip:example.com")[0] == "TCP 192.0.2.1:5060"


def test_the_first_problem_is_the_one_that_is_told(zone: Zone):
    zone.broken = dict.fromkeys((UDP, TCP, "A example.com"), "no answer within 2 s")
    zone["NAPTR example.com"] = ()
    located = zone.locate("sip:example.com")
    assert (located.targets, located.ttl_s) == ((), 0.0)
    assert located.problem == f"{UDP}: no answer within 2 s"
    assert located.is_temporary
