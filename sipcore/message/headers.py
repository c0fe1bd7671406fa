"""The header fields of one message, in order: RFC 3261 section 7.3."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sipcore.errors import StateError
from sipcore.message.grammar import LWS, canonical, split_list

T = TypeVar("T")

# Fields with several values on one line where we touch single values (7.3.1).
_VALUE_LISTS = frozenset({"Via", "Route", "Record-Route", "Contact", "Path", "Service-Route"})


class Headers:
    """Ordered (canonical name, value) pairs; a name is taken in any case and compact form.

    A value is the field value as received, unfolded and without blanks around it. What typed
    reads made of the values of a name is kept until that name changes; lines are found through
    an index, because a registrar asks for some twenty of them a message.
    """

    __slots__ = ("_by_name", "_items", "_read")

    def __init__(self, items: Iterable[tuple[str, str]] = ()) -> None:
        self._items: list[tuple[str, str]] = []
        self._by_name: dict[str, list[str]] | None = None
        self._read: dict[Callable[[Headers], Any], tuple[str, Any]] = {}
        for name, value in items:
            self.add(name, value)

    @classmethod
    def of_parsed(cls, items: list[tuple[str, str]]) -> "Headers":
        """Take over a list of the parser's: names are canonical, values clean."""
        headers = cls()
        headers._items = items
        return headers

    def get(self, name: str, default: str = "") -> str:
        """Return the first line of that name."""
        lines = self._lines(name)
        return lines[0] if lines else default

    def get_all(self, name: str) -> list[str]:
        """Return all lines of that name, not split."""
        return list(self._lines(name))

    def _lines(self, name: str) -> Sequence[str]:
        by_name = self._by_name
        if by_name is None:
            by_name = self._by_name = {}
            for key, value in self._items:
                by_name.setdefault(key, []).append(value)
        # Names in our own code are canonical already.
        return by_name.get(name) or by_name.get(canonical(name)) or ()

    def _changed(self, name: str) -> None:
        self._by_name = None
        if self._read:
            self._read = {reader: it for reader, it in self._read.items() if it[0] != name}

    def values(self, name: str) -> list[str]:
        """Return all values of a list header, whatever lines they stand on; no blank ones.

        Not for Authorization, WWW-Authenticate and Date: their commas separate nothing.
        """
        return [part for line in self._lines(name) for part in split_list(line) if part]

    def add(self, name: str, value: str) -> None:
        item = _checked(name, value)
        self._items.append(item)
        self._changed(item[0])

    def insert(self, name: str, value: str) -> None:
        """Put a line in front of the first of its name, else at the top."""
        item = _checked(name, value)
        self._items.insert(self._index(item[0], 0), item)
        self._changed(item[0])

    def set(self, name: str, value: str) -> None:
        """Put one line in the place of all of its name, else at the end."""
        item = _checked(name, value)
        index = self._index(item[0], len(self._items))
        self._items[index:] = [item, *(i for i in self._items[index:] if i[0] != item[0])]
        self._changed(item[0])

    def remove(self, name: str) -> None:
        name = canonical(name)
        self._items = [item for item in self._items if item[0] != name]
        self._changed(name)

    def remove_first(self, name: str) -> None:
        """Remove the first value; the others of a line of several stay."""
        name = canonical(name)
        index = self._index(name, -1)
        if index < 0:
            return
        rest = split_list(self._items[index][1])[1:] if name in _VALUE_LISTS else []
        self._items[index : index + 1] = [(name, ", ".join(rest))] if rest else []
        self._changed(name)

    def replace_first(self, name: str, value: str) -> None:
        """Put a value in the place of the first one; the others of its line stay."""
        self.remove_first(name)
        self.insert(name, value)

    def copy(self) -> "Headers":
        return Headers.of_parsed(self._items.copy())

    def read(self, name: str, reader: Callable[["Headers"], T]) -> T:
        """Return what `reader` makes of the lines of `name`, done once until they change."""
        known = self._read.get(reader)
        if known is None:
            known = self._read[reader] = name, reader(self)
        found: T = known[1]
        return found

    def keep(self, name: str, reader: Callable[["Headers"], T], value: T) -> None:
        """Let `read` return `value`, which is what the reader would find."""
        self._read[reader] = name, value

    def _index(self, name: str, default: int) -> int:
        for index, item in enumerate(self._items):
            if item[0] == name:
                return index
        return default

    def __contains__(self, name: str) -> bool:
        return bool(self._lines(name))

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
        raise StateError(f"line break in a value of {name}")
    return canonical(name), value.strip(LWS)
