"""Where answers go and what the Via says of it: RFC 3261 section 18.2, RFC 3581.

A maddr in the Via is not followed: it is for multicast, on which this server does not listen, and
it would let anybody aim our answers at somebody else.
"""

from dataclasses import replace

from sipcore.message import Request, Via
from sipcore.ports import Flow

DEFAULT_PORT = 5060


def stamp_via(request: Request, flow: Flow) -> None:
    """Write into the top Via where the request really came from (18.2.1, RFC 3581)."""
    via = request.via
    stamped = via.with_received(*flow.remote)
    if stamped is not via:
        request.via = stamped


def answer_flow(request: Request, flow: Flow) -> Flow:
    """Choose where the answers to a request that came over `flow` go.

    Over a connection: back on it. Else to the source address, and there to the source port if
    the client asked for that (RFC 3581 section 4), or to the one in sent-by (18.2.2).
    """
    via = request.via
    if flow.is_reliable or via.rport is not None:
        return flow
    return replace(flow, remote=(flow.remote[0], via.port or DEFAULT_PORT))


def fallback_flow(request: Request, flow: Flow) -> Flow | None:
    """Choose where answers go when the connection of `flow` is gone; None: nowhere else.

    "If that connection is no longer open, the server SHOULD open a connection to the IP address
    in the received parameter, if present, using the port in the sent-by value" (18.2.2).
    """
    if not flow.connection:
        return None
    return replace(flow, remote=(flow.remote[0], request.via.port or DEFAULT_PORT), connection=0)


def own_via(flow: Flow, branch: str) -> Via:
    """Make the Via of a request of ours; over UDP it asks for rport (RFC 3581 section 3)."""
    host, port = flow.local
    params: dict[str, str | None] = {"branch": branch}
    if not flow.is_reliable:
        params["rport"] = None
    return Via(flow.transport, host, port, params)
