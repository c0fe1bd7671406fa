from dataclasses import replace

import pytest

from sipcore.bindings import Bindings
from sipcore.callcontrol.caller import find_caller, is_same_uri
from sipcore.errors import ParseError
from sipcore.message import Headers, Request
from sipcore.ports import Decision, Flow
from tests.sipcore.site import Site, binding, flow, phone, small_site

HOME = flow("198.51.100.1")
ALICE, BOB, CAROL = "SEP000000001001", "SEP000000001002", "SEP000000001003"


@pytest.fixture
def site() -> Site:
    return small_site()


@pytest.fixture
def bindings() -> Bindings:
    return Bindings()


def invite(number: str, contact: str = "") -> Request:
    headers = Headers()
    headers.add("From", f"<sip:{number}@192.0.2.1>;tag=a")
    headers.add("Contact", f"<{contact or f'sip:{number}@198.51.100.1:5060'}>")
    return Request("INVITE", "sip:1@192.0.2.1", headers)


def found(site: Site, bindings: Bindings, request: Request, source: Flow = HOME) -> str:
    """Return phone and number, or the rule that refused."""
    outcome = find_caller(request, source, site, bindings)
    if isinstance(outcome, Decision):
        return outcome.rule
    party, _ = outcome
    return f"{party.phone.name} {party.number}"


def test_phone_is_known_by_its_source(site: Site, bindings: Bindings) -> None:
    bindings.put(binding(ALICE, "1001", HOME))
    assert found(site, bindings, invite("1001", "sip:x@10.0.0.1")) == f"{ALICE} 1001"


def test_phones_behind_one_address_are_told_apart_by_number(
    site: Site, bindings: Bindings
) -> None:
    for name, number in ((ALICE, "1001"), (BOB, "1002"), (CAROL, "1003")):
        bindings.put(binding(name, number, HOME))
    assert found(site, bindings, invite("1002")) == f"{BOB} 1002"
    assert found(site, bindings, invite("1003")) == f"{CAROL} 1003"


def test_phones_behind_one_address_with_a_shared_line_are_told_apart_by_contact(
    site: Site, bindings: Bindings
) -> None:
    for name, contact in ((ALICE, "sip:a@10.0.0.1"), (CAROL, "sip:c@10.0.0.2")):
        bindings.put(binding(name, "1009", HOME, contact=contact))
    assert found(site, bindings, invite("1009", "sip:c@10.0.0.2")) == f"{CAROL} 1009"
    assert found(site, bindings, invite("1009", "sip:a@10.0.0.1")) == f"{ALICE} 1009"


def test_line_that_is_not_registered_itself_may_call(site: Site, bindings: Bindings) -> None:
    bindings.put(binding(ALICE, "1001", HOME))
    assert found(site, bindings, invite("1009")) == f"{ALICE} 1009"


def test_number_of_another_phone_is_refused(site: Site, bindings: Bindings) -> None:
    bindings.put(binding(ALICE, "1001", HOME))
    assert found(site, bindings, invite("1002")) == "caller-line"


def test_line_that_was_taken_from_the_phone_is_refused(site: Site, bindings: Bindings) -> None:
    bindings.put(binding(ALICE, "1001", HOME))
    site.put(phone(ALICE, "swhite", "1009"))
    assert found(site, bindings, invite("1001")) == "caller-line"


def test_stranger_is_refused(site: Site, bindings: Bindings) -> None:
    bindings.put(binding(ALICE, "1001", HOME))
    assert found(site, bindings, invite("1001"), flow("203.0.113.1")) == "caller-not-registered"


def test_contact_alone_is_not_believed(site: Site, bindings: Bindings) -> None:
    bindings.put(binding(ALICE, "1001", HOME))
    request = invite("1001", "sip:1001@198.51.100.1:5060")
    assert found(site, bindings, request, flow("203.0.113.1")) == "caller-not-registered"


def test_registered_contact_calls_from_another_port_of_its_host(
    site: Site, bindings: Bindings
) -> None:
    bindings.put(binding(ALICE, "1001", HOME))
    elsewhere = flow("198.51.100.1", 5999)
    assert found(site, bindings, invite("1001"), elsewhere) == f"{ALICE} 1001"
    other = invite("1001", "sip:1001@198.51.100.1:5999")
    assert found(site, bindings, other, elsewhere) == "caller-not-registered"


def test_registered_contact_calls_over_another_connection(site: Site, bindings: Bindings) -> None:
    first = flow("198.51.100.1", 40001, "TCP", 1)
    bindings.put(binding(ALICE, "1001", first, contact="sip:1001@198.51.100.1;transport=tcp"))
    second = flow("198.51.100.1", 40002, "TCP", 2)
    request = invite("1001", "sip:1001@198.51.100.1;transport=tcp")
    assert found(site, bindings, request, second) == f"{ALICE} 1001"


def test_number_in_two_partitions_is_the_one_that_was_registered(
    site: Site, bindings: Bindings
) -> None:
    twin = phone("SEP000000004000", "", "4000", "4000")
    other = replace(twin.lines[1].number, partition="PT_B")
    site.put(replace(twin, lines=(twin.lines[0], replace(twin.lines[1], number=other))))
    bindings.put(binding(twin.name, "4000", HOME, partition="PT_B"))
    outcome = find_caller(invite("4000"), HOME, site, bindings)
    assert not isinstance(outcome, Decision)
    assert outcome[0].key == (twin.name, "4000", "PT_B")


def test_invite_without_contact_is_malformed(site: Site, bindings: Bindings) -> None:
    bindings.put(binding(ALICE, "1001", HOME))
    request = invite("1001")
    request.headers.remove("Contact")
    with pytest.raises(ParseError):
        find_caller(request, HOME, site, bindings)


def test_uris_compare_as_the_standard_says_and_bad_ones_only_as_text() -> None:
    assert is_same_uri("sip:a@H;x=1", "sip:a@h")
    assert not is_same_uri("sip:a@h:5060", "sip:a@h")
    assert is_same_uri("bad", "bad")
    assert not is_same_uri("bad", "sip:a@h")
