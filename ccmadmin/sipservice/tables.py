"""The configuration in memory: one table for each model, and the indexes that lookups need."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Generic, TypeVar

from ccmadmin.sipservice.numbered import Numbered
from ccmadmin.sipservice.rows import (
    Delta,
    ModelRow,
    NumberRow,
    PartitionRow,
    PhoneRow,
    SipProfileRow,
    SpaceRow,
    UserRow,
)
from sipcore.groups import Groups
from sipcore.ports import SecurityProfileRecord, Settings

K = TypeVar("K", bound=Hashable)
R = TypeVar("R")


class Table(Generic[K, R]):
    """Rows by primary key, and primary keys by natural key."""

    def __init__(self, natural_key: Callable[[R], K]) -> None:
        self.rows: Numbered[R] = Numbered()
        self.ids: dict[K, int] = {}
        self._natural_key = natural_key

    def __len__(self) -> int:
        return len(self.rows)

    def find(self, key: K) -> R | None:
        number = self.ids.get(key)
        return None if number is None else self.rows.get(number)

    def update(self, rows: Mapping[int, R | None]) -> None:
        for number, row in rows.items():
            self._forget(number)
            if row is not None:
                self.rows[number] = row
                self.ids[self._natural_key(row)] = number

    def _forget(self, number: int) -> None:
        row = self.rows.pop(number)
        if row is None:
            return
        key = self._natural_key(row)
        if self.ids.get(key) == number:  # another row may have taken the name meanwhile
            del self.ids[key]


class Numbers:
    """Directory numbers by primary key, and primary keys by partition and number.

    A partition has its own dictionary, whose keys are the texts in the rows: pairs would take
    6 MB for 100,000 numbers.
    """

    def __init__(self) -> None:
        self.rows: Numbered[NumberRow] = Numbered()
        self._ids: dict[int | None, dict[str, int]] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def id_of(self, number: str, partition_id: int | None) -> int | None:
        numbers = self._ids.get(partition_id)
        return None if numbers is None else numbers.get(number)

    def update(self, rows: Mapping[int, NumberRow | None]) -> None:
        for key, row in rows.items():
            self._forget(key)
            if row is not None:
                self.rows[key] = row
                self._ids.setdefault(row.partition_id, {})[row.number] = key

    def _forget(self, key: int) -> None:
        row = self.rows.pop(key)
        if row is None:
            return
        numbers = self._ids[row.partition_id]
        if numbers.get(row.number) == key:  # another row may have taken the number meanwhile
            del numbers[row.number]


class Tables:
    """Changed only by `apply`, in one thread; `revision` is the change log sequence they hold."""

    def __init__(self) -> None:
        self.revision = 0
        self.settings = Settings()
        self.users: Table[str, UserRow] = Table(lambda row: row.userid)
        self.phones: Table[str, PhoneRow] = Table(lambda row: row.name)
        self.numbers = Numbers()
        self.partitions: Table[str, PartitionRow] = Table(lambda row: row.name)
        self.spaces: Table[str, SpaceRow] = Table(lambda row: row.name)
        self.security_profiles: Table[str, SecurityProfileRecord] = Table(lambda row: row.name)
        self.sip_profiles: Table[str, SipProfileRow] = Table(lambda row: row.name)
        self.models: Table[str, ModelRow] = Table(lambda row: row.name)
        self.phones_of_user: Groups[int, int] = Groups(Numbered())
        self.phones_of_number: Groups[int, int] = Groups(Numbered())
        self._partitions_in_order: list[int | None] = [None]

    def apply(self, delta: Delta) -> None:
        self.users.update(delta.users)
        self.numbers.update(delta.numbers)
        if delta.partitions:
            self.partitions.update(delta.partitions)
            self._partitions_in_order = [
                None,
                *(key for _, key in sorted(self.partitions.ids.items())),
            ]
        self.spaces.update(delta.spaces)
        self.security_profiles.update(delta.security_profiles)
        self.sip_profiles.update(delta.sip_profiles)
        self.models.update(delta.models)
        self._index_phones(delta.phones, Groups.discard)
        self.phones.update(delta.phones)
        self._index_phones(delta.phones, Groups.add)
        if delta.settings is not None:
            self.settings = delta.settings
        self.revision = delta.revision

    def _index_phones(self, numbers: Iterable[int], change: "Change") -> None:
        for number in numbers:
            phone = self.phones.rows.get(number)
            if phone is None:
                continue
            if phone.digest_user_id is not None:
                change(self.phones_of_user, phone.digest_user_id, number)
            for number_id in phone.number_ids:
                change(self.phones_of_number, number_id, number)

    def number_ids(self, number: str) -> list[int]:
        """Return the ids of a number in every partition and in <None>, by partition name."""
        found = [self.numbers.id_of(number, key) for key in self._partitions_in_order]
        return [each for each in found if each is not None]


Change = Callable[[Groups[int, int], int, int], None]
