"""A REGISTER taken apart into what a phone says each time, and the little that is new each time.

A phone that refreshes its binding (RFC 3261 section 10.2.4) changes its branch, From tag and CSeq,
and in its credentials what proves the password. All else stays the same, octet by octet, so it
need not be read again: two hashes stand for it. An outline is made only of a message in the form
that nearly all phones use; whether it says what the grammar says, `agrees` tells.
"""

from sipcore.digest import DigestCredentials
from sipcore.message import LWS, Request, is_unique
from sipcore.message.grammar import TOKEN, is_digits
from sipcore.ports import Flow
from sipcore.values import dataclass

LONGEST = 2000
"""Octets; what is longer is read with care."""
END = b"\r\n\r\n"
NEW = ("Via: ", "From: ", "CSeq: ", "Authorization: ")
"""Fields in which something is new each time."""


@dataclass(slots=True)
class Outline:
    """`fields` are those that are the same each time.

    `fingerprint` covers them and all else that is the same, `said` what is of the credentials.
    """

    fingerprint: int
    said: int
    fields: dict[str, str]
    via: str
    sent_by: str
    branch: str
    from_: str
    tag: str
    cseq: int
    credentials: DigestCredentials | None

    @property
    def call_id(self) -> str:
        return self.fields["Call-ID"]

    @property
    def sequence(self) -> str:
        """The value of CSeq."""
        return f"{self.cseq} REGISTER"

    def stamped_via(self, flow: Flow) -> str:
        """Say where the request came from (18.2.1, RFC 3581); it has asked for rport."""
        host, port = flow.remote
        return self.via.replace(";rport", f";rport={port}", 1) + f";received={host}"

    def agrees(self, request: Request, flow: Flow) -> bool:
        """Tell whether `request`, read with care and its Via stamped, says the same."""
        via = request.via
        return (
            via.rport is not None
            and str(via) == self.stamped_via(flow)
            and (via.branch, via.sent_by.lower()) == (self.branch, self.sent_by)
            and request.from_.tag == self.tag
            and request.call_id == self.call_id
            and str(request.cseq) == request.headers.get("CSeq") == self.sequence
            and self._agrees_on_credentials(request.headers.single("Authorization"))
        )

    def _agrees_on_credentials(self, text: str) -> bool:
        known = self.credentials
        return known is None if not text else DigestCredentials.parse(text) == known


def outline_of(data: bytes, flow: Flow) -> Outline | None:
    """Take a REGISTER apart; None when it has to be read with care."""
    head, _, body = data.partition(END)
    if body or len(data) > LONGEST or not data.startswith(b"REGISTER "):
        return None
    try:
        return _outline(str(head, "utf-8"), flow)
    except (KeyError, ValueError):  # a field is missing, or stands there in another way
        return None


def _outline(head: str, flow: Flow) -> Outline:
    start, *lines = head.split("\r\n")
    fields = dict([line.split(": ", 1) for line in lines])
    is_twice = len(fields) != len(lines)
    take = fields.pop
    via, from_, sequence = take("Via"), take("From"), take("CSeq")
    sent, _, rest = via.partition(";branch=")
    branch, _, params = rest.partition(";")
    name, _, tag = from_.partition(">;tag=")
    number, _, method = sequence.partition(" ")
    is_plain = TOKEN.fullmatch(branch) and TOKEN.fullmatch(tag) and is_digits(number)
    if not is_plain or len(number) > 9 or not is_unique(branch):
        raise ValueError("something new is odd")
    proof = take("Authorization", "")
    credentials, said = _credentials(proof) if proof else (None, 0)
    same = _same(lines, bool(proof)) if is_twice else tuple(fields.items())
    return Outline(
        hash((flow, start, sent, params, name, method, same)),
        said,
        fields,
        via,
        sent[sent.find(" ") + 1 :].partition(";")[0].lower(),
        branch,
        from_,
        tag,
        int(number),
        credentials,
    )


def _same(lines: list[str], has_credentials: bool) -> tuple[str, ...]:
    """Return the lines that are the same each time, where a field has several, as Accept may."""
    same = tuple(line for line in lines if not line.startswith(NEW))
    if len(lines) - len(same) != len(NEW) - (not has_credentials):
        raise ValueError("a field that may be there once appears twice")
    return same


def _credentials(text: str) -> tuple[DigestCredentials, int]:
    """Read them; return also the hash of what is the same each time."""
    scheme, _, rest = text.strip(LWS).partition(" ")
    parts = rest.split(",")
    said = dict([part.strip(LWS).split("=", 1) for part in parts])
    if len(said) != len(parts) or scheme != "Digest":
        raise ValueError("not the usual credentials")
    take = said.pop
    nonce, nc, cnonce = _unquoted(take("nonce")), take("nc"), _unquoted(take("cnonce"))
    response = _unquoted(take("response"))
    if len(nc) != 8 or not nc.isalnum() or not cnonce.isprintable():
        raise ValueError("something new is odd")
    credentials = DigestCredentials(
        _unquoted(said["username"]),
        _unquoted(said["realm"]),
        nonce,
        _unquoted(said["uri"]),
        response,
        said.get("algorithm", "MD5"),
        said["qop"].strip('"'),
        nc,
        cnonce,
        said.get("opaque", "").strip('"'),
    )
    return credentials, hash(tuple(said.items()))


def _unquoted(text: str) -> str:
    inner = text[1:-1]
    if text[:1] != '"' or text[-1:] != '"' or '"' in inner or "\\" in inner:
        raise ValueError("not a plain quoted string")
    return inner
