"""How messages find their transaction: RFC 3261 sections 17.1.3, 17.2.3 and 8.2.2.2.

A key is a tuple of strings and numbers; keys of different kinds differ in length, so that one
dictionary can hold them all. Branches and hosts compare without case (7.3.1).
"""

from hashlib import blake2b

from sipcore.message import Request, Response, is_unique

Key = tuple[str | int | None, ...]
TAG_OCTETS = 8


def client_key(message: Request | Response) -> Key:
    """Name a client transaction, or the one a response is for: top branch, method in CSeq.

    In a request of ours that is its method.
    """
    method = message.method if isinstance(message, Request) else message.cseq.method
    return message.via.branch.lower(), method


def server_key(request: Request, method: str = "") -> Key:
    """Name a server transaction, or the one a request is for: top branch, sent-by and method.

    "The method of the request matches the one that created the transaction, except for ACK, where
    the method of the request that created the transaction is INVITE" (17.2.3). With `method` the
    request is taken for one of that method: a CANCEL looks for its INVITE (9.2).
    """
    via = request.via
    branch = via.branch
    method = method or request.method
    if not is_unique(branch):
        return _rfc2543_key(request, request.to.tag, method)
    if method == "ACK":
        method = "INVITE"
    return server_name(branch, via.sent_by, method)


def server_name(branch: str, sent_by: str, method: str) -> Key:
    """Put together what `server_key` says, for a branch that is unique."""
    return branch.lower(), sent_by.lower(), method


def ack_key(invite: Request, response: Response) -> Key | None:
    """Name an INVITE without the cookie as the ACK for `response` will.

    "The To tag of the ACK [is] equal to the To tag of the response sent by the server
    transaction" (17.2.3). None: the ACK is found by the branch.
    """
    if invite.via.has_cookie:
        return None
    return _rfc2543_key(invite, response.to.tag, "ACK")


def merge_key(request: Request) -> Key | None:
    """Name what a request that took several paths keeps on each; None in a dialog (8.2.2.2)."""
    if request.to.tag:
        return None
    cseq = request.cseq
    return merge_name(request.from_.tag, request.call_id, cseq.number, cseq.method)


def merge_name(from_tag: str, call_id: str, number: int, method: str) -> Key:
    return from_tag, call_id, number, method, "merged"


def stateless_tag(request: Request) -> str:
    """Make a To tag from the request alone.

    "A stateless UAS MUST [...] generate [...] the same To tag for retransmissions" (8.2.7).
    """
    get = request.headers.get
    return stateless_tag_of(get("Via"), get("From"), get("Call-ID"), get("CSeq"))


def stateless_tag_of(via: str, from_: str, call_id: str, cseq: str) -> str:
    """Do the same for the values of these fields."""
    named = "\n".join((via, from_, call_id, cseq))
    return blake2b(named.encode("utf-8", "surrogateescape"), digest_size=TAG_OCTETS).hexdigest()


def _rfc2543_key(request: Request, to_tag: str, method: str) -> Key:
    via = request.via
    return (
        request.uri,
        to_tag,
        request.from_.tag,
        request.call_id,
        request.cseq.number,
        method,
        via.host.lower(),
        via.port,
        via.branch,
    )
