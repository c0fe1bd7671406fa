"""manage.py sipdns, against a DNS server on the loopback."""

import asyncio
import os
import threading
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from ccmadmin.management.commands import sipdns
from ccmadmin.models import CallManager
from ccmadmin.services import records
from sipcore.resolver import Query
from tests.ccmadmin.site import ACTOR
from tests.sipcore.resolver.dns_server import DnsServer, running

pytestmark = pytest.mark.usefixtures("installed")


@pytest.fixture
def server() -> Iterator[DnsServer]:
    """The zone that the command itself would publish for one node."""
    server = DnsServer(
        'example.com. 3600 IN NAPTR 10 10 "s" "SIP+D2U" "" _sip._udp.example.com.',
        "_sip._udp.example.com. 3600 IN SRV 10 0 5060 node-1.example.com.",
        "_sip._udp.example.com. 3600 IN SRV 20 0 5060 spare.example.com.",
        "node-1.example.com. 3600 IN A 192.0.2.1",
        "spare.example.com. 3600 IN A 198.51.100.9",
    )
    ready, loop, stop = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with running(server):
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(5)
    yield server
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()


@pytest.fixture(autouse=True)
def node(settings: Any) -> CallManager:
    settings.SIP_LISTEN = ["192.0.2.1:5060"]
    node: CallManager = CallManager.by_key(settings.NODE_NAME)
    node.host_name, node.sip_phone_port = "192.0.2.1", 5060
    records.save(node, actor=ACTOR)
    return node


def run(server: DnsServer, name: str) -> str:
    out = StringIO()
    host, port = server.address
    try:
        call_command("sipdns", name, "--server", f"{host}:{port}", stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}\nexit {error.returncode}: {error}\n"
    return out.getvalue()


def test_every_question_every_target_and_the_records_to_publish(server: DnsServer) -> None:
    assert run(server, "example.com") == (
        "What DNS says of sip:example.com\n"
        "  NAPTR example.com\n"
        '    10 10 "s" "SIP+D2U" "" _sip._udp.example.com.  (TTL 3600 s)\n'
        "  SRV _sip._udp.example.com\n"
        "    10 0 5060 node-1.example.com.  (TTL 3600 s)\n"
        "    20 0 5060 spare.example.com.  (TTL 3600 s)\n"
        "  AAAA node-1.example.com\n"
        "    no record\n"
        "  A node-1.example.com\n"
        "    192.0.2.1  (TTL 3600 s)\n"
        "  AAAA spare.example.com\n"
        "    no record\n"
        "  A spare.example.com\n"
        "    198.51.100.9  (TTL 3600 s)\n"
        "\n"
        "Where a phone sends its REGISTER, in this order\n"
        "  1. UDP 192.0.2.1:5060  this is node-1\n"
        "  2. UDP 198.51.100.9:5060\n"
        "\n"
        "Records to publish, so that example.com leads to this installation\n"
        '  example.com. 3600 IN NAPTR 10 10 "s" "SIP+D2U" "" _sip._udp.example.com.\n'
        '  example.com. 3600 IN NAPTR 10 20 "s" "SIP+D2T" "" _sip._tcp.example.com.\n'
        "  _sip._udp.example.com. 3600 IN SRV 10 0 5060 node-1.example.com.\n"
        "  _sip._tcp.example.com. 3600 IN SRV 10 0 5060 node-1.example.com.\n"
        "  node-1.example.com. 3600 IN A 192.0.2.1\n"
    )


def test_a_transport_and_a_port_are_what_the_phone_is_told(server: DnsServer) -> None:
    assert "1. TCP 192.0.2.1:5060  this is node-1" in run(
        server, "sip:node-1.example.com:5060;transport=tcp"
    )
    assert server.asked == ["AAAA node-1.example.com", "A node-1.example.com"]


def test_an_address_needs_no_dns(server: DnsServer) -> None:
    assert run(server, "192.0.2.1:5070") == (
        "What DNS says of sip:192.0.2.1:5070\n"
        "  nothing is asked\n"
        "\n"
        "Where a phone sends its REGISTER, in this order\n"
        "  1. UDP 192.0.2.1:5070\n"
    )


def test_a_name_that_leads_nowhere_shows_what_is_missing(server: DnsServer) -> None:
    printed = run(server, "example.org")
    assert "  A example.org\n    no record\n" in printed
    assert "  _sip._udp.example.org. 3600 IN SRV 10 0 5060 node-1.example.org.\n" in printed
    assert printed.endswith(
        f"exit {os.EX_NOHOST}: sip:example.org leads nowhere: "
        "the name leads to no address that can be used\n"
    )


def test_a_dns_server_that_is_silent_is_another_fault_than_a_missing_name(
    server: DnsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.is_silent = True
    client = sipdns.DnsClient
    monkeypatch.setattr(
        sipdns, "DnsClient", lambda servers: client(servers, server_s=0.05, query_s=0.1)
    )
    printed = run(server, "sip:example.com:5060")
    assert "    not known: no answer within 0.1 s\n" in printed
    assert f"exit {os.EX_TEMPFAIL}: sip:example.com:5060 leads nowhere: " in printed


def test_a_dns_server_that_hangs_for_all_of_the_time(
    server: DnsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.is_silent = True
    client = sipdns.DnsClient
    monkeypatch.setattr(sipdns, "DnsClient", lambda servers: client(servers, locate_s=0.1))
    printed = run(server, "example.com")
    assert f"exit {os.EX_TEMPFAIL}: sip:example.com leads nowhere: " in printed
    assert "DNS did not answer within 0.1 s" in printed
    assert "\n  no answer\n" in printed


def test_a_silent_database_is_told_before_anything_is_asked(
    server: DnsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(listening: object) -> None:
        raise OperationalError("no route")

    monkeypatch.setattr(sipdns, "known_nodes", fail)
    assert "the database does not answer: no route" in run(server, "example.com")
    assert server.asked == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["exa mple.com"], "NAME: .* is not"),
        (["sip:"], "is not a host"),
        (["example.com", "--server", "ns.example.com"], "ns.example.com is not a numeric"),
        (["example.com", "--server", "192.0.2.53:x"], "--server: .* is not a port"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_line(arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message) as caught:
        call_command("sipdns", *arguments)
    assert caught.value.returncode == os.EX_CONFIG


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.53", ("192.0.2.53", 53)),
        ("192.0.2.53:5353", ("192.0.2.53", 5353)),
        ("2001:db8::53", ("2001:db8::53", 53)),
        ("[2001:db8::53]:5353", ("2001:db8::53", 5353)),
    ],
)
def test_a_dns_server_is_an_address_with_or_without_a_port(
    text: str, address: tuple[str, int]
) -> None:
    assert sipdns.dns_server(text) == address


def test_nodes_come_in_the_order_of_their_group(node: CallManager) -> None:
    other = CallManager(name="a-spare", host_name="192.0.2.2", sip_phone_port=5060)
    records.save(other, actor=ACTOR)
    assert [each.name for each in sipdns.known_nodes([])] == [node.name, "a-spare"]


def test_our_own_address_is_known_even_behind_a_wildcard(monkeypatch: pytest.MonkeyPatch) -> None:
    routes = {"192.0.2.1": "198.51.100.5"}
    monkeypatch.setattr(sipdns, "source_host", routes.get)
    listening = [
        *sipdns.parse_listen("0.0.0.0:5060"),
        *sipdns.parse_listen("[::]:5060"),
        *sipdns.parse_listen("udp:192.0.2.7:5060"),
    ]
    assert sipdns.own_addresses(listening) == ("198.51.100.5", "192.0.2.7")


def test_a_query_without_an_answer_reads_as_such() -> None:
    assert str(Query("example.com", "SRV")) == "SRV example.com"
    assert sipdns.described(sipdns.Answer(ttl_s=60.0)) == ["no record"]
