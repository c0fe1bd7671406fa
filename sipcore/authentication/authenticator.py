"""Digest authentication as CallManager uses it: the user ID identifies, the password may verify.

A third-party phone is known only by the digest username of its requests: username, End User, the
one phone whose Digest User that is. So a REGISTER is always challenged, even when the password is
not looked at; other requests only when the phone's security profile says so.
"""

from collections.abc import Callable, Sequence

from sipcore.authentication import reasons
from sipcore.authentication.failures import Failures
from sipcore.authentication.reasons import Claim, shown
from sipcore.authentication.replays import Replays
from sipcore.digest import (
    ALGORITHMS,
    Challenge,
    DigestCredentials,
    Nonces,
    find_credentials,
    verify,
)
from sipcore.message import Headers, Request, Response, SipUri, make_response, parse_uri
from sipcore.ports import (
    Configuration,
    Decision,
    Flow,
    PhoneRecord,
    SecurityProfileRecord,
    Settings,
    Tokens,
    UserRecord,
)
from sipcore.values import dataclass

DEFAULT_ALGORITHM = "MD5"
DEFAULT_VALIDITY_S = 600


@dataclass(frozen=True, slots=True)
class Passed:
    """`userid` is empty when nobody was asked."""

    phone: PhoneRecord
    userid: str = ""


@dataclass(frozen=True, slots=True)
class Challenged:
    """`challenge` is the value of the WWW-Authenticate header; `phones` name who it must be."""

    challenge: str
    decision: Decision
    userid: str = ""
    phones: tuple[str, ...] = ()

    def answer(self, request: Request, to_tag: str) -> Response:
        return _answer(request, self.decision, self.challenge, to_tag)


@dataclass(frozen=True, slots=True)
class Refused:
    """`challenge` is empty unless the refusal is a 401, which must have one."""

    decision: Decision
    challenge: str = ""
    userid: str = ""
    phones: tuple[str, ...] = ()

    def answer(self, request: Request, to_tag: str) -> Response:
        return _answer(request, self.decision, self.challenge, to_tag)


Verdict = Passed | Challenged | Refused


class Authenticator:
    def __init__(
        self, configuration: Configuration, tokens: Tokens, failures: Failures | None = None
    ) -> None:
        self._configuration = configuration
        self._nonces = Nonces(bytes.fromhex(tokens.hex(32)))
        self._failures = Failures() if failures is None else failures
        self._replays = Replays()

    def check(
        self, request: Request, phone: PhoneRecord | None, flow: Flow, now: float
    ) -> Verdict:
        """Say who sent `request`: `phone`, or for None whoever its credentials name.

        Raises `ParseError` for credentials that cannot be read, `UnavailableError`.
        """
        if phone is not None and not phone.security_profile.is_digest_enabled:
            return Passed(phone)
        settings = self._configuration.settings
        credentials = find_credentials(request.headers, "Authorization", settings.realm)
        asked = _Asked(request, phone, credentials, flow, settings, self._carriers)
        if credentials is None:
            return self._first_challenge(asked, now)
        if phone is None:
            phones = self._configuration.phones_of_digest_user(credentials.username)
        else:
            phones = [phone]
        return (
            self._stale(asked, phones, credentials, now)
            or self._broken_rule(asked, phones, credentials, now)
            or self._replayed(asked, phones[0], credentials, now)
            or Passed(phones[0], credentials.username)
        )

    def challenge(self, profile: SecurityProfileRecord, host: str, now: float) -> str:
        """Return the WWW-Authenticate value for a phone that is known."""
        nonce = self._nonces.make(nonce_source(host, profile.algorithm), now)
        return str(Challenge(self._configuration.settings.realm, nonce, profile.algorithm))

    def confirms(
        self,
        credentials: DigestCredentials,
        profile: SecurityProfileRecord,
        method: str,
        host: str,
        now: float,
    ) -> bool:
        """Tell whether credentials are good that differ in nonce and proof from good ones.

        For a request without a body, of a phone whose profile has the password verified. False
        leaves no trace: `check` has then to say what is wrong.
        """
        user = self._configuration.user(credentials.username)
        secret = user.ha1.get(profile.algorithm) if user is not None else None
        if user is None or secret is None:
            return False
        source = nonce_source(host, profile.algorithm)
        return (
            self._nonces.check(credentials.nonce, source, now, profile.nonce_validity_s) == "valid"
            and not self._failures.blocked_for((user.userid, host), secret, now)
            and verify(credentials, method, secret)
            and not self._replays.is_replay(Nonces.stamp(credentials.nonce), credentials.nc)
        )

    def _carriers(self, number: str) -> tuple[PhoneRecord, ...]:
        found = {
            phone.name: phone
            for partition in self._configuration.partitions_of(number)
            for phone, _ in self._configuration.appearances(number, partition)
        }
        return tuple(found.values())

    # -- challenges -----------------------------------------------------------------------------

    def _first_challenge(self, asked: "_Asked", now: float) -> Challenged:
        """Ask for credentials, in the algorithm of the phones that carry the number.

        One challenge only, because phones that know MD5 alone stumble over a second one; and the
        right one at once, because others give up when they are asked again.
        """
        claim = asked.claim
        carriers = claim.carriers
        algorithms = {carrier.security_profile.algorithm for carrier in carriers}
        algorithm = algorithms.pop() if len(algorithms) == 1 else DEFAULT_ALGORITHM
        decision = reasons.challenged(claim, _realms(asked.request.headers))
        return Challenged(
            self._new_challenge(asked, algorithm, now), decision, "", _only(carriers)
        )

    def _stale(
        self,
        asked: "_Asked",
        phones: Sequence[PhoneRecord],
        credentials: DigestCredentials,
        now: float,
    ) -> Challenged | None:
        """Give a new nonce for one that is too old, not ours, or of another algorithm.

        `stale=true` lets the phone answer without asking its owner (RFC 7616 section 3.3). The
        nonce belongs to a host and an algorithm, so that answering a SHA-256 challenge with MD5
        ends in a refusal and not in a loop.
        """
        profile = phones[0].security_profile if len(phones) == 1 else None
        algorithm = _expected_algorithm(profile, credentials)
        validity_s = profile.nonce_validity_s if profile else DEFAULT_VALIDITY_S
        made_for = asked.nonce_source(algorithm)
        freshness = self._nonces.check(credentials.nonce, made_for, now, validity_s)
        if freshness == "valid":
            return None
        return Challenged(
            self._new_challenge(asked, algorithm, now, stale=True),
            reasons.stale_nonce(asked.claim, freshness, validity_s),
            asked.claim.userid,
            _names(phones),
        )

    def _replayed(
        self, asked: "_Asked", phone: PhoneRecord, credentials: DigestCredentials, now: float
    ) -> Challenged | None:
        """Give a new nonce where a nonce count comes again; without qop there is none.

        Looked at last: only who knows the password may use a count up.
        """
        profile = phone.security_profile
        if not credentials.qop or not profile.is_digest_enabled:
            return None
        if not self._replays.is_replay(Nonces.stamp(credentials.nonce), credentials.nc):
            return None
        return Challenged(
            self._new_challenge(asked, profile.algorithm, now, stale=True),
            reasons.replayed(asked.claim, shown(credentials.nc)),
            asked.claim.userid,
            (phone.name,),
        )

    def _new_challenge(
        self, asked: "_Asked", algorithm: str, now: float, *, stale: bool = False
    ) -> str:
        nonce = self._nonces.make(asked.nonce_source(algorithm), now)
        return str(Challenge(asked.settings.realm, nonce, algorithm, stale))

    # -- refusals -------------------------------------------------------------------------------

    def _broken_rule(
        self,
        asked: "_Asked",
        phones: Sequence[PhoneRecord],
        credentials: DigestCredentials,
        now: float,
    ) -> Refused | None:
        user = self._configuration.user(credentials.username)
        if user is None or not phones:
            reason = reasons.unknown_user if user is None else reasons.not_a_digest_user
            claim = asked.claim
            return Refused(reason(claim), "", claim.userid, _only(claim.carriers))
        if len(phones) > 1:
            decision = reasons.shared_digest_user(asked.claim, phones)
            return self._refused(asked, phones, decision, now)
        phone = phones[0]
        if asked.phone is not None and phone.digest_user != user.userid:
            broken: Decision | None = reasons.other_digest_user(asked.claim, phone)
        else:
            broken = _device_rules(asked, phone) or self._password_rules(
                asked, phone, user, credentials, now
            )
        return None if broken is None else self._refused(asked, phones, broken, now)

    def _password_rules(
        self,
        asked: "_Asked",
        phone: PhoneRecord,
        user: UserRecord,
        credentials: DigestCredentials,
        now: float,
    ) -> Decision | None:
        profile = phone.security_profile
        if not profile.is_digest_enabled:
            return None
        if credentials.algorithm != profile.algorithm:
            return reasons.digest_algorithm(asked.claim, phone, shown(credentials.algorithm))
        secret = user.ha1.get(profile.algorithm)
        if secret is None:
            return reasons.no_digest_credentials(asked.claim, phone)
        who = (user.userid, asked.flow.remote[0])
        if wait_s := self._failures.blocked_for(who, secret, now):
            return reasons.too_many_failures(asked.claim, phone, wait_s)
        if verify(credentials, asked.request.method, secret, asked.request.body):
            return None
        self._failures.add(who, secret, now)
        return reasons.digest_password(asked.claim, phone)

    def _refused(
        self, asked: "_Asked", phones: Sequence[PhoneRecord], decision: Decision, now: float
    ) -> Refused:
        challenge = ""
        if decision.status == 401:
            profile = phones[0].security_profile
            challenge = self._new_challenge(asked, profile.algorithm, now)
        return Refused(decision, challenge, asked.claim.userid, _names(phones))


@dataclass(slots=True)
class _Asked:
    """One request, and what it is judged by; `phone` when it is known by other means."""

    request: Request
    phone: PhoneRecord | None
    credentials: DigestCredentials | None
    flow: Flow
    settings: Settings
    find_carriers: Callable[[str], tuple[PhoneRecord, ...]]
    _claim: Claim | None = None

    def nonce_source(self, algorithm: str) -> str:
        return nonce_source(self.flow.remote[0], algorithm)

    @property
    def claim(self) -> Claim:
        """Put what the request says into words; who passes needs none."""
        if self._claim is None:
            self._claim = self._read()
        return self._claim

    def _read(self) -> Claim:
        request, credentials, phone = self.request, self.credentials, self.phone
        line = parse_uri((request.to if request.method == "REGISTER" else request.from_).uri)
        number = line.user if isinstance(line, SipUri) else ""
        find_carriers = self.find_carriers  # not self: a circle is left to the collector
        return Claim(
            method=shown(request.method),
            number=shown(number),
            userid=shown(credentials.username) if credentials else "",
            host=self.flow.remote[0],
            transport=self.flow.transport,
            realm=self.settings.realm,
            answers_as_callmanager=self.settings.callmanager_answers,
            find_carriers=lambda: (phone,) if phone else find_carriers(number),
        )


def nonce_source(host: str, algorithm: str) -> str:
    """Name who may use a nonce: it belongs to a host and an algorithm."""
    return f"{host} {algorithm}"


def _device_rules(asked: _Asked, phone: PhoneRecord) -> Decision | None:
    if not phone.is_active:
        return reasons.device_inactive(asked.claim, phone)
    if asked.flow.transport not in phone.security_profile.transports:
        return reasons.transport(asked.claim, phone)
    return None


def _expected_algorithm(
    profile: SecurityProfileRecord | None, credentials: DigestCredentials
) -> str:
    """Without a password to verify, any algorithm that we may have offered will do."""
    if profile is not None and profile.is_digest_enabled:
        return profile.algorithm
    return credentials.algorithm if credentials.algorithm in ALGORITHMS else DEFAULT_ALGORITHM


def _realms(headers: Headers) -> list[str]:
    """Name the realms of the credentials that came, for the phone that has the wrong one."""
    found = []
    for value in headers.get_all("Authorization"):
        _, _, rest = value.partition("realm=")
        found.append(rest.strip().lstrip('"').partition('"')[0])
    return [realm for realm in found if realm]


def _names(phones: Sequence[PhoneRecord]) -> tuple[str, ...]:
    return tuple(phone.name for phone in phones)


def _only(carriers: Sequence[PhoneRecord]) -> tuple[str, ...]:
    """Name the phone that the number belongs to; of a shared line nobody can tell."""
    return _names(carriers) if len(carriers) == 1 else ()


def _answer(request: Request, decision: Decision, challenge: str, to_tag: str) -> Response:
    response = make_response(request, decision.status, to_tag=to_tag)
    if challenge:
        response.headers.add("WWW-Authenticate", challenge)
    return response
