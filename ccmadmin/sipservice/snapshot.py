"""The configuration that the engine asks: `sipcore.ports.Configuration` over `Tables`.

Records are put together from rows when they are asked for, and kept for a while, but never longer
than what they are made of stays the same. All methods run in the loop's thread, so that a change
comes between two messages and never within one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ccmadmin.sipservice.kept import Kept
from ccmadmin.sipservice.rows import Delta, PhoneSetup
from ccmadmin.sipservice.tables import Tables
from sipcore.ports import (
    LineRecord,
    NumberRecord,
    PhoneRecord,
    SecurityProfileRecord,
    Settings,
    UnavailableError,
    UserRecord,
)

# A phone whose profile cannot be found is let in by nothing.
NO_PROFILE = SecurityProfileRecord(name="", transports=frozenset())


@dataclass(frozen=True, slots=True)
class Setup:
    """What a `PhoneSetup` means: the part of a `PhoneRecord` that many phones have in common."""

    model: str
    security_profile: SecurityProfileRecord
    allows_video: bool
    calling_search_space: tuple[str, ...]
    ignores_early_media_on_180: bool
    rerouting_calling_search_space: tuple[str, ...] | None


class Snapshot:
    """Implements `sipcore.ports.Configuration`."""

    def __init__(self, tables: Tables | None = None) -> None:
        self._loaded = tables
        self._phones: Kept[int, PhoneRecord] = Kept(self._make_phone)
        self._numbers: Kept[int, NumberRecord] = Kept(self._make_number)
        self._setups: Kept[PhoneSetup, Setup] = Kept(self._make_setup)
        self._spaces: Kept[int | None, tuple[str, ...]] = Kept(self._make_space)

    # -- changes ---------------------------------------------------------------------------------

    def replace(self, tables: Tables) -> None:
        """Go over to another set of tables, as after the first load."""
        self._loaded = tables
        self._drop_all()

    def apply(self, delta: Delta) -> None:
        tables = self._tables
        self._drop_changed(tables, delta)
        tables.apply(delta)
        self._drop_changed(tables, delta)
        if delta.touches_shared:
            self._drop_all()

    def _drop_all(self) -> None:
        for kept in (self._phones, self._numbers, self._setups, self._spaces):
            kept.drop_all()

    def _drop_changed(self, tables: Tables, delta: Delta) -> None:
        """Drop what is made of changed rows; before the change and after it."""
        for number in delta.phones:
            self._phones.drop(number)
        for number in delta.numbers:
            self._numbers.drop(number)
            self._drop_phones(tables.phones_of_number.of(number))
        for number in delta.users:
            self._drop_phones(tables.phones_of_user.of(number))

    def _drop_phones(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._phones.drop(number)

    @property
    def tables(self) -> Tables | None:
        return self._loaded

    @property
    def _tables(self) -> Tables:
        if self._loaded is None:
            raise UnavailableError("the configuration has not been loaded yet")
        return self._loaded

    # -- sipcore.ports.Configuration -------------------------------------------------------------

    @property
    def revision(self) -> int:
        return self._tables.revision

    @property
    def settings(self) -> Settings:
        if self._loaded is None:
            return self._tables.settings  # which says so
        return self._loaded.settings  # asked for by every message

    def user(self, userid: str) -> UserRecord | None:
        row = self._tables.users.find(userid)
        return None if row is None else UserRecord(userid, row.ha1)

    def phone(self, name: str) -> PhoneRecord | None:
        number = self._tables.phones.ids.get(name)
        return None if number is None else self._phones.get(number)

    def phones_of_digest_user(self, userid: str) -> Sequence[PhoneRecord]:
        user = self._tables.users.ids.get(userid)
        numbers = () if user is None else self._tables.phones_of_user.of(user)
        if len(numbers) == 1:
            return [self._phones.get(numbers[0])]
        return sorted(map(self._phones.get, numbers), key=lambda phone: phone.name)

    def find_number(self, number: str, partitions: Sequence[str]) -> NumberRecord | None:
        numbers, known = self._tables.numbers, self._tables.partitions.ids
        for key in [*(known[name] for name in partitions if name in known), None]:
            found = numbers.id_of(number, key)
            if found is not None:
                return self._numbers.get(found)
        return None

    def partitions_of(self, number: str) -> Sequence[str]:
        return [self._numbers.get(each).partition for each in self._tables.number_ids(number)]

    def appearances(self, number: str, partition: str) -> Sequence[tuple[PhoneRecord, LineRecord]]:
        tables = self._tables
        key = tables.partitions.ids.get(partition) if partition else None
        if partition and key is None:
            return []
        found = tables.numbers.id_of(number, key)
        if found is None:
            return []
        phones = map(self._phones.get, tables.phones_of_number.of(found))
        return [
            (phone, line)
            for phone in sorted(phones, key=lambda each: each.name)
            for line in phone.lines
            if (line.number.number, line.number.partition) == (number, partition)
        ]

    # -- records from rows -----------------------------------------------------------------------

    def _make_phone(self, number: int) -> PhoneRecord:
        tables = self._tables
        name, user_id, number_ids, displays, setup = tables.phones.rows[number]
        user = tables.users.rows.get(user_id or 0)
        meant = self._setups.get(setup)
        known = tables.numbers.rows
        lines = [
            LineRecord(
                button.position,
                self._numbers.get(number_id),
                display,
                button.max_calls,
                button.busy_trigger,
            )
            for number_id, display, button in zip(number_ids, displays, setup.buttons, strict=True)
            if number_id in known
        ]
        return PhoneRecord(
            name,
            meant.model,
            meant.security_profile,
            user.userid if user else "",
            meant.allows_video,
            setup.is_active,
            meant.calling_search_space,
            tuple(lines),
            meant.ignores_early_media_on_180,
            meant.rerouting_calling_search_space,
        )

    def _make_setup(self, setup: PhoneSetup) -> Setup:
        tables = self._tables
        model = tables.models.rows.get(setup.model_id)
        profile = tables.security_profiles.rows.get(setup.security_profile_id)
        sip_profile = tables.sip_profiles.rows.get(setup.sip_profile_id or 0)
        rerouting = setup.rerouting_space_id
        return Setup(
            model=model.name if model else "",
            security_profile=profile or NO_PROFILE,
            allows_video=bool(model and model.supports_video),
            calling_search_space=self._spaces.get(setup.calling_search_space_id),
            ignores_early_media_on_180=bool(
                sip_profile and sip_profile.ignores_early_media_on_180
            ),
            rerouting_calling_search_space=(
                None if rerouting is None else self._spaces.get(rerouting)
            ),
        )

    def _make_number(self, number: int) -> NumberRecord:
        text, partition_id, alerting_name, space_id, is_active = self._tables.numbers.rows[number]
        partition = self._tables.partitions.rows.get(partition_id or 0)
        return NumberRecord(
            text,
            partition.name if partition else "",
            alerting_name,
            self._spaces.get(space_id),
            is_active,
        )

    def _make_space(self, number: int | None) -> tuple[str, ...]:
        space = None if number is None else self._tables.spaces.rows.get(number)
        if space is None:
            return ()
        names = self._tables.partitions.rows
        return tuple(names[each].name for each in space.partition_ids if each in names)
