"""Several values under one key, where nearly every key has just one."""

from collections.abc import Hashable, Sequence
from typing import Generic, Protocol, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Hashable)


class _Several(dict[V, None]):
    """A set that keeps the order; a class of its own, so that no value is taken for one."""


C = TypeVar("C", contravariant=True)
E = TypeVar("E")


class Store(Protocol[C, E]):
    """What `Groups` needs of a dictionary; its values are never None."""

    def __len__(self) -> int: ...
    def __contains__(self, key: C, /) -> bool: ...
    def get(self, key: C, /) -> E | None: ...
    def __setitem__(self, key: C, value: E, /) -> None: ...
    def __delitem__(self, key: C, /) -> None: ...


class Groups(Generic[K, V]):
    """Values by key, each once, in the order in which they came.

    A lone value is kept bare: a container round each of 100,000 takes 20 MB and holds nothing.
    `store` takes the place of a dictionary where keys allow for something smaller.
    """

    def __init__(self, store: Store[K, V | _Several[V]] | None = None) -> None:
        self._values: Store[K, V | _Several[V]] = {} if store is None else store

    def __contains__(self, key: K) -> bool:
        return key in self._values

    def __len__(self) -> int:
        """Count the keys."""
        return len(self._values)

    def of(self, key: K) -> Sequence[V]:
        found = self._values.get(key)
        if found is None:
            return ()
        return tuple(found) if isinstance(found, _Several) else (found,)

    def add(self, key: K, value: V) -> None:
        found = self._values.get(key)
        if found is None:
            self._values[key] = value
        elif isinstance(found, _Several):
            found[value] = None
        elif found != value:
            self._values[key] = _Several({found: None, value: None})

    def discard(self, key: K, value: V) -> None:
        """Remove a value, if it is there."""
        found = self._values.get(key)
        if found is None:
            return
        if not isinstance(found, _Several):
            if found == value:
                del self._values[key]
            return
        found.pop(value, None)
        if len(found) == 1:
            (self._values[key],) = found
