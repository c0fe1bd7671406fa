"""The live transactions, and every name under which one is found: all of it by dictionary."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from sipcore.message import Request, Response
from sipcore.ports import Flow
from sipcore.transaction.actions import Machine
from sipcore.transaction.invite_client import InviteClient
from sipcore.transaction.invite_server import InviteServer
from sipcore.transaction.key import Key
from sipcore.transaction.non_invite_client import NonInviteClient
from sipcore.transaction.non_invite_server import NonInviteServer

KINDS: dict[type[Machine], str] = {
    InviteClient: "invite_client",
    NonInviteClient: "non_invite_client",
    InviteServer: "invite_server",
    NonInviteServer: "non_invite_server",
}


@dataclass(slots=True, eq=False)
class Transaction:
    """A machine with what the layer knows of it.

    `flow` is how the request came or went, `path` how the machine's messages go: not the same
    where a Via without rport, or a lost connection, sends the answers elsewhere. The user hears
    nothing of an internal one: a CANCEL.
    """

    key: int
    machine: Machine
    request: Request
    flow: Flow
    path: Flow
    is_internal: bool = False
    names: list[Key] = field(default_factory=list)
    sent: Request | Response | None = None  # `octets` is this message
    octets: bytes = b""
    large: Request | None = None  # without our Via: what goes over `datagrams` if TCP fails
    datagrams: Flow | None = None


class Store:
    def __init__(self) -> None:
        self._by_key: dict[int, Transaction] = {}
        self._by_name: dict[Key, Transaction] = {}
        self._by_path: dict[Flow, dict[int, Transaction]] = {}
        self._counts = dict.fromkeys(KINDS.values(), 0)
        self._keys = count(1)
        # A message asks for some four of them: without a function round each.
        self.get: Callable[[int], Transaction | None] = self._by_key.get
        self.find: Callable[[Key], Transaction | None] = self._by_name.get

    def add(
        self, machine: Machine, request: Request, flow: Flow, path: Flow, *, is_internal: bool
    ) -> Transaction:
        tx = Transaction(next(self._keys), machine, request, flow, path, is_internal)
        self._by_key[tx.key] = tx
        self._by_path.setdefault(path, {})[tx.key] = tx
        self._counts[KINDS[type(machine)]] += 1
        return tx

    def name(self, tx: Transaction, name: Key) -> None:
        """Let `find` return the transaction; a name that is taken stays with who has it."""
        if name not in self._by_name:
            self._by_name[name] = tx
            tx.names.append(name)

    def move(self, tx: Transaction, path: Flow) -> None:
        self._leave_path(tx)
        tx.path = path
        self._by_path.setdefault(path, {})[tx.key] = tx

    def rename(self, tx: Transaction, name: Key) -> None:
        """Let the transaction be found under this name alone."""
        for old in tx.names:
            self._by_name.pop(old, None)
        tx.names.clear()
        self.name(tx, name)

    def remove(self, tx: Transaction) -> None:
        """Forget a transaction under all its names; one that is gone already is not counted."""
        if self._by_key.pop(tx.key, None) is None:
            return
        for name in tx.names:
            self._by_name.pop(name, None)
        tx.names.clear()
        self._leave_path(tx)
        self._counts[KINDS[type(tx.machine)]] -= 1

    def __len__(self) -> int:
        return len(self._by_key)

    def on_path(self, path: Flow) -> list[Transaction]:
        return list(self._by_path.get(path, {}).values())

    def counts(self) -> dict[str, int]:
        """Count what is held, the indices included: all of it is 0 when nothing is going on."""
        return {**self._counts, "names": len(self._by_name), "paths": len(self._by_path)}

    def _leave_path(self, tx: Transaction) -> None:
        on_path = self._by_path[tx.path]
        del on_path[tx.key]
        if not on_path:
            del self._by_path[tx.path]
