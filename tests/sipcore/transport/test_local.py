import pytest

from sipcore.transport import local
from sipcore.transport.local import VALID_S, LocalAddresses, source_host


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    hosts: list[str] = []

    def answer(remote_host: str) -> str | None:
        hosts.append(remote_host)
        return None if remote_host == "203.0.113.1" else "192.0.2.9"

    monkeypatch.setattr(local, "source_host", answer)
    return hosts


def test_a_wildcard_becomes_the_address_that_the_remote_sees_with_our_port(
    asked: list[str],
) -> None:
    towards = LocalAddresses().towards
    assert towards(("0.0.0.0", 5060), ("192.0.2.1", 1111), 0) == ("192.0.2.9", 5060)


def test_a_concrete_address_stays_what_it_is(asked: list[str]) -> None:
    bound = ("192.0.2.2", 5060)
    assert LocalAddresses().towards(bound, ("192.0.2.1", 1111), 0) == bound
    assert asked == []


def test_an_answer_is_remembered_for_a_while(asked: list[str]) -> None:
    addresses = LocalAddresses()
    for now in (0, VALID_S - 1, VALID_S + 1):
        addresses.towards(("0.0.0.0", 5060), ("192.0.2.1", 1111), now)
    assert len(asked) == 2


def test_a_remote_that_cannot_be_reached_is_asked_for_again(asked: list[str]) -> None:
    addresses = LocalAddresses()
    for _ in range(2):
        found = addresses.towards(("0.0.0.0", 5060), ("203.0.113.1", 1111), 0)
        assert found == ("0.0.0.0", 5060)
    assert len(asked) == 2


def test_only_so_many_remotes_are_remembered(
    asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "REMEMBERED", 3)
    addresses = LocalAddresses()
    for number in range(10):
        addresses.towards(("0.0.0.0", 5060), (f"192.0.2.{number}", 1111), 0)
    assert len(addresses) == 3


def test_the_routing_table_knows_the_loopback() -> None:
    assert source_host("127.0.0.1") == "127.0.0.1"
    assert source_host("255.255.255.255") is None
