"""The called number, as digit analysis finds it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from sipcore.bindings import Bindings
from sipcore.callcontrol.lines import LinesInUse, Party
from sipcore.callcontrol.reasons import Attempt
from sipcore.callcontrol.routing import Route, find, is_own_contact, ring, search_list
from sipcore.ports import Decision, LineRecord, PhoneRecord
from tests.sipcore.site import Site, binding, flow, number, phone, small_site


class Desk:
    """The small site with its phones registered, seen from line 1001."""

    def __init__(self) -> None:
        self.site = small_site()
        self.bindings = Bindings()
        self.lines = LinesInUse()
        for last in ("1", "2", "3"):
            name, digits = f"SEP00000000100{last}", f"100{last}"
            self.bindings.put(binding(name, digits, flow(f"198.51.100.{last}")))

    @property
    def caller(self) -> Party:
        phone = self.site.phones["SEP000000001001"]
        return Party(phone, phone.lines[0])

    def dial(self, digits: str) -> Route | Decision:
        attempt = Attempt("line 1001", digits, search_list(self.caller))
        found = find(attempt, self.site)
        if isinstance(found, Decision):
            return found
        return ring(attempt, self.caller, found, self.bindings, self.lines)

    def rule(self, digits: str) -> str:
        outcome = self.dial(digits)
        assert isinstance(outcome, Decision)
        return outcome.rule

    def rings(self, digits: str) -> list[str]:
        outcome = self.dial(digits)
        assert isinstance(outcome, Route)
        return [target.party.phone.name for target in outcome.targets]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def put_line(site: Site, name: str, digits: str, partition: str, **values: object) -> None:
    record = phone(name, "", digits)
    line = replace(record.lines[0], number=number(digits, partition, **values))
    site.put(replace(record, lines=(line,)))


def test_line_partitions_come_before_device_partitions_and_once(desk: Desk) -> None:
    caller = desk.caller
    line = replace(
        caller.line, number=replace(caller.line.number, calling_search_space=("B", "A"))
    )
    device = replace(caller.phone, calling_search_space=("A", "C"))
    assert search_list(Party(device, line)) == ("B", "A", "C")


def test_registered_number_rings(desk: Desk) -> None:
    assert desk.rings("1002") == ["SEP000000001002"]


def test_number_must_match_digit_for_digit(desk: Desk) -> None:
    for digits in ("100", "10022", "01002", "1002 ", ""):
        assert desk.rule(digits) == "number-not-found"


def test_number_in_no_partition_is_reached_by_everybody(desk: Desk) -> None:
    put_line(desk.site, "SEP000000008000", "8000", "")
    desk.bindings.put(binding("SEP000000008000", "8000", flow("198.51.100.8"), partition=""))
    assert desk.rings("8000") == ["SEP000000008000"]


def test_earlier_partition_wins(desk: Desk) -> None:
    for partition in ("PT_Internal", "PT_First"):
        name = f"SEP-{partition}"
        put_line(desk.site, name, "6000", partition)
        desk.bindings.put(binding(name, "6000", flow("198.51.100.6"), partition=partition))
    assert desk.rings("6000") == ["SEP-PT_Internal"]
    phone = replace(
        desk.site.phones["SEP000000001001"], calling_search_space=("PT_First", "PT_Internal")
    )
    first = replace(phone.lines[0].number, calling_search_space=())
    desk.site.put(replace(phone, lines=(replace(phone.lines[0], number=first),)))
    assert desk.rings("6000") == ["SEP-PT_First"]


def test_number_out_of_reach_is_told_from_one_that_does_not_exist(desk: Desk) -> None:
    put_line(desk.site, "SEP000000007000", "7000", "PT_Board")
    assert desk.rule("7000") == "number-not-in-css"
    assert desk.rule("7001") == "number-not-found"


def test_inactive_number_is_not_found(desk: Desk) -> None:
    put_line(desk.site, "SEP000000007000", "7000", "PT_Internal", is_active=False)
    outcome = desk.dial("7000")
    assert isinstance(outcome, Decision)
    assert (outcome.rule, outcome.status) == ("number-not-found", 404)
    assert "not active" in outcome.summary


def test_number_on_no_phone_is_not_found(desk: Desk) -> None:
    class Loose(Site):
        def appearances(
            self, number: str, partition: str
        ) -> Sequence[tuple[PhoneRecord, LineRecord]]:
            return []

    desk.site = Loose(phones=desk.site.phones.values())
    outcome = desk.dial("1002")
    assert isinstance(outcome, Decision)
    assert (outcome.rule, outcome.status) == ("number-not-found", 404)
    assert "on no phone" in outcome.summary


def test_inactive_phone_does_not_ring(desk: Desk) -> None:
    desk.site.put(replace(desk.site.phones["SEP000000001002"], is_active=False))
    assert desk.rule("1002") == "not-registered"


def test_every_phone_with_the_number_rings_but_the_caller(desk: Desk) -> None:
    desk.bindings.put(binding("SEP000000001001", "1009", flow("198.51.100.1")))
    desk.bindings.put(binding("SEP000000001003", "1009", flow("198.51.100.3")))
    assert desk.rings("1009") == ["SEP000000001001", "SEP000000001003"]


def test_own_number_alone_is_busy(desk: Desk) -> None:
    outcome = desk.dial("1001")
    assert isinstance(outcome, Decision)
    assert (outcome.rule, outcome.status) == ("busy", 486)


def test_line_at_its_busy_trigger_is_left_out(desk: Desk) -> None:
    key = ("SEP000000001002", "1002", "PT_Internal")
    desk.lines.take(key, 1)
    assert desk.rings("1002") == ["SEP000000001002"]
    desk.lines.take(key, 2)
    assert desk.rule("1002") == "busy"
    desk.lines.release(key, 1)
    assert desk.rings("1002") == ["SEP000000001002"]


def test_own_address_as_contact_is_a_loop(desk: Desk) -> None:
    loop = binding(
        "SEP000000001002", "1002", flow("198.51.100.2"), contact="sip:1002@192.0.2.1:5060"
    )
    assert is_own_contact(loop)
    assert not is_own_contact(replace(loop, contact="sip:1002@192.0.2.1:5062"))
    assert not is_own_contact(replace(loop, contact="odd"))
    desk.bindings.drop(desk.bindings.of_phone("SEP000000001002")[0].key)
    desk.bindings.put(loop)
    assert desk.rule("1002") == "loop"
