"""Several values under one key, where nearly every key has just one."""

from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Hashable)


class _Several(dict[V, None]):
    """A set that keeps the order; a class of its own, so that no value is taken for one."""


class Groups(Generic[K, V]):
    """Values by key, each once, in the order in which they came.

    A lone value is kept bare: a container round each of 100,000 takes 20 MB and holds nothing.
    """

    def __init__(self) -> None:
        self._values: dict[K, V | _Several[V]] = {}

    def __contains__(self, key: K) -> bool:
        return key in self._values

    def __len__(self) -> int:
        """Count the keys."""
        return len(self._values)

    def of(self, key: K) -> Sequence[V]:
        if key not in self._values:
            return ()
        found = self._values[key]
        return tuple(found) if isinstance(found, _Several) else (found,)

    def add(self, key: K, value: V) -> None:
        if key not in self._values:
            self._values[key] = value
            return
        found = self._values[key]
        if isinstance(found, _Several):
            found[value] = None
        elif found != value:
            self._values[key] = _Several({found: None, value: None})

    def discard(self, key: K, value: V) -> None:
        """Remove a value, if it is there."""
        if key not in self._values:
            return
        found = self._values[key]
        if not isinstance(found, _Several):
            if found == value:
                del self._values[key]
            return
        found.pop(value, None)
        if len(found) == 1:
            (self._values[key],) = found
