"""Why a request did not authenticate, in words for the administrator.

The wire says the same to everybody who has not shown a password: a stranger learns neither which
users exist nor which have a phone. The answer is 403, because RFC 3261 section 21.4.4 says
"Authorization will not help, and the request SHOULD NOT be repeated"; after a second 401 many
phones send the same wrong password again at once, some without end. With `callmanager_answers`
unknown users get CallManager's 404 and wrong passwords its new 401.
"""

from collections.abc import Callable, Sequence

from sipcore.ports import Decision, PhoneRecord
from sipcore.values import dataclass

NO_ENTRY = 2
DATABASE_CONFIGURATION = 3
AUTHENTICATION = 10
PROTOCOL_MISMATCH = 15
DEVICE_NOT_ACTIVE = 16
"""CallManager's alarm reasons."""

SHOWN_CHARACTERS = 128


def shown(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    """Make text from the wire fit for a page and a database: valid, printable, not too long."""
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text
    valid = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    printable = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in valid)
    return printable if len(printable) <= limit else printable[: limit - 1] + "…"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says about its sender, fit to be shown, and what it is judged by."""

    method: str
    number: str
    userid: str
    host: str
    transport: str
    realm: str
    answers_as_callmanager: bool = False
    find_carriers: Callable[[], tuple[PhoneRecord, ...]] = tuple

    @property
    def carriers(self) -> tuple[PhoneRecord, ...]:
        """The phones that have the number on a line; who proves a password need not be told."""
        return self.find_carriers()

    @property
    def came(self) -> str:
        number = f" for number {self.number}" if self.number else ""
        return f"a {self.method}{number} from {self.host} over {self.transport}"

    @property
    def hint(self) -> str:
        """Say whom the number belongs to, when that is one phone."""
        carriers = self.carriers
        if len(carriers) != 1:
            return ""
        phone = carriers[0]
        whose = f"is {phone.digest_user}" if phone.digest_user else "is not set"
        return f" Number {self.number} is on {phone.name}, whose Digest User {whose}."

    @property
    def unknown_status(self) -> int:
        return 404 if self.answers_as_callmanager else 403

    @property
    def password_status(self) -> int:
        return 401 if self.answers_as_callmanager else 403


def challenged(claim: Claim, other_realms: Sequence[str] = ()) -> Decision:
    if other_realms:
        named = ", ".join(shown(realm) for realm in other_realms)
        received = f"Credentials for another realm ({named}) in {claim.came}."
    else:
        received = f"No credentials in {claim.came}, as in the first request of every phone."
    return Decision(
        "challenged",
        "challenged",
        401,
        "The phone was asked who it is",
        f"Digest credentials for realm {claim.realm}; their user ID tells which phone this is.",
        received,
        "Nothing, when the phone answers. If it does not, enter the user ID of its Digest User "
        "as the authorization ID and let it take the realm from the challenge." + claim.hint,
    )


def stale_nonce(claim: Claim, freshness: str, validity_s: int) -> Decision:
    old = f"A nonce older than {validity_s} seconds"
    foreign = "A nonce that this server did not make for this address and algorithm"
    return Decision(
        "challenged",
        "stale-nonce",
        401,
        "The phone was given a new nonce",
        f"A nonce of this server, not older than the Nonce Validity Time of {validity_s} seconds.",
        f"{old if freshness == 'stale' else foreign}, in {claim.came}.",
        "Nothing: the phone answers the new challenge by itself.",
    )


def replayed(claim: Claim, count: str) -> Decision:
    return Decision(
        "challenged",
        "nonce-count",
        401,
        "The phone was given a new nonce, because it used the old one twice in the same way",
        "A nonce count (nc) above that of the request before, while the nonce is the same.",
        f"The nonce count {count}, or one above it, a second time in {claim.came}.",
        "Nothing when it happens now and then: the phone answers the new challenge by itself. If "
        "the phone did not send it, somebody repeats its messages.",
    )


def unknown_user(claim: Claim) -> Decision:
    return Decision(
        "refused",
        "unknown-user",
        claim.unknown_status,
        f"No End User has the ID {claim.userid}",
        "The user ID of an End User who is the Digest User of a phone, spelled exactly.",
        f"The authorization ID {claim.userid} in {claim.came}.",
        "On the phone enter the user ID of its Digest User as the authorization ID, or create "
        f"the End User {claim.userid} and select it as the Digest User of the phone." + claim.hint,
        NO_ENTRY,
    )


def not_a_digest_user(claim: Claim) -> Decision:
    return Decision(
        "refused",
        "not-a-digest-user",
        claim.unknown_status,
        f"{claim.userid} is the Digest User of no phone",
        f"A phone whose Digest User is {claim.userid}. Owner User ID and Device Association "
        "do not count here.",
        f"The authorization ID {claim.userid} in {claim.came}.",
        f"Open the phone and select {claim.userid} as its Digest User." + claim.hint,
        NO_ENTRY,
    )


def shared_digest_user(claim: Claim, phones: Sequence[PhoneRecord]) -> Decision:
    names = ", ".join(sorted(phone.name for phone in phones))
    return Decision(
        "refused",
        "shared-digest-user",
        claim.unknown_status,
        f"{claim.userid} is the Digest User of {len(phones)} phones",
        "Exactly one phone for each Digest User: the user ID is all that tells phones apart.",
        f"The authorization ID {claim.userid}, which stands for {names}, in {claim.came}.",
        f"Select another End User as the Digest User of all but one of {names}.",
        DATABASE_CONFIGURATION,
    )


def other_digest_user(claim: Claim, phone: PhoneRecord) -> Decision:
    return Decision(
        "refused",
        "not-a-digest-user",
        claim.unknown_status,
        f"{claim.userid} is not the Digest User of {phone.name}",
        f"The authorization ID {phone.digest_user}, with which {phone.name} registers.",
        f"The authorization ID {claim.userid} in {claim.came}.",
        f"On the phone use the authorization ID {phone.digest_user} for all its lines.",
        NO_ENTRY,
    )


def device_inactive(claim: Claim, phone: PhoneRecord) -> Decision:
    return Decision(
        "refused",
        "device-inactive",
        403,
        f"{phone.name} is not active",
        f"Device Is Active checked for {phone.name}.",
        f"The authorization ID {claim.userid} in {claim.came}.",
        f"Open {phone.name} and check Device Is Active.",
        DEVICE_NOT_ACTIVE,
    )


def transport(claim: Claim, phone: PhoneRecord) -> Decision:
    profile = phone.security_profile
    allowed = "+".join(sorted(profile.transports))
    return Decision(
        "refused",
        "transport",
        403,
        f"{phone.name} may not use {claim.transport}",
        f"{allowed}, the Transport Type of the SIP Phone Security Profile {profile.name}.",
        f"The authorization ID {claim.userid} in {claim.came}.",
        f"Set the phone to {allowed}, or give {phone.name} a profile that allows "
        f"{claim.transport}.",
        PROTOCOL_MISMATCH,
    )


def no_digest_credentials(claim: Claim, phone: PhoneRecord) -> Decision:
    return Decision(
        "refused",
        "no-digest-credentials",
        claim.password_status,
        f"{claim.userid} has no Digest Credentials",
        f"Digest Credentials of {claim.userid}, because {_digest_is_on(phone)}.",
        f"The authorization ID {claim.userid} in {claim.came}; there is nothing to compare its "
        "password with.",
        f"Enter Digest Credentials for {claim.userid} and the same on the phone, or give "
        f"{phone.name} a profile without digest authentication.",
        AUTHENTICATION,
    )


def digest_algorithm(claim: Claim, phone: PhoneRecord, algorithm: str) -> Decision:
    profile = phone.security_profile
    return Decision(
        "refused",
        "digest-algorithm",
        403,
        f"The phone answers with {algorithm}, not with {profile.algorithm}",
        f"A response made with {profile.algorithm}, the Digest Algorithm of the SIP Phone "
        f"Security Profile {profile.name}.",
        f"A response of {claim.userid} made with {algorithm} in {claim.came}.",
        f"Give {phone.name} a profile whose Digest Algorithm is MD5; few phones know another.",
        AUTHENTICATION,
    )


def digest_password(claim: Claim, phone: PhoneRecord) -> Decision:
    return Decision(
        "refused",
        "digest-password",
        claim.password_status,
        f"The password is not the Digest Credentials of {claim.userid}",
        f"A response made with the Digest Credentials of {claim.userid}, realm {claim.realm}, "
        f"because {_digest_is_on(phone)}.",
        f"A response made with another password in {claim.came}; user, realm and nonce are right.",
        "On the phone enter the Digest Credentials, not the web password or PIN; or set new "
        f"credentials for {claim.userid} and copy them to the phone.",
        AUTHENTICATION,
    )


def too_many_failures(claim: Claim, phone: PhoneRecord, wait_s: float) -> Decision:
    return Decision(
        "refused",
        "too-many-failures",
        403,
        f"Too many wrong passwords of {claim.userid} from {claim.host}",
        f"Fewer wrong passwords within a minute for one user from one address; {phone.name} is "
        f"the phone of {claim.userid}.",
        f"One attempt more, {claim.came}; its password was not looked at.",
        f"Correct the password on the phone at {claim.host}. The next attempt is welcome in "
        f"{max(1, round(wait_s))} seconds, or as soon as {claim.userid} has new credentials.",
        AUTHENTICATION,
    )


def _digest_is_on(phone: PhoneRecord) -> str:
    return (
        "digest authentication is on in the SIP Phone Security Profile "
        f"{phone.security_profile.name} of {phone.name}"
    )
