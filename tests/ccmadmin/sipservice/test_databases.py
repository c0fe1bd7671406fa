import pytest

from ccmadmin.sipservice import databases


class FakeConnection:
    def __init__(self) -> None:
        self.calls: list[str] = []

    def close_if_unusable_or_obsolete(self) -> None:
        self.calls.append("close if broken")


class FakeConnections:
    def __init__(self) -> None:
        self.open = [FakeConnection()]

    def all(self, initialized_only: bool) -> list[FakeConnection]:
        assert initialized_only
        return self.open

    def close_all(self) -> None:
        self.open.clear()


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> FakeConnections:
    fake = FakeConnections()
    monkeypatch.setattr(databases, "connections", fake)
    return fake


def test_only_connections_that_are_open_and_broken_are_closed(
    connections: FakeConnections,
) -> None:
    databases.close_broken()
    assert connections.open[0].calls == ["close if broken"]


def test_a_thread_that_ends_gives_all_of_them_back(connections: FakeConnections) -> None:
    databases.close_all()
    assert connections.open == []
