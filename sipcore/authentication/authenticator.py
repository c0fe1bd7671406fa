"""Digest authentication as CallManager uses it: the user ID identifies, the password may verify.

A third-party phone is known only by the digest username of its requests: username, End User, the
one phone whose Digest User that is. So a REGISTER is always challenged, even when the password is
not looked at; other requests only when the phone's security profile says so.
"""

from collections.abc import Sequence

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
        claim = self._claim(request, phone, credentials, flow)
        if credentials is None:
            return self._first_challenge(claim, phone, request.headers, now)
        if phone is None:
            phones = self._configuration.phones_of_digest_user(credentials.username)
        else:
            phones = [phone]
        stale = self._stale(claim, phones, credentials, now)
        if stale is not None:
            return stale
        verdict = self._judge(claim, phones, credentials, request, phone is not None, now)
        return self._replayed(claim, verdict, credentials, now) or verdict

    def _claim(
        self,
        request: Request,
        phone: PhoneRecord | None,
        credentials: DigestCredentials | None,
        flow: Flow,
    ) -> Claim:
        line = parse_uri((request.to if request.method == "REGISTER" else request.from_).uri)
        number = line.user if isinstance(line, SipUri) else ""
        settings = self._configuration.settings
        return Claim(
            method=shown(request.method),
            number=shown(number),
            userid=shown(credentials.username) if credentials else "",
            host=flow.remote[0],
            transport=flow.transport,
            realm=settings.realm,
            answers_as_callmanager=settings.callmanager_answers,
            find_carriers=lambda: (phone,) if phone else self._carriers(number),
        )

    def _carriers(self, number: str) -> tuple[PhoneRecord, ...]:
        found = {
            phone.name: phone
            for partition in self._configuration.partitions_of(number)
            for phone, _ in self._configuration.appearances(number, partition)
        }
        return tuple(found.values())

    # -- challenges -----------------------------------------------------------------------------

    def _first_challenge(
        self, claim: Claim, phone: PhoneRecord | None, headers: Headers, now: float
    ) -> Challenged:
        """Ask for credentials, in the algorithm of the phones that carry the number.

        One challenge only, because phones that know MD5 alone stumble over a second one; and the
        right one at once, because others give up when they are asked again.
        """
        carriers = claim.carriers
        algorithms = {carrier.security_profile.algorithm for carrier in carriers}
        algorithm = algorithms.pop() if len(algorithms) == 1 else DEFAULT_ALGORITHM
        decision = reasons.challenged(claim, _realms(headers))
        return Challenged(
            self._new_challenge(claim, algorithm, now), decision, "", _only(carriers)
        )

    def _stale(
        self,
        claim: Claim,
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
        made_for = f"{claim.host} {algorithm}"
        freshness = self._nonces.check(credentials.nonce, made_for, now, validity_s)
        if freshness == "valid":
            return None
        return Challenged(
            self._new_challenge(claim, algorithm, now, stale=True),
            reasons.stale_nonce(claim, freshness, validity_s),
            claim.userid,
            _names(phones),
        )

    def _replayed(
        self, claim: Claim, verdict: Passed | Refused, credentials: DigestCredentials, now: float
    ) -> Challenged | None:
        """Give a new nonce where a nonce count comes again; without qop there is none.

        Looked at last: only who knows the password may use a count up.
        """
        if not isinstance(verdict, Passed) or not credentials.qop:
            return None
        profile = verdict.phone.security_profile
        nonce = credentials.nonce
        if not profile.is_digest_enabled or not self._replays.is_replay(
            nonce, self._nonces.made_at(nonce), credentials.nc
        ):
            return None
        return Challenged(
            self._new_challenge(claim, profile.algorithm, now, stale=True),
            reasons.replayed(claim, shown(credentials.nc)),
            claim.userid,
            (verdict.phone.name,),
        )

    def _new_challenge(
        self, claim: Claim, algorithm: str, now: float, *, stale: bool = False
    ) -> str:
        nonce = self._nonces.make(f"{claim.host} {algorithm}", now)
        return str(Challenge(claim.realm, nonce, algorithm, stale))

    # -- refusals -------------------------------------------------------------------------------

    def _judge(
        self,
        claim: Claim,
        phones: Sequence[PhoneRecord],
        credentials: DigestCredentials,
        request: Request,
        is_known: bool,
        now: float,
    ) -> Passed | Refused:
        user = self._configuration.user(credentials.username)
        if user is None or not phones:
            reason = reasons.unknown_user if user is None else reasons.not_a_digest_user
            return Refused(reason(claim), "", claim.userid, _only(claim.carriers))
        if len(phones) > 1:
            return self._refused(claim, phones, reasons.shared_digest_user(claim, phones), now)
        phone = phones[0]
        if is_known and phone.digest_user != user.userid:
            broken: Decision | None = reasons.other_digest_user(claim, phone)
        else:
            broken = _device_rules(claim, phone) or self._password_rules(
                claim, phone, user, credentials, request, now
            )
        if broken is not None:
            return self._refused(claim, phones, broken, now)
        return Passed(phone, user.userid)

    def _password_rules(
        self,
        claim: Claim,
        phone: PhoneRecord,
        user: UserRecord,
        credentials: DigestCredentials,
        request: Request,
        now: float,
    ) -> Decision | None:
        profile = phone.security_profile
        if not profile.is_digest_enabled:
            return None
        if credentials.algorithm != profile.algorithm:
            return reasons.digest_algorithm(claim, phone, shown(credentials.algorithm))
        secret = user.ha1.get(profile.algorithm)
        if secret is None:
            return reasons.no_digest_credentials(claim, phone)
        who = (user.userid, claim.host)
        if wait_s := self._failures.blocked_for(who, secret, now):
            return reasons.too_many_failures(claim, phone, wait_s)
        if verify(credentials, request.method, secret, request.body):
            return None
        self._failures.add(who, secret, now)
        return reasons.digest_password(claim, phone)

    def _refused(
        self, claim: Claim, phones: Sequence[PhoneRecord], decision: Decision, now: float
    ) -> Refused:
        challenge = ""
        if decision.status == 401:
            profile = phones[0].security_profile
            challenge = self._new_challenge(claim, profile.algorithm, now)
        return Refused(decision, challenge, claim.userid, _names(phones))


def _device_rules(claim: Claim, phone: PhoneRecord) -> Decision | None:
    if not phone.is_active:
        return reasons.device_inactive(claim, phone)
    if claim.transport not in phone.security_profile.transports:
        return reasons.transport(claim, phone)
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
