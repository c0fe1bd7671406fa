"""The header fields of one message, in order: RFC 3261 section 7.3."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from sipcore.errors import ParseError, StateError
from sipcore.message.grammar import KNOWN_NAMES, LWS, canonical, split_list

T = TypeVar("T")

# Fields with several values on one line where we touch single values (7.3.1).
_VALUE_LISTS = frozenset({"Via", "Route", "Record-Route", "Contact", "Path", "Service-Route"})


class Headers:
    """Ordered (canonical name, value) pairs; a name is taken in any case and compact form.

    A value is the field value as received, unfolded and without blanks around it. What typed
    reads made of the values of a name is kept until that name changes; the first line of a name
    is found through an index, because a registrar asks for some twenty of them a message. Names in
    our own code are canonical; what such a name is not found by, is not there.
    """

    __slots__ = ("_first", "_items", "readings")

    def __init__(self, items: Iterable[tuple[str, str]] = ()) -> None:
        self._items: list[tuple[str, str]] = []
        self._first: dict[str, str] | None = None
        self.readings: dict[Callable[[Headers], Any], tuple[str, Any]] = {}
        self.extend(items)

    @classmethod
    def of_parsed(cls, items: list[tuple[str, str]]) -> "Headers":
        """Take over a list of the parser's: names are canonical, values clean."""
        headers = cls.__new__(cls)
        headers._items = items
        headers._first = None
        headers.readings = {}
        return headers

    def get(self, name: str, default: str = "") -> str:
        """Return the first line of that name."""
        first = self._first or self._index()
        found = first.get(name)
        if found is None:
            found = first.get(KNOWN_NAMES.get(name) or canonical(name), default)
        return found

    def get_all(self, name: str) -> list[str]:
        """Return all lines of that name, not split."""
        first = self._first or self._index()
        if name not in first:
            name = KNOWN_NAMES.get(name) or canonical(name)
            if name not in first:
                return []
        if len(first) == len(self._items):
            return [first[name]]
        return [value for key, value in self._items if key == name]

    def single(self, name: str) -> str:
        """Return the one line of a canonical name, "" for none. Raises ParseError for several."""
        first = self._first or self._index()
        if len(first) < len(self._items) and len(lines := self.get_all(name)) > 1:
            raise ParseError(f"{name} appears {len(lines)} times", header=name)
        return first.get(name, "")

    def lone(self) -> Mapping[str, str]:
        """Return the values by name, if no name is there twice; nothing else."""
        first = self._first or self._index()
        return first if len(first) == len(self._items) else {}

    def required(self, name: str) -> str:
        """Return the one line of a canonical name. Raises ParseError for several and for none."""
        first = self._first or self._index()
        is_clear = len(first) == len(self._items)
        value = first.get(name) if is_clear else self.single(name)
        if not value:
            raise ParseError(f"{name} is missing", header=name)
        return value

    def _index(self) -> dict[str, str]:
        first = self._first
        if first is None:
            first = dict(self._items)
            if len(first) < len(self._items):
                first = dict(reversed(self._items))
            self._first = first
        return first

    def _changed(self, name: str) -> None:
        self._first = None
        if self.readings:
            self.readings = {reader: it for reader, it in self.readings.items() if it[0] != name}

    def values(self, name: str) -> list[str]:
        """Return all values of a list header, whatever lines they stand on; no blank ones.

        Not for Authorization, WWW-Authenticate and Date: their commas separate nothing.
        """
        first = self._first or self._index()
        if name not in first and (KNOWN_NAMES.get(name) or canonical(name)) not in first:
            return []
        return [part for line in self.get_all(name) for part in split_list(line) if part]

    def add(self, name: str, value: str) -> None:
        self.extend(((name, value),))

    def extend(self, items: Iterable[tuple[str, str]]) -> None:
        """Add lines at the end."""
        added = []
        for name, value in items:
            if "\r" in value or "\n" in value:
                raise _line_break(name)
            added.append((KNOWN_NAMES.get(name) or canonical(name), value.strip(LWS)))
        self._items += added
        self._first = None
        if self.readings:
            for name, _ in added:
                self._changed(name)

    def insert(self, name: str, value: str) -> None:
        """Put a line in front of the first of its name, else at the top."""
        item = _checked(name, value)
        self._items.insert(self._place(item[0], 0), item)
        self._changed(item[0])

    def set(self, name: str, value: str) -> None:
        """Put one line in the place of all of its name, else at the end."""
        item = _checked(name, value)
        index = self._place(item[0], len(self._items))
        self._items[index:] = [item, *(i for i in self._items[index:] if i[0] != item[0])]
        self._changed(item[0])

    def remove(self, name: str) -> None:
        name = canonical(name)
        self._items = [item for item in self._items if item[0] != name]
        self._changed(name)

    def remove_first(self, name: str) -> None:
        """Remove the first value; the others of a line of several stay."""
        name = canonical(name)
        index = self._place(name, -1)
        if index < 0:
            return
        rest = split_list(self._items[index][1])[1:] if name in _VALUE_LISTS else []
        self._items[index : index + 1] = [(name, ", ".join(rest))] if rest else []
        self._changed(name)

    def replace_first(self, name: str, value: str) -> None:
        """Put a value in the place of the first one; the others of its line stay."""
        item = _checked(name, value)
        place = self._place(item[0], -1)
        if place < 0 or "," in self._items[place][1]:
            self.remove_first(name)
            self.insert(name, value)
        else:
            self._items[place] = item
            first = self._first
            self._changed(item[0])
            if first is not None:
                first[item[0]] = item[1]
                self._first = first

    def copy(self) -> "Headers":
        return Headers.of_parsed(self._items.copy())

    def read(self, name: str, reader: Callable[["Headers"], T]) -> T:
        """Return what `reader` makes of the lines of `name`, done once until they change."""
        known = self.readings.get(reader)
        if known is None:
            known = self.readings[reader] = name, reader(self)
        found: T = known[1]
        return found

    def keep(self, name: str, reader: Callable[["Headers"], T], value: T) -> None:
        """Let `read` return `value`, which is what the reader would find."""
        self.readings[reader] = name, value

    def _place(self, name: str, default: int) -> int:
        for index, item in enumerate(self._items):
            if item[0] == name:
                return index
        return default

    def __contains__(self, name: str) -> bool:
        first = self._first or self._index()
        return name in first or (KNOWN_NAMES.get(name) or canonical(name)) in first

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._items == other._items

    __hash__ = None  # type: ignore[assignment]  # mutable, so not a key

    def __repr__(self) -> str:
        return f"Headers({self._items!r})"


def _checked(name: str, value: str) -> tuple[str, str]:
    """Refuse a line break: text of ours would become header fields of its own."""
    if "\r" in value or "\n" in value:
        raise _line_break(name)
    return KNOWN_NAMES.get(name) or canonical(name), value.strip(LWS)


def _line_break(name: str) -> StateError:
    return StateError(f"line break in a value of {name}")
