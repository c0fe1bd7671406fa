import json
from typing import Any

import pytest

from ccmadmin import models
from ccmadmin.sipservice import columns
from ccmadmin.sipservice.clock import Clock
from sipcore.ports import Binding, Flow
from tests.ccmadmin.sipservice.values import attempt, binding, call


@pytest.fixture
def clock() -> Clock:
    return Clock(lambda: 1000.0, lambda: 1_800_000_000.0)


def values_of(saved: Binding, node: str, clock: Clock) -> dict[str, Any]:
    row = columns.binding_row(saved, node, clock.now(), clock.date, list)
    return dict(zip(columns.BINDING_COLUMNS, row, strict=True))


def loaded_of(saved: Binding, clock: Clock) -> Binding:
    """Return what is loaded when `saved` was stored: dates and lists come as text."""
    values = values_of(saved, "node-1", clock)
    values |= {name: values[name].isoformat(" ") for name in ("registered_at", "expires_at")}
    values["path"] = json.dumps(values["path"])
    return columns.binding_of([values[name] for name in columns.LOADED_COLUMNS], clock)


@pytest.mark.parametrize("path", [(), ("<sip:proxy.example.com;lr>", "<sip:192.0.2.9;lr>")])
def test_a_binding_comes_back_as_it_was(clock: Clock, path: tuple[str, ...]) -> None:
    saved = binding(path=path)
    assert loaded_of(saved, clock) == saved


def test_a_tcp_connection_does_not_come_back(clock: Clock) -> None:
    flow = Flow("TCP", ("192.0.2.1", 5060), ("192.0.2.7", 40000), 17)
    assert loaded_of(binding(flow=flow), clock).flow == Flow("TCP", flow.local, flow.remote)


def test_every_column_but_the_primary_key_is_written() -> None:
    fields = {field.name for field in models.Binding._meta.concrete_fields}
    assert set(columns.BINDING_COLUMNS) == fields - {"id"}


def test_the_time_of_a_refresh_is_now(clock: Clock) -> None:
    values = values_of(binding(), "n", clock)
    assert values["refreshed_at"] == clock.now()
    assert values["registered_at"] < values["refreshed_at"] < values["expires_at"]


def test_octets_that_are_no_text_become_escapes_in_a_uri(clock: Clock) -> None:
    contact = "sip:m\udcfcller@192.0.2.7"
    values = values_of(binding(contact=contact), "n", clock)
    assert values["contact"] == "sip:m%FCller@192.0.2.7"
    assert columns.binding_key(("SEP1", "1001", contact)) == (
        "SEP1", "1001", "sip:m%FCller@192.0.2.7",
    )  # fmt: skip


def test_other_text_is_made_storable_and_cut() -> None:
    assert columns.text("a\0b\udcffc\ud800") == "a\N{REPLACEMENT CHARACTER}b\ufffdc\ufffd"
    assert columns.text("abc", 2) == "ab"
    assert columns.uri("a\0b") == "ab"


def test_numbers_are_no_larger_than_the_standard_allows() -> None:
    assert columns.number(10**30) == 2**32 - 1
    assert columns.number(None) is None
    assert columns.number(0) == 0


def test_an_attempt_fits_its_columns_whatever_the_peer_sent(clock: Clock) -> None:
    odd = attempt(userid="u" * 9999, phone="P" * 99, user_agent="\udcff" * 9999)
    values = columns.attempt_values(odd, "node-1", clock.date)
    fields = {field.name for field in models.RegistrationAttempt._meta.concrete_fields}
    assert set(values) == fields - {"id"}
    row = models.RegistrationAttempt(**values)
    assert (len(row.userid), len(row.phone), len(row.user_agent)) == (255, 15, 2000)
    assert row.at == row.last_at == clock.now()
    assert (row.outcome, row.rule, row.status, row.reason_code) == (
        "refused", "digest-password", 403, 10,
    )  # fmt: skip
    assert (row.remote_host, row.remote_port, row.transport) == ("192.0.2.7", 5062, "UDP")


def test_a_call_keeps_the_times_that_it_has(clock: Clock) -> None:
    values = columns.call_values(call(dialed="\ud800"), "node-1", clock.date)
    row = models.CallRecord(**values)
    fields = {field.name for field in models.CallRecord._meta.concrete_fields}
    assert set(values) == fields - {"id"}
    assert row.answered_at is None
    assert row.ringing_at
    assert (row.ringing_at - row.started_at).total_seconds() == 1
    assert (row.status, row.cause, row.ended_by, row.rule) == (487, 16, "caller", "cancelled")
    assert row.dialed == "\ufffd"


def test_a_renewal_writes_order_and_times_and_names_its_row(clock: Clock) -> None:
    odd = binding(contact="sip:m\udcff@h", cseq=2**40)
    assert columns.renewal_row(odd, "node-1", "now", str) == (
        2**32 - 1,
        "now",
        "1135.0",
        "SEP000000001001",
        "1001",
        "sip:m%FF@h",
        "node-1",
    )
