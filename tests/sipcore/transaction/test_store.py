import pytest

from sipcore.timers import Timers
from sipcore.transaction.invite_client import InviteClient
from sipcore.transaction.invite_server import InviteServer
from sipcore.transaction.non_invite_client import NonInviteClient
from sipcore.transaction.non_invite_server import NonInviteServer
from sipcore.transaction.store import Store, Transaction
from tests.sipcore.transaction.ladder import TCP, UDP, request

Kind = type[InviteClient | NonInviteClient | InviteServer | NonInviteServer]


def added(store: Store, kind: Kind = InviteServer) -> Transaction:
    invite = request()
    return store.add(kind(invite, Timers()), invite, UDP, UDP, is_internal=False)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (InviteClient, "invite_client"),
        (NonInviteClient, "non_invite_client"),
        (InviteServer, "invite_server"),
        (NonInviteServer, "non_invite_server"),
    ],
)
def test_each_kind_is_counted_by_its_name(kind: Kind, name: str) -> None:
    store = Store()
    tx = added(store, kind)
    assert {key: n for key, n in store.counts().items() if n} == {name: 1, "paths": 1}
    store.remove(tx)
    assert not any(store.counts().values())


def test_a_transaction_is_found_under_all_its_names_until_it_is_removed() -> None:
    store = Store()
    tx = added(store)
    store.name(tx, ("a",))
    store.name(tx, ("b",))
    assert store.get(tx.key) is store.find(("a",)) is store.find(("b",)) is tx
    store.remove(tx)
    assert store.get(tx.key) is store.find(("a",)) is store.find(("b",)) is None


def test_a_name_stays_with_who_had_it_first() -> None:
    store = Store()
    first, second = added(store), added(store)
    store.name(first, ("a",))
    store.name(second, ("a",))
    assert store.find(("a",)) is first
    store.remove(second)
    assert store.find(("a",)) is first


def test_removing_twice_counts_once() -> None:
    store = Store()
    tx = added(store)
    store.remove(tx)
    store.remove(tx)
    assert store.counts()["invite_server"] == 0


def test_transactions_are_found_by_path_and_move() -> None:
    store = Store()
    first, second = added(store), added(store)
    assert store.on_path(UDP) == [first, second]
    store.move(first, TCP)
    assert store.on_path(UDP) == [second]
    assert store.on_path(TCP) == [first]
    assert first.flow is UDP
    store.move(second, TCP)
    assert store.counts()["paths"] == 1


def test_keys_are_never_used_again() -> None:
    store = Store()
    first = added(store)
    store.remove(first)
    assert added(store).key != first.key
