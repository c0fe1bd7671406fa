import pytest

from sipcore.ports import Flow
from sipcore.resolver import Target
from sipcore.transport import Listen, LocalAddresses, families_of, flows_to, local, transports_of

UDP4 = Listen("UDP", "192.0.2.1", 5060)
TCP4 = Listen("TCP", "192.0.2.1", 5061)
UDP6 = Listen("UDP", "2001:db8::1", 5060)


def test_what_is_listened_on_is_what_can_be_used():
    assert transports_of([TCP4, UDP4, UDP6]) == ["UDP", "TCP"]
    assert transports_of([TCP4]) == ["TCP"]
    assert families_of([UDP4, UDP6]) == ["AAAA", "A"]
    assert families_of([TCP4]) == ["A"]


def test_a_request_leaves_from_the_address_of_its_transport_and_family():
    targets = [
        Target("TCP", "198.51.100.1", 5070),
        Target("UDP", "2001:db8::9", 5060),
        Target("TCP", "2001:db8::9", 5060),
        Target("UDP", "198.51.100.1", 5060),
    ]
    flows = flows_to(targets, [UDP4, TCP4, UDP6], LocalAddresses(), 0.0)
    assert flows == (
        Flow("TCP", TCP4.address, ("198.51.100.1", 5070)),
        Flow("UDP", UDP6.address, ("2001:db8::9", 5060)),
        Flow("UDP", UDP4.address, ("198.51.100.1", 5060)),
    )


def test_a_target_without_a_route_is_left_out(monkeypatch: pytest.MonkeyPatch):
    hosts = {"198.51.100.1": "192.0.2.9"}
    monkeypatch.setattr(local, "source_host", hosts.get)
    listening = [Listen("UDP", "0.0.0.0", 5060), Listen("UDP", "::", 5060)]
    targets = [Target("UDP", "2001:db8::9", 5060), Target("UDP", "198.51.100.1", 5060)]
    flows = flows_to(targets, listening, LocalAddresses(), 0.0)
    assert flows == (Flow("UDP", ("192.0.2.9", 5060), ("198.51.100.1", 5060)),)
