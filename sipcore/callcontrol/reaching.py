"""The ways to a registered contact, in the order in which an INVITE tries them: RFC 3263 4.3.

A phone is at the address that it registered from, which is what NATs and connections ask for.
Only when its contact, or the first proxy of its path, has a name is there more than that way.
"""

from collections.abc import Sequence
from ipaddress import ip_address

from sipcore.errors import ParseError
from sipcore.message import NameAddr, SipUri, is_ip
from sipcore.ports import Binding, Flow
from sipcore.resolver import DeadTargets, Target, next_host


def uri_to_look_up(binding: Binding) -> str:
    """Return the URI of the next hop if DNS has to be asked for it, else ""."""
    if binding.flow.connection:
        return ""  # whoever registered over a connection is at its other end while it is open
    try:
        # "the registrar [...] MUST [use] the stored path [...] as a preloaded route" (RFC 3327
        # section 5.3): the next hop is its first URI, without a path the contact
        hop = NameAddr.parse(binding.path[0]).uri if binding.path else binding.contact
        return "" if is_ip(next_host(SipUri.parse(hop))) else hop
    except ParseError:
        return ""


def ways(binding: Binding, found: Sequence[Flow], dead: DeadTargets, now: float) -> list[Flow]:
    """Order what DNS has `found` and the flow of the REGISTER, which always is a way.

    If DNS leads to the host that registered, that flow is first: it has been seen to work. What
    did not answer lately is tried last.
    """
    home = binding.flow
    others = [flow for flow in found if _is_fit(flow, home) and target(flow) != target(home)]
    is_at_home = any(_place(flow) == _place(home) for flow in found)
    ordered = [home, *others] if is_at_home else [*others, home]
    if not dead:
        return ordered
    return sorted(ordered, key=lambda flow: dead.is_dead(target(flow), now))


def target(flow: Flow) -> Target:
    return Target(flow.transport, *flow.remote)


def retry_after_s(value: str) -> float:
    """Read what a Retry-After begins with; 0 when it cannot be read."""
    digits = value.partition(";")[0].partition("(")[0].strip()
    return float(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0.0


def _place(flow: Flow) -> tuple[str, str]:
    return flow.transport, flow.remote[0]


def _is_fit(flow: Flow, home: Flow) -> bool:
    """Say no to a name that leads back to us, or from elsewhere into what else we run here."""
    is_own = flow.remote == flow.local
    return not is_own and (_is_loopback(home) or not _is_loopback(flow))


def _is_loopback(flow: Flow) -> bool:
    return ip_address(flow.remote[0]).is_loopback
