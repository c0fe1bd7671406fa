"""How many calls each line of each phone has: what Busy Trigger and Maximum Calls count."""

from dataclasses import dataclass

from sipcore.ports import LineRecord, PhoneRecord

LineKey = tuple[str, str, str]
"""Phone, number, partition: a shared line is counted on each phone by itself."""


@dataclass(frozen=True, slots=True)
class Party:
    """One line of one phone, as a side of a call."""

    phone: PhoneRecord
    line: LineRecord

    @property
    def key(self) -> LineKey:
        return self.phone.name, self.line.number.number, self.line.number.partition

    @property
    def number(self) -> str:
        return self.line.number.number

    @property
    def name(self) -> str:
        """Return what the other side shows of a caller or of who answered."""
        return self.line.display or self.line.number.alerting_name

    @property
    def alerting_name(self) -> str:
        """Return what the caller shows while the phone rings."""
        return self.line.number.alerting_name or self.line.display


class LinesInUse:
    """Counts calls, not branches: a phone that registered twice rings twice for one call."""

    def __init__(self) -> None:
        self._calls: dict[LineKey, dict[int, int]] = {}

    def take(self, line: LineKey, call: int) -> None:
        calls = self._calls.setdefault(line, {})
        calls[call] = calls.get(call, 0) + 1

    def release(self, line: LineKey, call: int) -> None:
        """Undo one `take`."""
        calls = self._calls[line]
        calls[call] -= 1
        if not calls[call]:
            del calls[call]
        if not calls:
            del self._calls[line]

    def calls_of(self, line: LineKey) -> int:
        return len(self._calls.get(line, ()))

    def __len__(self) -> int:
        return len(self._calls)
