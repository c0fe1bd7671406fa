"""The location service of this node: which contact of which line is bound now, and until when.

An index in memory over values that the host keeps on disk. Several nodes will share bindings, so
everything above asks this class and none assumes that it is the only store.
"""

from collections.abc import Iterable
from dataclasses import replace

from sipcore.errors import ParseError
from sipcore.groups import Groups
from sipcore.message import SipUri
from sipcore.ports import Address, Binding, Flow
from sipcore.wheel import Waiting, Wheel

# A few milliseconds: of all that registered in one second after a power cut, the others wait.
LOOKED_AT_ONCE = 2000

Key = tuple[str, str, str]
"""Phone, number, contact."""
Place = Address | int | str
"""Where a phone is: behind a UDP address, a connection, or a host to be connected to."""


class Held(Waiting):
    """What a phone has; made for one binding, which is kept bare: a tuple takes 48 octets."""

    __slots__ = ("bindings",)

    def __init__(self, binding: Binding) -> None:
        super().__init__()
        self.bindings: Binding | tuple[Binding, ...] = binding

    def all(self) -> tuple[Binding, ...]:
        held = self.bindings
        return held if isinstance(held, tuple) else (held,)

    def set(self, bindings: tuple[Binding, ...]) -> None:
        self.bindings = bindings[0] if len(bindings) == 1 else bindings


class Bindings:
    """Made for 100,000 phones with one binding each: that one needs no dictionary of its own."""

    def __init__(self) -> None:
        self._of_phone: dict[str, Held] = {}
        self._phones_at: Groups[Place, str] = Groups()
        self._expiry: Wheel[Held] = Wheel()
        self._count = 0

    def load(self, bindings: Iterable[Binding]) -> None:
        """Take over what an earlier process of this node has saved."""
        for binding in bindings:
            flow = _reopened(binding)
            self.put(binding if flow is binding.flow else replace(binding, flow=flow))

    def get(self, key: Key) -> Binding | None:
        phone, number, contact = key
        for binding in self.of_phone(phone):
            if binding.contact == contact and binding.number == number:
                return binding
        return None

    def of_line(self, phone: str, number: str) -> tuple[Binding, ...]:
        return tuple([b for b in self.of_phone(phone) if b.number == number])

    def of_phone(self, phone: str) -> tuple[Binding, ...]:
        held = self._of_phone.get(phone)
        return () if held is None else held.all()

    def by_source(self, flow: Flow) -> tuple[Binding, ...]:
        """Return what was registered over `flow`: the phone that a request came from.

        A phone that was loaded with a TCP contact calls from a connection that its binding does
        not know yet; it is found by its host.
        """
        found = self._at(_place(flow))
        if not found and flow.connection:
            found = self._at(flow.remote[0])
        return found

    def _at(self, place: Place) -> tuple[Binding, ...]:
        return tuple(
            binding
            for phone in self._phones_at.of(place)
            for binding in self._of_phone[phone].all()
            if _place(binding.flow) == place
        )

    def is_known(self, flow: Flow) -> bool:
        """Tell whether anybody registered over `flow`; asked of every message that comes."""
        return _place(flow) in self._phones_at

    def put(self, binding: Binding) -> Binding | None:
        """Add a binding; return the one with its key that it replaces."""
        phone, known = binding.phone, self.get(binding.key)
        held = self._of_phone.get(phone)
        if held is None:
            held = self._of_phone[phone] = Held(binding)
        elif known is None:
            held.set((*held.all(), binding))
        else:
            self.renew(known, binding)
        self._count += known is None
        if known is None or known.flow is not binding.flow:
            self._phones_at.add(_place(binding.flow), phone)
            self._leave(known)
        self._expiry.look_at(held, binding.expires_at)
        return known

    def is_alone(self, binding: Binding) -> bool:
        """Tell whether `binding` itself is in force, and its line has no other."""
        held = self._of_phone.get(binding.phone)
        if held is None or not isinstance(held.bindings, tuple):
            return held is not None and held.bindings is binding
        number = binding.number
        return [each is binding for each in held.bindings if each.number == number] == [True]

    def renew(self, known: Binding, binding: Binding) -> None:
        """Put `binding` in the place of the one that it refreshes: same key, same flow, later."""
        held = self._of_phone[known.phone]
        if held.bindings is known:
            held.bindings = binding
        else:
            held.set(tuple([binding if each is known else each for each in held.all()]))

    def drop(self, key: Key) -> Binding | None:
        binding, phone = self.get(key), key[0]
        if binding is None:
            return None
        held = self._of_phone[phone]
        held.set(tuple([each for each in held.all() if each is not binding]))
        if not held.bindings:
            del self._of_phone[phone]
            self._expiry.forget(held)
        self._leave(binding)
        self._count -= 1
        return binding

    def _leave(self, binding: Binding | None) -> None:
        """Forget where a binding was that is no longer held, unless its phone is still there."""
        if binding is None:
            return
        place, phone = _place(binding.flow), binding.phone
        if all(_place(each.flow) != place for each in self.of_phone(phone)):
            self._phones_at.discard(place, phone)

    def drop_flow(self, flow: Flow) -> list[Binding]:
        """Remove and return what only a connection that has ended could reach.

        UDP has no connection: an ICMP error may be forged or pass, and the phone is still at the
        address that it registered.
        """
        gone = self._at(flow.connection) if flow.connection else ()
        return [binding for each in gone if (binding := self.drop(each.key))]

    def expired(self, now: float) -> list[Binding]:
        """Remove and return the bindings whose time is over, up to a second after it.

        To be called again while `next_deadline` is in the past.
        """
        gone: list[Binding] = []
        for held in self._expiry.pop_due(now, LOOKED_AT_ONCE):
            over = [binding for binding in held.all() if binding.expires_at <= now]
            for binding in over:
                self.drop(binding.key)
            gone += over
            if held.bindings:
                self._expiry.look_at(held, min([each.expires_at for each in held.all()]))
        return gone

    def next_deadline(self) -> float | None:
        """Say when to call `expired`; most often it finds nothing, for phones refresh in time."""
        return self._expiry.next_deadline()

    def __len__(self) -> int:
        return self._count


def _place(flow: Flow) -> Place:
    """Return where to find a phone: a connection that is to be opened has no port of it yet."""
    if not flow.is_reliable:
        return flow.remote
    return flow.connection or flow.remote[0]


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
