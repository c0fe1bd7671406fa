"""What the engine needs from its host, as values and protocols.

The host (Django's side, or a test) provides a `Configuration` and `Tokens`; the engine tells it
what happened in `Decision`, `RegistrationAttempt` and `CallRecord`. Every time is in seconds on
the engine's own monotonic clock; the host turns it into dates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Protocol

from sipcore.message import Limits
from sipcore.values import dataclass

Address = tuple[str, int]
"""Host (numeric, IPv6 without brackets) and port."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One way to reach a peer: over UDP a pair of addresses, over TCP one connection.

    `connection` numbers a TCP connection of this process; 0 stands for UDP, or for "no connection
    yet: open one to `remote`".
    """

    transport: str
    local: Address
    remote: Address
    connection: int = 0

    @property
    def is_reliable(self) -> bool:
        return self.transport != "UDP"


class Tokens(Protocol):
    """The one source of randomness: tags, branches, Call-IDs, nonces."""

    def hex(self, octets: int) -> str:
        """Return `2 * octets` unpredictable hexadecimal digits."""
        ...


# -- configuration, as the SIP process sees it ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class UserRecord:
    """An End User. `ha1` maps each digest algorithm to H(user:realm:password).

    It is empty when the user has no Digest Credentials.
    """

    userid: str
    ha1: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class SecurityProfileRecord:
    """What a SIP Phone Security Profile says about a phone's requests."""

    name: str
    transports: frozenset[str] = frozenset({"UDP", "TCP"})
    is_digest_enabled: bool = False
    algorithm: str = "MD5"
    nonce_validity_s: int = 600


@dataclass(frozen=True, slots=True)
class NumberRecord:
    """A Directory Number; `partition` is "" for <None>.

    `calling_search_space` holds the partitions of the line's calling search space in order.
    """

    number: str
    partition: str = ""
    alerting_name: str = ""
    calling_search_space: tuple[str, ...] = ()
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class LineRecord:
    """A Directory Number on one button of one phone; `index` counts from 1."""

    index: int
    number: NumberRecord
    display: str = ""
    max_calls: int = 2
    busy_trigger: int = 2


@dataclass(frozen=True, slots=True)
class PhoneRecord:
    """A phone with its lines, ordered by index.

    `rerouting_calling_search_space` says where it may transfer and redirect calls to; None when
    the phone has none: then wherever it may call.
    """

    name: str
    model: str
    security_profile: SecurityProfileRecord
    digest_user: str = ""
    allows_video: bool = False
    is_active: bool = True
    calling_search_space: tuple[str, ...] = ()
    lines: tuple[LineRecord, ...] = ()
    ignores_early_media_on_180: bool = False
    rerouting_calling_search_space: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Service parameters that the engine obeys, under CallManager's names.

    `callmanager_answers` restores CallManager's own answers to unknown users (404) where the
    product otherwise answers as to a wrong password.
    """

    realm: str = "ccmsipline"
    keepalive_interval_s: int = 120
    keepalive_grace_s: int = 15
    callmanager_answers: bool = False
    alerting_timeout_s: int = 180
    session_expires_s: int = 1800
    min_se_s: int = 90
    limits: Limits = Limits(message_octets=11_000)


class Configuration(Protocol):
    """The records in force now; `revision` is the ChangeLog sequence that they hold.

    Every method raises `UnavailableError` while nothing could be loaded yet: "cannot ask" is not
    "not found".
    """

    @property
    def revision(self) -> int: ...

    @property
    def settings(self) -> Settings: ...

    def user(self, userid: str) -> UserRecord | None: ...

    def phone(self, name: str) -> PhoneRecord | None: ...

    def phones_of_digest_user(self, userid: str) -> Sequence[PhoneRecord]: ...

    def find_number(self, number: str, partitions: Sequence[str]) -> NumberRecord | None:
        """Look `number` up in `partitions`, in their order, and at last in <None>."""
        ...

    def partitions_of(self, number: str) -> Sequence[str]:
        """Name every partition that holds `number`; for the advice after a 404."""
        ...

    def appearances(self, number: str, partition: str) -> Sequence[tuple[PhoneRecord, LineRecord]]:
        """Return every phone that carries the number, with the line it is on."""
        ...


class UnavailableError(Exception):
    """The host cannot answer now; phones get 503 with Retry-After."""


# -- what happened -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decision:
    """Why a request was accepted or refused; the wire stays generic, this says it all.

    `outcome` is "accepted", "removed", "challenged" or "refused"; `rule` a stable key such as
    "digest-password"; `status` the response sent; `reason_code` CallManager's alarm reason
    (registrar: 2, 10, 13 ...), 0 when there is none. No text holds a secret.
    """

    outcome: str
    rule: str
    status: int
    summary: str = ""
    expected: str = ""
    received: str = ""
    advice: str = ""
    reason_code: int = 0


@dataclass(frozen=True, slots=True)
class Binding:
    """One contact of one line of one phone (RFC 3261 section 10.3); the highest q comes first."""

    phone: str
    number: str
    partition: str
    contact: str
    flow: Flow
    call_id: str
    cseq: int
    registered_at: float
    expires_at: float
    user_agent: str = ""
    requested_expires_s: int | None = None
    path: tuple[str, ...] = ()
    q: float = 1.0

    @property
    def key(self) -> tuple[str, str, str]:
        return self.phone, self.number, self.contact

    def renewed(
        self, cseq: int, expires_at: float, registered_at: float | None = None
    ) -> "Binding":
        """Return the binding as a refresh makes it; a third of the cost of `replace`."""
        return Binding(
            self.phone,
            self.number,
            self.partition,
            self.contact,
            self.flow,
            self.call_id,
            cseq,
            self.registered_at if registered_at is None else registered_at,
            expires_at,
            self.user_agent,
            self.requested_expires_s,
            self.path,
            self.q,
        )

    def since(self, registered_at: float) -> "Binding":
        """Return the binding as one that began earlier."""
        return self.renewed(self.cseq, self.expires_at, registered_at)


@dataclass(frozen=True, slots=True)
class Renewal:
    """A refresh that changed nothing but CSeq and times; `binding` is as it is now.

    The others are what its `RegistrationAttempt` would say besides.
    """

    binding: Binding
    userid: str
    granted_s: int
    at: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A challenge to a phone that is registered: news only if it does not answer.

    `userid` is its Digest User, `realm` the one that it was asked for.
    """

    binding: Binding
    userid: str
    realm: str
    at: float


@dataclass(frozen=True, slots=True)
class RegistrationAttempt:
    """One REGISTER and its decision; fields that are not known are empty."""

    at: float
    flow: Flow
    decision: Decision
    phone: str = ""
    userid: str = ""
    number: str = ""
    contact: str = ""
    call_id: str = ""
    user_agent: str = ""
    requested_expires_s: int | None = None


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call, written when it is over; times that did not come are None.

    `status` is the final response the caller got (200 when answered), `cause` the Q.850 cause,
    `ended_by` "caller", "called" or "system".
    """

    call_id: str
    caller_phone: str
    caller_number: str
    caller_partition: str
    dialed: str
    called_number: str
    called_partition: str
    called_phone: str
    started_at: float
    ringing_at: float | None
    answered_at: float | None
    ended_at: float
    status: int
    cause: int
    ended_by: str
    decision: Decision
