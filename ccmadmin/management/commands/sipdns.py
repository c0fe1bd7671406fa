"""`manage.py sipdns NAME`: what DNS makes of a proxy address, and what it should say."""

import asyncio
import os
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from ccmadmin.models import CallManager, CallManagerGroup
from sipcore.errors import ParseError
from sipcore.message import SipUri, is_ip
from sipcore.message.uri import split_host_port
from sipcore.ports import Address
from sipcore.resolver import Answer, Located, Query, Target, next_host
from sipcore.resolver.dns_client import DnsClient
from sipcore.resolver.publishing import Node, zone_lines
from sipcore.transport import Listen, parse_listen
from sipcore.transport.local import source_host

DNS_PORT = 53
SOMEWHERE = {"0.0.0.0": "192.0.2.1", "::": "2001:db8::1"}  # noqa: S104 - not bound to
"""For each wildcard an address beyond our networks: the route to it shows which is ours."""

Step = tuple[Query, Answer]


class Command(BaseCommand):
    help = (
        "Print what a phone finds that is given NAME as its proxy: each question to DNS "
        "(RFC 3263), the addresses in the order in which they are tried, and the records to "
        "publish for this installation. Exit codes: 0 found; 68 the name leads nowhere; "
        "75 DNS or the database does not answer; 78 wrong name or option."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "name",
            metavar="NAME",
            help="what is entered in the phone: example.com, example.com:5070, "
            "or with a transport sip:example.com;transport=tcp",
        )
        parser.add_argument(
            "--server",
            metavar="HOST:PORT",
            help="DNS server to ask, a numeric address (default: those of this system)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        uri = proxy_uri(options["name"])
        servers = [dns_server(options["server"])] if options["server"] else []
        listening = [listen for text in settings.SIP_LISTEN for listen in parse_listen(text)]
        try:
            nodes = known_nodes(listening)
        except Error as error:
            text = f"the database does not answer: {error}"
            raise CommandError(text, returncode=os.EX_TEMPFAIL) from error
        steps: list[Step] = []
        client = DnsClient(servers)
        located = asyncio.run(
            client.locate(uri, on_answer=lambda query, answer: steps.append((query, answer)))
        )
        self._show(uri, steps, located, nodes)
        self._advise(uri, nodes, listening)
        if not located.targets:
            code = os.EX_TEMPFAIL if located.is_temporary else os.EX_NOHOST
            raise CommandError(f"{uri} leads nowhere: {located.problem}", returncode=code)

    def _show(
        self, uri: SipUri, steps: Sequence[Step], located: Located, nodes: Sequence[Node]
    ) -> None:
        self.stdout.write(f"What DNS says of {uri}")
        if not steps:
            self.stdout.write("  no answer" if located.is_temporary else "  nothing is asked")
        for query, answer in steps:
            self.stdout.write(f"  {query}")
            for line in described(answer):
                self.stdout.write(f"    {line}")
        self.stdout.write("\nWhere a phone sends its REGISTER, in this order")
        for number, target in enumerate(located.targets, 1):
            self.stdout.write(f"  {number}. {target}{whose(target, nodes)}")
        if not located.targets:
            self.stdout.write(f"  nowhere: {located.problem}")

    def _advise(self, uri: SipUri, nodes: Sequence[Node], listening: Sequence[Listen]) -> None:
        domain = next_host(uri)
        if is_ip(domain):
            return  # there is nothing to publish
        self.stdout.write(f"\nRecords to publish, so that {domain} leads to this installation")
        for line in zone_lines(domain, nodes, {each.transport for each in listening}):
            self.stdout.write(f"  {line}")


# -- what is asked for ----------------------------------------------------------------------------


def proxy_uri(text: str) -> SipUri:
    """Read what people enter as a proxy; raises CommandError."""
    scheme = "" if text.lower().startswith(("sip:", "sips:")) else "sip:"
    try:
        return SipUri.parse(scheme + text, "NAME")
    except ParseError as error:
        raise CommandError(str(error), returncode=os.EX_CONFIG) from error


def dns_server(text: str) -> Address:
    """Read HOST:PORT; raises CommandError."""
    # an IPv6 address may come without brackets when there is no port
    whole = f"[{text}]" if is_ip(text) and ":" in text else text
    try:
        host, port = split_host_port(whole, "--server")
    except ParseError as error:
        raise CommandError(str(error), returncode=os.EX_CONFIG) from error
    if not is_ip(host):
        error_text = f"--server: {host} is not a numeric IPv4 or IPv6 address"
        raise CommandError(error_text, returncode=os.EX_CONFIG)
    return host, port or DNS_PORT


# -- what is known --------------------------------------------------------------------------------


def known_nodes(listening: Sequence[Listen]) -> list[Node]:
    """Return the nodes of System > Cisco CallManager, the primary one first."""
    return [
        Node(
            row.name,
            row.host_name,
            row.sip_phone_port,
            own_addresses(listening) if row.name == settings.NODE_NAME else (),
        )
        for row in rows_in_order()
    ]


def rows_in_order() -> Iterable[CallManager]:
    """Sort as the groups do, the standard one first; DNS has one order for all phones."""
    groups = CallManagerGroup.objects.order_by("-is_standard", "name")
    members = [
        member.callmanager
        for group in groups.prefetch_related("members__callmanager")
        for member in group.members.all()
    ]
    return dict.fromkeys([*members, *CallManager.objects.all()])


def own_addresses(listening: Iterable[Listen]) -> tuple[str, ...]:
    hosts = dict.fromkeys(listen.host for listen in listening)
    found = [source_host(SOMEWHERE[host]) if host in SOMEWHERE else host for host in hosts]
    return tuple(host for host in found if host is not None)


# -- how it reads ---------------------------------------------------------------------------------


def described(answer: Answer) -> Sequence[str]:
    if answer.problem:
        return [f"not known: {answer.problem}"]
    if not answer.lines:
        return ["no record"]
    return [f"{line}  (TTL {answer.ttl_s:.0f} s)" for line in answer.lines]


def whose(target: Target, nodes: Iterable[Node]) -> str:
    """Name the node that a target is, if it is one of ours."""
    for node in nodes:
        if target.port == node.port and target.host in (node.host, *node.addresses):
            return f"  this is {node.name}"
    return ""
