"""A dialog: the state two user agents share, RFC 3261 section 12.

The transaction user keeps a `Dialog` for each side of a call; it makes the requests inside the
dialog and judges those that arrive in it. Nothing here sends anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from sipcore.errors import ParseError
from sipcore.message import (
    Headers,
    NameAddr,
    Request,
    Response,
    SipUri,
    make_response,
    written,
)
from sipcore.ports import Flow

MAX_FORWARDS = 70
FIRST_CSEQ = 101  # CallManager's; any number below 2**31 will do (12.2.1.1)

# Requests that refresh the remote target (or make a dialog): they and their answers carry Contact.
TARGET_REFRESH = frozenset({"INVITE", "UPDATE", "SUBSCRIBE", "NOTIFY", "REFER"})
DIALOG_FORMING = frozenset({"INVITE", "SUBSCRIBE", "REFER"})

# "not allowed in a Request-URI" (12.2.1.1, table 1 in 19.1.1)
_URI_PARAMS_NOT_IN_REQUEST_URI = frozenset({"method"})

DialogId = tuple[str, str, str]
"""Call-ID, local tag, remote tag."""


@dataclass(slots=True, eq=False)
class Dialog:
    """`local_uri` and `remote_uri` are From and To without tags, display names included.

    `local_seq` is the number of the latest request of ours, `remote_seq` of the peer's. A dialog
    is early until `confirm`, or until `respond` made a 2xx.
    """

    call_id: str
    local_tag: str
    remote_tag: str
    local_uri: str
    remote_uri: str
    remote_target: str
    route_set: tuple[str, ...]
    local_seq: int
    remote_seq: int | None
    flow: Flow
    local_contact: str
    is_confirmed: bool = False

    @classmethod
    def as_uas(cls, request: Request, *, local_tag: str, flow: Flow, local_contact: str) -> Self:
        """Build the dialog that our answer to `request` makes (12.1.1).

        `local_contact` is the value of our Contact header. Raises ParseError when the request
        has no Contact: "the UAS MUST [...] set the remote target to the URI from the Contact".
        """
        return cls(
            call_id=request.call_id,
            local_tag=local_tag,
            # "A UAS MUST be prepared to receive a request without a tag in the From field, in
            # which case the tag is considered to have a value of null"
            remote_tag=request.from_.tag,
            local_uri=_without_tag(request.to),
            remote_uri=_without_tag(request.from_),
            remote_target=request.contact.uri,
            route_set=tuple(request.record_routes),
            local_seq=FIRST_CSEQ - 1,
            remote_seq=request.cseq.number,
            flow=flow,
            local_contact=local_contact,
        )

    @classmethod
    def as_uac(
        cls, request: Request, response: Response, *, flow: Flow, local_contact: str
    ) -> Self:
        """Build the dialog that `response`, 101 to 299 with a To tag, makes (12.1.2).

        A provisional response without Contact is frequent: until one comes, requests go where
        the first one went.
        """
        return cls(
            call_id=request.call_id,
            local_tag=request.from_.tag,
            remote_tag=response.to.tag,
            local_uri=_without_tag(request.from_),
            remote_uri=_without_tag(request.to),
            remote_target=_contact_of(response) or request.uri,
            route_set=tuple(reversed(response.record_routes)),
            local_seq=request.cseq.number,
            remote_seq=None,
            flow=flow,
            local_contact=local_contact,
            is_confirmed=response.status >= 200,
        )

    @property
    def id(self) -> DialogId:
        return self.call_id, self.local_tag, self.remote_tag

    # -- what we send ----------------------------------------------------------------------------

    def new_request(
        self,
        method: str,
        *,
        headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
        content_type: str = "",
    ) -> Request:
        """Make the next request inside the dialog (12.2.1.1); the Via is the transaction's."""
        self.local_seq += 1
        if method in TARGET_REFRESH:
            headers = (("Contact", self.local_contact), *headers)
        return self._request(method, self.local_seq, headers, body, content_type)

    def ack(self, cseq: int, *, body: bytes = b"", content_type: str = "") -> Request:
        """Make the ACK for a 2xx to the INVITE with this CSeq number (13.2.2.4)."""
        return self._request("ACK", cseq, (), body, content_type)

    def respond(
        self,
        request: Request,
        status: int,
        reason: str = "",
        *,
        headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
        content_type: str = "",
    ) -> Response:
        """Answer a request of the peer in this dialog, or the one that makes it (12.1.1)."""
        to_tag = "" if status == 100 else self.local_tag
        response = make_response(request, status, reason, to_tag=to_tag)
        own: list[tuple[str, str]] = []
        if 100 < status < 300 and request.method in TARGET_REFRESH:
            own.append(("Contact", self.local_contact))
        if 100 < status < 300 and request.method in DIALOG_FORMING and not request.to.tag:
            # "the UAS MUST copy all Record-Route header field values from the request into the
            # response [...] and MUST maintain the order of those values" (12.1.1)
            routes = request.headers.get_all("Record-Route")
            own += [("Record-Route", value) for value in routes]
            self.is_confirmed = self.is_confirmed or status >= 200
        response.headers.extend((*own, *headers, *_described(content_type)))
        response.body = body
        return response

    def _request(
        self,
        method: str,
        cseq: int,
        headers: Iterable[tuple[str, str]],
        body: bytes,
        content_type: str,
    ) -> Request:
        uri, routes = self._request_uri_and_routes()
        fields = (
            *[("Route", route) for route in routes],
            ("Max-Forwards", str(MAX_FORWARDS)),
            ("From", _with_tag(self.local_uri, self.local_tag)),
            ("To", _with_tag(self.remote_uri, self.remote_tag)),
            ("Call-ID", self.call_id),
            ("CSeq", f"{cseq} {method}"),
            *headers,
            *_described(content_type),
        )
        return Request(method, uri, Headers(fields), body)

    def _request_uri_and_routes(self) -> tuple[str, tuple[str, ...]]:
        """Apply the route set, loose or strict (12.2.1.1)."""
        if not self.route_set:
            return self.remote_target, ()
        first = NameAddr.parse(self.route_set[0], "Route").sip_uri
        if "lr" in first.params:
            return self.remote_target, self.route_set
        # "the UAC MUST place the first URI from the route set into the Request-URI, stripping any
        # parameters that are not allowed in a Request-URI. The UAC MUST add a Route header field
        # containing the remainder of the route set values in order, including all parameters. The
        # UAC MUST then place the remote target URI into the Route header field as the last value"
        return _as_request_uri(first), (*self.route_set[1:], f"<{self.remote_target}>")

    # -- what arrives ----------------------------------------------------------------------------

    def accept(self, request: Request) -> None:
        """Take note of a request inside the dialog; ParseError (500) when it is out of order.

        ACK and CANCEL repeat the number of their INVITE and are not judged.
        """
        if request.method in ("ACK", "CANCEL"):
            return
        number = request.cseq.number
        # "If the remote sequence number was not empty, but the sequence number of the request is
        # lower than the remote sequence number, the request is out of order and MUST be rejected
        # with a 500 (Server Internal Error) response" (12.2.2)
        if self.remote_seq is not None and number < self.remote_seq:
            text = f"CSeq: {number} after {self.remote_seq}"
            raise ParseError(text, status=500, header="CSeq")
        self.remote_seq = number

    def refresh_target(self, message: Request | Response) -> None:
        """Follow the Contact of a target refresh, or of the 2xx to one (12.2.1.2, 12.2.2)."""
        self.remote_target = _contact_of(message) or self.remote_target

    def is_made_by(self, response: Response) -> bool:
        """Say whether a 2xx to our request gives the dialog the routes and the target it has.

        One whose Contact cannot be read does not.
        """
        try:
            target = _contact_of(response)
        except ParseError:
            return False
        routes = tuple(reversed(response.record_routes))
        return (target, routes) == (self.remote_target, self.route_set)


def id_of_request(request: Request) -> DialogId:
    """Name the dialog that a request of the peer belongs to (12.2.2)."""
    return request.call_id, request.to.tag, request.from_.tag


def id_of_response(response: Response) -> DialogId:
    """Name the dialog that the answer to a request of ours belongs to (12.1.2)."""
    return response.call_id, response.from_.tag, response.to.tag


def _contact_of(message: Request | Response) -> str:
    """Return the URI of the Contact, "" when there is none."""
    return message.contact.uri if "Contact" in message.headers else ""


def _without_tag(address: NameAddr) -> str:
    params = address.params
    if "tag" in params:
        params = {name: value for name, value in params.items() if name != "tag"}
    return written(address.display, address.uri, params)


def _with_tag(address: str, tag: str) -> str:
    return f"{address};tag={tag}" if tag else address


def _as_request_uri(uri: SipUri) -> str:
    params = {
        name: value
        for name, value in uri.params.items()
        if name not in _URI_PARAMS_NOT_IN_REQUEST_URI
    }
    return str(uri.with_(params=params, headers=""))


def _described(content_type: str) -> tuple[tuple[str, str], ...]:
    return (("Content-Type", content_type),) if content_type else ()
