"""The location service of this node: which contact of which line is bound now, and until when.

An index in memory over values that the host keeps on disk. Several nodes will share bindings, so
everything above asks this class and none assumes that it is the only store.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from sipcore.errors import ParseError
from sipcore.message import SipUri
from sipcore.ports import Binding, Flow
from sipcore.timers import TimerQueue

Key = tuple[str, str, str]
"""Phone, number, contact."""
Source = tuple[str, str, int, int]
"""Transport, host and port of the phone, connection."""
Place = TypeVar("Place")


class Bindings:
    def __init__(self) -> None:
        self._of_phone: dict[str, dict[Key, Binding]] = {}
        self._of_source: dict[Source, dict[Key, Binding]] = {}
        self._expiry: TimerQueue[Key] = TimerQueue()
        self._count = 0

    def load(self, bindings: Iterable[Binding]) -> None:
        """Take over what an earlier process of this node has saved."""
        for binding in bindings:
            flow = _reopened(binding)
            self.put(binding if flow is binding.flow else replace(binding, flow=flow))

    def get(self, key: Key) -> Binding | None:
        return self._of_phone.get(key[0], {}).get(key)

    def of_line(self, phone: str, number: str) -> tuple[Binding, ...]:
        return tuple(b for b in self._of_phone.get(phone, {}).values() if b.number == number)

    def of_phone(self, phone: str) -> tuple[Binding, ...]:
        return tuple(self._of_phone.get(phone, {}).values())

    def by_source(self, flow: Flow) -> tuple[Binding, ...]:
        """Return what was registered over `flow`: the phone that a request came from.

        A phone that was loaded with a TCP contact calls from a connection that its binding does
        not know yet; it is found by its host.
        """
        found = self._of_source.get(_source(flow), {})
        if not found and flow.connection:
            found = self._of_source.get(_unconnected(flow), {})
        return tuple(found.values())

    def is_known(self, flow: Flow) -> bool:
        """Tell whether anybody registered over `flow`; asked of every message that comes."""
        return _source(flow) in self._of_source

    def put(self, binding: Binding) -> Binding | None:
        """Add a binding; return the one with its key that it replaces."""
        key, place = binding.key, _index(binding.flow)
        known = self.get(key)
        if known is None:
            self._count += 1
        elif known.flow is not binding.flow and known.flow != binding.flow:
            _discard(self._of_source, _index(known.flow), key)
        self._of_phone.setdefault(binding.phone, {})[key] = binding
        self._of_source.setdefault(place, {})[key] = binding
        self._expiry.start(key, binding.expires_at)
        return known

    def drop(self, key: Key) -> Binding | None:
        binding = self.get(key)
        if binding is None:
            return None
        _discard(self._of_phone, binding.phone, key)
        _discard(self._of_source, _index(binding.flow), key)
        self._expiry.stop(key)
        self._count -= 1
        return binding

    def drop_flow(self, flow: Flow) -> list[Binding]:
        """Remove and return what only a connection that has ended could reach.

        UDP has no connection: an ICMP error may be forged or pass, and the phone is still at the
        address that it registered.
        """
        if not flow.connection:
            return []
        gone = list(self._of_source.get(_source(flow), {}))
        return [binding for key in gone if (binding := self.drop(key))]

    def expired(self, now: float) -> list[Binding]:
        """Remove and return the bindings whose time is over."""
        return [binding for key in self._expiry.pop_due(now) if (binding := self.drop(key))]

    def next_deadline(self) -> float | None:
        return self._expiry.next_deadline()

    def __len__(self) -> int:
        return self._count


def _source(flow: Flow) -> Source:
    host, port = flow.remote
    return flow.transport, host, port, flow.connection


def _unconnected(flow: Flow) -> Source:
    return flow.transport, flow.remote[0], 0, 0


def _index(flow: Flow) -> Source:
    """Return the place of a binding: a stream that is to be opened has no port of the phone."""
    is_open = flow.connection or not flow.is_reliable
    return _source(flow) if is_open else _unconnected(flow)


def _reopened(binding: Binding) -> Flow:
    """Return how this process reaches a phone that registered with the process before it.

    Its TCP connection died with that process, and the phone's end of it listens to nobody: the
    new one goes to the contact.
    """
    flow = binding.flow
    if not flow.is_reliable:
        return flow
    try:
        uri = SipUri.parse(binding.contact)
    except ParseError:
        return replace(flow, connection=0)
    return replace(flow, connection=0, remote=uri.address if uri.is_ip else flow.remote)


def _discard(index: dict[Place, dict[Key, Binding]], place: Place, key: Key) -> None:
    del index[place][key]
    if not index[place]:
        del index[place]
