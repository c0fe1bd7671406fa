"""Rows of configuration as they are read: values that refer to each other by primary key.

Because references are keys and not names, renaming a profile or a partition changes one row here,
however many phones use it, and so does changing what a profile says.

There is a user, a phone and a number for each phone, so these three rows are kept small, and what
many of them have in common is one value that they share.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ccmadmin.sipservice.derived import Derived
from ccmadmin.sipservice.vault import Vault
from sipcore.ports import SecurityProfileRecord, Settings


@dataclass(slots=True)
class UserRow:
    """`octets` are `derived.octets_of` the user; none without Digest Credentials.

    With a `vault` they are still the secret as it is stored, until they are asked for: to open
    those of 100,000 users takes longer than all the rest of a start.
    """

    userid: str
    octets: bytes = field(default=b"", repr=False)
    vault: Vault | None = field(default=None, repr=False)

    @property
    def ha1(self) -> Mapping[str, str]:
        if self.vault is not None:
            self.octets, self.vault = self.vault.open(self.userid, self.octets), None
        return Derived(self.octets) if self.octets else {}


class Button(NamedTuple):
    """What a line is set to; `position` counts the buttons of the phone from 1."""

    position: int
    max_calls: int
    busy_trigger: int


class PhoneSetup(NamedTuple):
    """What a phone is set to, whoever uses it: on a large site nearly always the same."""

    model_id: int
    security_profile_id: int
    sip_profile_id: int | None
    calling_search_space_id: int | None
    is_active: bool
    rerouting_space_id: int | None
    buttons: tuple[Button, ...]


class PhoneRow(NamedTuple):
    """A phone; its `number_ids` and `displays` go with the buttons of its setup, one by one."""

    name: str
    digest_user_id: int | None
    number_ids: tuple[int, ...]
    displays: tuple[str, ...]
    setup: PhoneSetup


class NumberRow(NamedTuple):
    number: str
    partition_id: int | None
    alerting_name: str
    calling_search_space_id: int | None
    is_active: bool


class SpaceRow(NamedTuple):
    """A Calling Search Space; its partitions in order."""

    name: str
    partition_ids: tuple[int, ...]


class PartitionRow(NamedTuple):
    name: str


class ModelRow(NamedTuple):
    name: str
    supports_video: bool


class SipProfileRow(NamedTuple):
    name: str
    ignores_early_media_on_180: bool


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed up to `revision`, by primary key; None stands for a row that is gone."""

    revision: int
    users: Mapping[int, UserRow | None] = field(default_factory=dict)
    phones: Mapping[int, PhoneRow | None] = field(default_factory=dict)
    numbers: Mapping[int, NumberRow | None] = field(default_factory=dict)
    partitions: Mapping[int, PartitionRow | None] = field(default_factory=dict)
    spaces: Mapping[int, SpaceRow | None] = field(default_factory=dict)
    security_profiles: Mapping[int, SecurityProfileRecord | None] = field(default_factory=dict)
    sip_profiles: Mapping[int, SipProfileRow | None] = field(default_factory=dict)
    models: Mapping[int, ModelRow | None] = field(default_factory=dict)
    settings: Settings | None = None

    @property
    def touches_shared(self) -> bool:
        """Tell whether anything changed that many phones have in common."""
        return bool(
            self.partitions
            or self.spaces
            or self.security_profiles
            or self.sip_profiles
            or self.models
        )
