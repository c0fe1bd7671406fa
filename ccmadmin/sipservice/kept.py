"""Records made when they are asked for, and kept a while for who asks again at once."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
R = TypeVar("R")

MOST = 5000


class Kept(Generic[K, R]):
    """Records by a key, such as a primary key; whoever changes what a record is made of drops it.

    A call or a REGISTER with its challenge asks for a record several times within milliseconds.
    Records of all phones are not worth their memory: to make one takes a few microseconds.
    """

    def __init__(self, make: Callable[[K], R], most: int = MOST) -> None:
        self._make = make
        self._most = most
        self._records: dict[K, R] = {}

    def __len__(self) -> int:
        return len(self._records)

    def get(self, key: K) -> R:
        record = self._records.get(key)
        if record is None:
            if len(self._records) >= self._most:
                self._records.clear()  # about a millisecond
            record = self._records[key] = self._make(key)
        return record

    def drop(self, key: K) -> None:
        self._records.pop(key, None)

    def drop_all(self) -> None:
        self._records.clear()
