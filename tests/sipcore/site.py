"""A small site made of values: the configuration, the randomness and the phones of the tests.

    swhite  SEP000000001001  Advanced  lines 1001, 1009   digest on (MD5)
    bjones  SEP000000001002  Basic     line 1002          digest off
    mgreen  SEP000000001003  Advanced  lines 1003, 1009   digest on (MD5)

All numbers are in partition PT_Internal, which every calling search space holds. The client side
of digest is computed here with hashlib alone, so that it does not share an error with ours.
"""

import hashlib
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sipcore.ports import (
    Binding,
    Flow,
    LineRecord,
    NumberRecord,
    PhoneRecord,
    SecurityProfileRecord,
    Settings,
    UnavailableError,
    UserRecord,
)

REALM = "ccmsipline"
HASHES = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}
SERVER = ("192.0.2.1", 5060)
PARTITION = "PT_Internal"
BASIC = "Third-party SIP Device (Basic)"
ADVANCED = "Third-party SIP Device (Advanced)"
DIGEST_OFF = SecurityProfileRecord("Standard SIP Profile")
DIGEST_ON = SecurityProfileRecord("Third-party digest", is_digest_enabled=True)
BRANCHES = itertools.count(1)
PASSWORDS = {"swhite": "secret1", "bjones": "secret2", "mgreen": "secret3"}


class FixedTokens:
    """Counts up, so that a test can name every tag, branch and nonce."""

    def __init__(self, count: int = 0) -> None:
        self.count = count

    def hex(self, octets: int) -> str:
        self.count += 1
        return f"{self.count:0{2 * octets}x}"[-2 * octets :]


# -- records ------------------------------------------------------------------------------------


def ha1(userid: str, password: str, realm: str = REALM) -> dict[str, str]:
    text = f"{userid}:{realm}:{password}".encode()
    return {name: hashlib.new(digest, text).hexdigest() for name, digest in HASHES.items()}


def user(userid: str, password: str = "") -> UserRecord:
    """Without a password the user has no Digest Credentials."""
    return UserRecord(userid, ha1(userid, password) if password else {})


def number(digits: str, partition: str = PARTITION, **values: object) -> NumberRecord:
    record = NumberRecord(digits, partition, calling_search_space=(PARTITION,))
    return replace(record, **values)  # type: ignore[arg-type]  # values are the record's own


def phone(name: str, digest_user: str, *numbers: str, **values: object) -> PhoneRecord:
    lines = tuple(LineRecord(index, number(digits)) for index, digits in enumerate(numbers, 1))
    record = PhoneRecord(
        name,
        ADVANCED,
        DIGEST_OFF,
        digest_user,
        allows_video=True,
        calling_search_space=(PARTITION,),
        lines=lines,
    )
    return replace(record, **values)  # type: ignore[arg-type]  # values are the record's own


class Site:
    """A `Configuration`; `put` changes it as an administrator would, `is_down` takes it away."""

    def __init__(
        self, users: Iterable[UserRecord] = (), phones: Iterable[PhoneRecord] = ()
    ) -> None:
        self.users = {record.userid: record for record in users}
        self.phones = {record.name: record for record in phones}
        self.values = Settings()
        self.changes = 1
        self.is_down = False

    def put(self, *records: UserRecord | PhoneRecord | Settings) -> None:
        for record in records:
            self.changes += 1
            if isinstance(record, UserRecord):
                self.users[record.userid] = record
            elif isinstance(record, PhoneRecord):
                self.phones[record.name] = record
            else:
                self.values = record

    def _ask(self) -> None:
        if self.is_down:
            raise UnavailableError("nothing is loaded")

    @property
    def revision(self) -> int:
        self._ask()
        return self.changes

    @property
    def settings(self) -> Settings:
        self._ask()
        return self.values

    def user(self, userid: str) -> UserRecord | None:
        self._ask()
        return self.users.get(userid)

    def phone(self, name: str) -> PhoneRecord | None:
        self._ask()
        return self.phones.get(name)

    def phones_of_digest_user(self, userid: str) -> Sequence[PhoneRecord]:
        self._ask()
        return [phone for phone in self.phones.values() if phone.digest_user == userid]

    def find_number(self, number: str, partitions: Sequence[str]) -> NumberRecord | None:
        found = {line.number.partition: line.number for _, line in self._lines(number)}
        return next((found[name] for name in (*partitions, "") if name in found), None)

    def partitions_of(self, number: str) -> Sequence[str]:
        return sorted({line.number.partition for _, line in self._lines(number)})

    def appearances(self, number: str, partition: str) -> Sequence[tuple[PhoneRecord, LineRecord]]:
        pairs = self._lines(number)
        return [(phone, line) for phone, line in pairs if line.number.partition == partition]

    def _lines(self, number: str) -> list[tuple[PhoneRecord, LineRecord]]:
        self._ask()
        return [
            (phone, line)
            for phone in self.phones.values()
            for line in phone.lines
            if line.number.number == number
        ]


def small_site() -> Site:
    """Return the site described above; each test gets its own."""
    return Site(
        [user(userid, password) for userid, password in PASSWORDS.items()],
        [
            phone("SEP000000001001", "swhite", "1001", "1009", security_profile=DIGEST_ON),
            phone("SEP000000001002", "bjones", "1002", model=BASIC, allows_video=False),
            phone("SEP000000001003", "mgreen", "1003", "1009", security_profile=DIGEST_ON),
        ],
    )


def binding(phone: str, number: str, flow: Flow, **values: object) -> Binding:
    """Return a binding as a REGISTER over `flow` would have made it."""
    host, port = flow.remote
    contact = f"sip:{number}@{host}:{port}"
    if flow.is_reliable:
        contact += ";transport=tcp"
    record = Binding(phone, number, PARTITION, contact, flow, f"reg-{number}", 1, 0.0, 135.0)
    return replace(record, **values)  # type: ignore[arg-type]  # values are the record's own


# -- the phone's side -----------------------------------------------------------------------------


def flow(host: str, port: int = 5060, transport: str = "UDP", connection: int = 0) -> Flow:
    return Flow(transport, SERVER, (host, port), connection)


def message(start: str, headers: Iterable[tuple[str, object]], body: str = "") -> bytes:
    """Join a start line and headers; an empty value leaves its header out."""
    lines = [start, *(f"{name}: {value}" for name, value in headers if value != "")]
    return "\r\n".join([*lines, f"Content-Length: {len(body.encode())}", "", body]).encode()


def headers_of(data: bytes) -> dict[str, list[str]]:
    """Split a message the engine sent, without our own parser; names in lower case."""
    found: dict[str, list[str]] = {}
    for line in data.decode().partition("\r\n\r\n")[0].split("\r\n")[1:]:
        name, _, value = line.partition(":")
        found.setdefault(name.strip().lower(), []).append(value.strip())
    return found


def status_of(data: bytes) -> int:
    return int(data.split(b" ", 2)[1])


def digest_answer(
    challenge: str, method: str, uri: str, userid: str, password: str, **overrides: str
) -> str:
    """Answer a WWW-Authenticate value as RFC 7616 asks; `qop=""` answers as RFC 2069 did."""
    asked = {key: value for key, _, value in re.findall(r'(\w+)=("?)([^",]*)\2', challenge)}
    given = {"qop": "auth" if "qop" in asked else "", "nc": "00000001", "cnonce": "c0ffee"}
    given |= {"nonce": asked["nonce"], "realm": asked["realm"], "algorithm": asked["algorithm"]}
    given |= overrides
    digest = HASHES[given["algorithm"]]

    def h(text: str) -> str:
        return hashlib.new(digest, text.encode()).hexdigest()

    a1, a2 = h(f"{userid}:{given['realm']}:{password}"), h(f"{method}:{uri}")
    middle = f"{given['nc']}:{given['cnonce']}:{given['qop']}:" if given["qop"] else ""
    response = overrides.get("response", h(f"{a1}:{given['nonce']}:{middle}{a2}"))
    tail = f', qop={given["qop"]}, nc={given["nc"]}, cnonce="{given["cnonce"]}"'
    return (
        f'Digest username="{userid}", realm="{given["realm"]}", nonce="{given["nonce"]}", '
        f'uri="{uri}", response="{response}", algorithm={given["algorithm"]}'
        + (tail if given["qop"] else "")
    )


@dataclass
class Handset:
    """One line of a third-party phone: it numbers its requests and remembers the challenge."""

    number: str
    userid: str
    password: str
    flow: Flow
    call_id: str = ""
    cseq: int = 0
    challenge: str = ""
    uses: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.call_id = self.call_id or f"reg-{self.number}"

    @property
    def contact(self) -> str:
        host, port = self.flow.remote
        suffix = ";transport=tcp" if self.flow.is_reliable else ""
        return f"sip:{self.number}@{host}:{port}{suffix}"

    def request(self, method: str, uri: str, **values: object) -> bytes:
        """Build a request; keyword `Content_Type="..."` sets or, with "", removes a header."""
        host, port = self.flow.remote
        branch = f"z9hG4bK-{next(BRANCHES)}"
        aor = f"<sip:{self.number}@{SERVER[0]}>"
        body = str(values.pop("body", ""))
        headers: dict[str, object] = {
            "Via": f"SIP/2.0/{self.flow.transport} {host}:{port};branch={branch};rport",
            "Max-Forwards": 70,
            "From": f"{aor};tag=f{self.number}",
            "To": aor if method == "REGISTER" else f"<{uri}>",
            "Call-ID": self.call_id,
            "CSeq": f"{self.cseq} {method}",
            "Contact": f"<{self.contact}>",
        }
        headers |= {name.replace("_", "-"): value for name, value in values.items()}
        pairs = [
            (name, each)
            for name, value in headers.items()
            for each in (value if isinstance(value, list) else [value])
        ]
        return message(f"{method} {uri} SIP/2.0", pairs, body)

    def register(self, **values: object) -> bytes:
        """Build the next REGISTER, with credentials once `take` saw a challenge."""
        self.cseq += 1
        uri = f"sip:{SERVER[0]}"
        headers: dict[str, object] = {"Expires": 3600}
        if self.challenge:
            headers["Authorization"] = self.credentials("REGISTER", uri)
        return self.request("REGISTER", uri, **(headers | values))

    def credentials(self, method: str, uri: str, **overrides: str) -> str:
        """Answer the latest challenge; its nonce count goes up with every use."""
        self.uses[self.challenge] += 1
        given = {"nc": f"{self.uses[self.challenge]:08x}"} | overrides
        return digest_answer(self.challenge, method, uri, self.userid, self.password, **given)

    def take(self, response: bytes) -> int:
        """Read a response: keep its challenge, return its status."""
        for challenge in headers_of(response).get("www-authenticate", []):
            self.challenge = challenge
        return status_of(response)


def handsets() -> Mapping[str, Handset]:
    """Return one handset per own number of the small site, each at its own address, over UDP."""
    return {
        "1001": Handset("1001", "swhite", PASSWORDS["swhite"], flow("198.51.100.1")),
        "1002": Handset("1002", "bjones", PASSWORDS["bjones"], flow("198.51.100.2")),
        "1003": Handset("1003", "mgreen", PASSWORDS["mgreen"], flow("198.51.100.3")),
    }
