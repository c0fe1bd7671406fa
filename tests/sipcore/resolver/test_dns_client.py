"""The DNS client against a DNS server on the loopback."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator

import dns.rcode
import dns.resolver
import pytest

from sipcore.message import SipUri
from sipcore.resolver import Answer, Naptr, Query, Srv
from sipcore.resolver.dns_client import QUERIES_AT_ONCE, DnsClient, system_draw
from tests.sipcore.resolver.dns_server import DnsServer, running
from tests.sipcore.transport.recording_sink import until

A_QUERY = Query("server1.example.com", "A")


@pytest.fixture
async def server() -> AsyncIterator[DnsServer]:
    zone = DnsServer(
        'example.com. 300 IN NAPTR 10 20 "s" "SIP+D2T" "" _sip._tcp.example.com.',
        "_sip._tcp.example.com. 200 IN SRV 10 5 5070 Server1.example.com.",
        "_sip._tcp.example.com. 200 IN SRV 20 5 5071 alias.example.com.",
        "server1.example.com. 100 IN A 192.0.2.1",
        "server1.example.com. 100 IN AAAA 2001:db8::1",
        "alias.example.com. 50 IN CNAME server2.example.com.",
        "server2.example.com. 100 IN A 192.0.2.2",
        "closed.example.com. 100 IN SRV 0 0 0 .",
    )
    async with running(zone):
        yield zone


@pytest.fixture
def client(server: DnsServer) -> DnsClient:
    return DnsClient([server.address], server_s=2.0, query_s=5.0, locate_s=10.0)


@pytest.fixture
def hasty(server: DnsServer) -> DnsClient:
    """A client that soon gives up."""
    return DnsClient([server.address], server_s=0.1, query_s=0.25, locate_s=5.0)


@pytest.fixture
def nobody() -> Iterator[tuple[str, int]]:
    """An address that datagrams reach and nobody answers from."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        yield made.getsockname()


# -- answers -------------------------------------------------------------------------------------


async def test_each_type_becomes_a_value(client: DnsClient):
    naptr = await client.ask(Query("example.com", "NAPTR"))
    assert naptr == Answer(
        (Naptr(10, 20, "s", "SIP+D2T", "_sip._tcp.example.com"),), ttl_s=naptr.ttl_s
    )
    srv = await client.ask(Query("_sip._tcp.example.com", "SRV"))
    assert set(srv.srv) == {
        Srv(10, 5, 5070, "server1.example.com"),
        Srv(20, 5, 5071, "alias.example.com"),
    }
    assert (await client.ask(A_QUERY)).addresses == ("192.0.2.1",)
    assert (await client.ask(Query("server1.example.com", "AAAA"))).addresses == ("2001:db8::1",)


async def test_the_ttl_is_the_records(client: DnsClient):
    assert (await client.ask(Query("_sip._tcp.example.com", "SRV"))).ttl_s == pytest.approx(200)
    assert (await client.ask(Query("example.com", "NAPTR"))).ttl_s == pytest.approx(300)


async def test_an_alias_holds_as_long_as_all_of_its_records(client: DnsClient):
    answer = await client.ask(Query("alias.example.com", "A"))
    assert answer.addresses == ("192.0.2.2",)
    assert answer.ttl_s == pytest.approx(50)


async def test_the_root_as_target_is_an_empty_name(client: DnsClient):
    answer = await client.ask(Query("closed.example.com", "SRV"))
    assert answer.srv == (Srv(0, 0, 0, ""),)


async def test_a_name_that_does_not_exist_is_an_answer(client: DnsClient, server: DnsServer):
    answer = await client.ask(Query("nobody.example.com", "A"))
    assert (answer.lines, answer.problem) == ((), "")
    # the SOA's MINIMUM (RFC 2308)
    assert answer.ttl_s == pytest.approx(120)
    await client.ask(Query("nobody.example.com", "A"))
    assert server.asked == ["A nobody.example.com"]


async def test_a_type_that_does_not_exist_is_an_answer(client: DnsClient):
    answer = await client.ask(Query("server2.example.com", "AAAA"))
    assert (answer.lines, answer.problem) == ((), "")
    assert answer.ttl_s == pytest.approx(120)


async def test_an_answer_that_is_cut_off_is_asked_for_over_tcp(
    client: DnsClient, server: DnsServer
):
    server.truncates = True
    assert (await client.ask(A_QUERY)).addresses == ("192.0.2.1",)
    assert server.asked == ["A server1.example.com", "TCP A server1.example.com"]


# -- no answers ----------------------------------------------------------------------------------


async def test_a_server_that_hangs_costs_a_limited_time(hasty: DnsClient, server: DnsServer):
    server.is_silent = True
    loop = asyncio.get_running_loop()
    start = loop.time()
    answer = await hasty.ask(A_QUERY)
    assert answer.problem == "no answer within 0.25 s"
    assert loop.time() - start < 1.0
    assert len(server.asked) > 1  # a datagram may be lost


async def test_a_server_that_cuts_off_and_hangs_over_tcp_is_one_that_hangs(
    hasty: DnsClient, server: DnsServer, monkeypatch: pytest.MonkeyPatch
):
    server.truncates = True
    answer = server.answer
    monkeypatch.setattr(
        server, "answer", lambda data, is_tcp=False: None if is_tcp else answer(data)
    )
    assert (await hasty.ask(A_QUERY)).problem


async def test_the_next_server_is_asked_when_the_first_one_is_silent(
    server: DnsServer, nobody: tuple[str, int]
):
    client = DnsClient([nobody, server.address], server_s=0.1, query_s=5.0)
    assert (await client.ask(A_QUERY)).addresses == ("192.0.2.1",)


@pytest.mark.parametrize("rcode", [dns.rcode.SERVFAIL, dns.rcode.REFUSED])
async def test_a_server_that_fails_is_a_problem_with_its_name(
    client: DnsClient, server: DnsServer, rcode: dns.rcode.Rcode
):
    server.rcode = rcode
    answer = await client.ask(A_QUERY)
    assert rcode.name in answer.problem
    assert f"127.0.0.1@{server.address[1]}" in answer.problem


async def test_garbage_is_no_answer(hasty: DnsClient, server: DnsServer):
    server.is_garbled = True
    assert (await hasty.ask(A_QUERY)).problem


@pytest.mark.parametrize("name", ["a..example.com", "a" * 64 + ".example.com", "a." * 140 + "com"])
async def test_a_name_that_cannot_be_one_is_not_asked_for(
    client: DnsClient, server: DnsServer, name: str
):
    assert (await client.ask(Query(name, "A"))).problem
    assert server.asked == []


async def test_without_a_dns_server_there_is_a_reason(monkeypatch: pytest.MonkeyPatch):
    def unreadable(resolver: object, file: str) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver.BaseResolver, "read_resolv_conf", unreadable)
    answer = await DnsClient().ask(A_QUERY)
    assert answer.problem == "this system has no DNS server configured"


# -- caching and sharing -------------------------------------------------------------------------


async def test_an_answer_is_asked_for_once(client: DnsClient, server: DnsServer):
    for _ in range(3):
        await client.ask(A_QUERY)
    assert server.asked == ["A server1.example.com"]


async def test_those_who_ask_the_same_at_once_share_the_answer(
    client: DnsClient, server: DnsServer
):
    answers = await asyncio.gather(*(client.ask(A_QUERY) for _ in range(20)))
    assert {answer.addresses for answer in answers} == {("192.0.2.1",)}
    assert server.asked == ["A server1.example.com"]


async def test_one_who_gives_up_takes_nothing_from_the_others(hasty: DnsClient, server: DnsServer):
    server.is_silent = True
    second: asyncio.Future[Answer] = asyncio.ensure_future(hasty.ask(A_QUERY))
    await asyncio.sleep(0)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(hasty.ask(A_QUERY), 0.05)
    assert (await second).problem == "no answer within 0.25 s"


async def test_one_who_is_given_up_says_so_to_those_who_wait(client: DnsClient, server: DnsServer):
    server.is_silent = True
    first = asyncio.ensure_future(client.ask(A_QUERY))
    await asyncio.sleep(0)
    second = asyncio.ensure_future(client.ask(A_QUERY))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).problem == "was given up"


async def test_only_so_many_questions_are_out_together(client: DnsClient, server: DnsServer):
    server.is_silent = True
    queries = [Query(f"server{number}.example.com", "A") for number in range(200)]
    asking = asyncio.gather(*map(client.ask, queries))
    await until(lambda: len(server.asked) >= QUERIES_AT_ONCE)
    await asyncio.sleep(0.02)
    assert len(server.asked) == QUERIES_AT_ONCE
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


# -- locating ------------------------------------------------------------------------------------


async def test_a_name_is_located_in_all_steps(client: DnsClient, server: DnsServer):
    told: list[Query] = []
    located = await client.locate(
        SipUri.parse("sip:example.com"), on_answer=lambda query, answer: told.append(query)
    )
    assert [str(target) for target in located.targets] == [
        "TCP [2001:db8::1]:5070",
        "TCP 192.0.2.1:5070",
        "TCP 192.0.2.2:5071",
    ]
    assert located.ttl_s == pytest.approx(50, abs=1)
    assert [str(query) for query in told] == [
        "NAPTR example.com",
        "SRV _sip._tcp.example.com",
        "AAAA server1.example.com",
        "A server1.example.com",
        "AAAA alias.example.com",
        "A alias.example.com",
    ]


async def test_a_server_that_hangs_limits_the_whole_search(server: DnsServer):
    server.is_silent = True
    slow = DnsClient([server.address], server_s=5.0, query_s=5.0, locate_s=0.2)
    located = await slow.locate(SipUri.parse("sip:example.com"))
    assert located.targets == ()
    assert located.problem == "DNS did not answer within 0.2 s"


async def test_a_server_that_does_not_know_naptr_is_no_obstacle(
    hasty: DnsClient, server: DnsServer
):
    server.silent_to = {"NAPTR", "SRV"}
    located = await hasty.locate(SipUri.parse("sip:server1.example.com"))
    assert [str(target) for target in located.targets] == [
        "UDP [2001:db8::1]:5060",
        "UDP 192.0.2.1:5060",
    ]


async def test_a_numeric_host_asks_nobody(client: DnsClient, server: DnsServer):
    located = await client.locate(SipUri.parse("sip:192.0.2.9"))
    assert [str(target) for target in located.targets] == ["UDP 192.0.2.9:5060"]
    assert server.asked == []


def test_the_system_draws_both_ends():
    assert {system_draw(1) for _ in range(200)} == {0, 1}
    assert system_draw(0) == 0
