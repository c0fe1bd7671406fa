"""The header fields of one message, in order: RFC 3261 section 7.3."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from sipcore.errors import StateError
from sipcore.message.grammar import LWS, canonical, split_list

T = TypeVar("T")

# Fields with several values on one line where we touch single values (7.3.1).
_VALUE_LISTS = frozenset({"Via", "Route", "Record-Route", "Contact", "Path", "Service-Route"})


class Headers:
    """Ordered (canonical name, value) pairs; a name is taken in any case and compact form.

    A value is the field value as received, unfolded and without blanks around it. What typed
    reads made of the values is kept until the next change.
    """

    __slots__ = ("_items", "_read")

    def __init__(self, items: Iterable[tuple[str, str]] = ()) -> None:
        self._items: list[tuple[str, str]] = []
        self._read: dict[str, Any] = {}
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
        name = canonical(name)
        for key, value in self._items:
            if key == name:
                return value
        return default

    def get_all(self, name: str) -> list[str]:
        """Return all lines of that name, not split."""
        name = canonical(name)
        return [value for key, value in self._items if key == name]

    def values(self, name: str) -> list[str]:
        """Return all values of a list header, whatever lines they stand on; no blank ones.

        Not for Authorization, WWW-Authenticate and Date: their commas separate nothing.
        """
        return [part for line in self.get_all(name) for part in split_list(line) if part]

    def add(self, name: str, value: str) -> None:
        self._items.append(_checked(name, value))
        self._read.clear()

    def insert(self, name: str, value: str) -> None:
        """Put a line in front of the first of its name, else at the top."""
        item = _checked(name, value)
        self._items.insert(self._index(item[0], 0), item)
        self._read.clear()

    def set(self, name: str, value: str) -> None:
        """Put one line in the place of all of its name, else at the end."""
        item = _checked(name, value)
        index = self._index(item[0], len(self._items))
        self._items[index:] = [item, *(i for i in self._items[index:] if i[0] != item[0])]
        self._read.clear()

    def remove(self, name: str) -> None:
        name = canonical(name)
        self._items = [item for item in self._items if item[0] != name]
        self._read.clear()

    def remove_first(self, name: str) -> None:
        """Remove the first value; the others of a line of several stay."""
        name = canonical(name)
        index = self._index(name, -1)
        if index < 0:
            return
        rest = split_list(self._items[index][1])[1:] if name in _VALUE_LISTS else []
        self._items[index : index + 1] = [(name, ", ".join(rest))] if rest else []
        self._read.clear()

    def replace_first(self, name: str, value: str) -> None:
        """Put a value in the place of the first one; the others of its line stay."""
        self.remove_first(name)
        self.insert(name, value)

    def copy(self) -> "Headers":
        return Headers.of_parsed(self._items.copy())

    def read(self, key: str, reader: Callable[["Headers"], T]) -> T:
        """Return what `reader` makes of these headers, done once until they change."""
        if key in self._read:
            found: T = self._read[key]
        else:
            found = self._read[key] = reader(self)
        return found

    def _index(self, name: str, default: int) -> int:
        for index, item in enumerate(self._items):
            if item[0] == name:
                return index
        return default

    def __contains__(self, name: str) -> bool:
        name = canonical(name)
        return any(item[0] == name for item in self._items)

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
