"""Messages that wait to be read, and whose turn it is: nobody's flood delays the others.

Every sender has a line of its own, and one message of each is taken in turn. When too much waits,
the newest message of the longest line goes. So a flood from one host waits for itself and is
dropped for itself. There are three lanes, so that what is begun is finished before more begins:
phones that are registered, each by host and port; hosts that answer a challenge; other hosts.
"""

from collections import Counter, OrderedDict, deque
from dataclasses import field

from sipcore.ports import Flow
from sipcore.values import dataclass

WAITING_OCTETS = 4 * 1024 * 1024
"""In each lane: some four thousand messages, about a second's work."""
MESSAGE_OCTETS = 512
"""What a message costs beside its own octets."""
ANSWERS_CHALLENGE = b"\r\nAuthorization:"
TURNS = ((0, 1, 2), (1, 0, 2), (0, 1, 2), (1, 0, 2), (2, 0, 1))
"""Which lane is asked first, turn by turn, and which if it is empty: nobody waits for ever."""

Sender = tuple[str, int] | str


@dataclass(frozen=True, slots=True)
class Waiting:
    data: bytes
    flow: Flow
    since: float

    @property
    def octets(self) -> int:
        return len(self.data) + MESSAGE_OCTETS


@dataclass(slots=True, eq=False)
class Line:
    sender: Sender
    waiting: deque[Waiting] = field(default_factory=deque)
    messages: set[bytes] = field(default_factory=set)
    octets: int = 0


class FairQueue:
    """`put` and `take` cost the same however many lines there are."""

    def __init__(self, most_octets: int) -> None:
        self._most_octets = most_octets
        self._octets = 0
        self._lines: OrderedDict[Sender, Line] = OrderedDict()  # the first is the next in turn
        self._longest = Line("")

    def __len__(self) -> int:
        """Count lines, not messages."""
        return len(self._lines)

    def put(self, sender: Sender, waiting: Waiting) -> list[Waiting]:
        """Add a message to the sender's line; return what had to go for it."""
        line = self._lines.get(sender)
        if line is None:
            line = self._lines[sender] = Line(sender)
        elif waiting.data in line.messages and not waiting.flow.connection:
            return []  # repeated by a client whose first one still waits: one answer is enough
        line.messages.add(waiting.data)
        line.waiting.append(waiting)
        line.octets += waiting.octets
        self._octets += waiting.octets
        # The longest when it was last looked at, and so never shorter than the line of now.
        if line.octets >= self._longest.octets:
            self._longest = line
        dropped = []
        while self._octets > self._most_octets:
            dropped.append(self._shorten())
        return dropped

    def _shorten(self) -> Waiting:
        if not self._longest.waiting:
            self._longest = max(self._lines.values(), key=lambda line: line.octets)
        line = self._longest
        newest = line.waiting.pop()
        self._left(line, newest)
        return newest

    def take(self) -> Waiting | None:
        if not self._lines:
            return None
        sender = next(iter(self._lines))
        line = self._lines[sender]
        oldest = line.waiting.popleft()
        self._lines.move_to_end(sender)
        self._left(line, oldest)
        return oldest

    def _left(self, line: Line, waiting: Waiting) -> None:
        line.messages.discard(waiting.data)
        line.octets -= waiting.octets
        self._octets -= waiting.octets
        if not line.waiting:
            del self._lines[line.sender]


class Intake:
    """`dropped` counts what had to go."""

    def __init__(self, most_octets: int = WAITING_OCTETS) -> None:
        self._lanes = [FairQueue(most_octets) for _ in TURNS[0]]
        self._turn = 0
        self._of_connection: Counter[int] = Counter()
        self.dropped = 0

    def __bool__(self) -> bool:
        return any(self._lanes)

    def put(self, data: bytes, flow: Flow, now: float, *, is_registered: bool) -> None:
        waiting = Waiting(data, flow, now)
        if flow.connection:
            self._of_connection[flow.connection] += 1
        if is_registered:
            dropped = self._lanes[0].put(flow.remote, waiting)
        else:
            lane = 1 if ANSWERS_CHALLENGE in data else 2
            dropped = self._lanes[lane].put(flow.remote[0], waiting)
        self.dropped += len(dropped)
        for each in dropped:
            self._forget(each)

    def take(self) -> Waiting | None:
        """Return whose turn it is; None when nothing waits."""
        self._turn = (self._turn + 1) % len(TURNS)
        for lane in TURNS[self._turn]:
            waiting = self._lanes[lane].take()
            if waiting is not None:
                self._forget(waiting)
                return waiting
        return None

    def waiting_of(self, connection: int) -> int:
        return self._of_connection[connection]

    def _forget(self, waiting: Waiting) -> None:
        connection = waiting.flow.connection
        if connection:
            self._of_connection[connection] -= 1
            if not self._of_connection[connection]:
                del self._of_connection[connection]
