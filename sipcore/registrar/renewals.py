"""REGISTERs that say what the phone said when it was last found right (RFC 3261 section 10.2.4).

Nearly every REGISTER there is says nothing new. Which phone it is, that the number is on its line,
what its Contact and Expires are: all that was judged before, and holds as long as neither the
phone's record nor the binding has changed. Left to judge are the order and the password.

What is remembered is a fingerprint for each phone. Forgetting it costs time, not more.
"""

from sipcore.authentication import Authenticator
from sipcore.bindings import Bindings
from sipcore.ports import (
    Asked,
    Binding,
    Configuration,
    Flow,
    PhoneRecord,
    Renewal,
    SecurityProfileRecord,
    Settings,
    Tokens,
    UnavailableError,
)
from sipcore.registrar.outline import Outline
from sipcore.registrar.registrar import listed
from sipcore.transaction import stateless_tag_of
from sipcore.values import dataclass

MEMORY = 200_000
"""Phones, some 200 octets each; beyond them all are forgotten."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A REGISTER that was read with care; `by` is a hash of the phone and the settings then."""

    outline: Outline
    phone: PhoneRecord
    by: int
    revision: int


@dataclass(slots=True)
class Standing:
    """What a phone said, and the binding that it has by that.

    `said` is of its credentials, `judged_by` of all that it was judged by, which is the same as
    it was up to `revision`; `profile` is as it was then.
    """

    binding: Binding
    profile: SecurityProfileRecord
    userid: str
    said: int
    judged_by: int
    revision: int


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a refresh leads to: the change, and the 200 for when it is durable."""

    known: Binding
    renewal: Renewal
    answer: bytes


class Renewals:
    def __init__(
        self,
        configuration: Configuration,
        bindings: Bindings,
        authenticator: Authenticator,
        tokens: Tokens,
        memory: int = MEMORY,
    ) -> None:
        self._configuration = configuration
        self._bindings = bindings
        self._authenticator = authenticator
        self._tokens = tokens
        self._memory = memory
        self._standings: dict[int, Standing] = {}

    def __len__(self) -> int:
        return len(self._standings)

    def judged(self, outline: Outline, phone: PhoneRecord) -> Judged:
        """Hold on to what judges the phone now: while the disk is waited for, it may change."""
        by = judged_by(phone, self._configuration.settings)
        return Judged(outline, phone, by, self._configuration.revision)

    def note(self, judged: Judged, binding: Binding) -> None:
        """Remember a REGISTER that has made `binding` what it is."""
        outline, profile = judged.outline, judged.phone.security_profile
        # Where no password is verified there is too little to tell the phone from a stranger.
        if outline.credentials is None or not profile.is_digest_enabled:
            return
        if binding.path:  # the answer would have to repeat it
            return
        if len(self._standings) >= self._memory:
            self._standings.clear()
        self._standings[outline.fingerprint] = Standing(
            binding,
            profile,
            judged.phone.digest_user,
            outline.said,
            judged.by,
            judged.revision,
        )

    def find(self, outline: Outline) -> Standing | None:
        """Return how a phone stands that says the same again; None when that may not hold."""
        standing = self._standings.get(outline.fingerprint)
        if standing is None or outline.cseq <= standing.binding.cseq:
            return None
        if not self._bindings.is_alone(standing.binding):
            return None
        try:
            is_same = self._is_judged_by_the_same(standing)
        except UnavailableError:
            return None
        return standing if is_same else None

    def _is_judged_by_the_same(self, standing: Standing) -> bool:
        """Most changes concern other phones, or what nobody asks for when a phone registers."""
        revision = self._configuration.revision
        if standing.revision == revision:
            return True
        settings = self._configuration.settings
        phones = self._configuration.phones_of_digest_user(standing.userid)
        if [judged_by(phone, settings) for phone in phones] != [standing.judged_by]:
            return False
        standing.profile = phones[0].security_profile
        standing.revision = revision
        return True

    # -- with credentials ------------------------------------------------------------------------

    def renew(
        self, standing: Standing, outline: Outline, flow: Flow, now: float
    ) -> Renewed | None:
        """Say what a refresh leads to; None when the credentials have to be judged with care.

        The nonce count is used up with that; no binding has changed yet.
        """
        known, credentials = standing.binding, outline.credentials
        if credentials is None or outline.said != standing.said:
            return None
        host = flow.remote[0]
        if not self._authenticator.confirms(credentials, standing.profile, "REGISTER", host, now):
            return None
        settings = self._configuration.settings
        granted_s = settings.keepalive_interval_s
        binding = known.renewed(outline.cseq, now + granted_s + settings.keepalive_grace_s)
        standing.binding = binding
        renewal = Renewal(binding, standing.userid, granted_s, now)
        return Renewed(known, renewal, self._granted(outline, binding, granted_s))

    def _granted(self, outline: Outline, binding: Binding, granted_s: int) -> bytes:
        return (
            "SIP/2.0 200 OK\r\n"
            f"{_copied(outline, binding.flow, self._tokens.hex(8))}"
            f"Contact: {listed(binding, granted_s)}\r\n"
            f"Expires: {granted_s}\r\n"
            "Content-Length: 0\r\n\r\n"
        ).encode()

    # -- without credentials ---------------------------------------------------------------------

    def ask(
        self, standing: Standing, outline: Outline, flow: Flow, now: float
    ) -> tuple[bytes, Asked]:
        """Return the 401 for a phone that brings no credentials, and what to record of it."""
        challenge = self._authenticator.challenge(standing.profile, flow.remote[0], now)
        via = outline.stamped_via(flow)
        to_tag = stateless_tag_of(via, outline.from_, outline.call_id, outline.sequence)
        answer = (
            "SIP/2.0 401 Unauthorized\r\n"
            f"{_copied(outline, flow, to_tag)}"
            f"WWW-Authenticate: {challenge}\r\n"
            "Content-Length: 0\r\n\r\n"
        ).encode()
        realm = self._configuration.settings.realm
        return answer, Asked(standing.binding, standing.userid, realm, now)


def judged_by(phone: PhoneRecord, settings: Settings) -> int:
    """Return a hash of all that decides whether a phone may have its binding.

    A hash, because records take ten times the memory. Not of all there is: when a profile or a
    calling search space is saved that all phones share, they are recognized as before. What is
    left out is either asked for at each refresh, as the password and how long a nonce is good, or
    for calls only; whether that is so, a test finds out by changing each field there is.
    """
    profile = phone.security_profile
    return hash(
        (
            phone.name,
            phone.digest_user,
            phone.is_active,
            profile.transports,
            profile.is_digest_enabled,
            profile.algorithm,
            tuple([(line.number.number, line.number.partition) for line in phone.lines]),
            settings,
        )
    )


def _copied(outline: Outline, flow: Flow, to_tag: str) -> str:
    """Write what every answer copies from the request (8.2.6.2)."""
    return (
        f"Via: {outline.stamped_via(flow)}\r\n"
        f"From: {outline.from_}\r\n"
        f"To: {outline.fields['To']};tag={to_tag}\r\n"
        f"Call-ID: {outline.call_id}\r\n"
        f"CSeq: {outline.sequence}\r\n"
    )
