"""Which failure the caller hears of, and its Q.850 cause: RFC 3261 section 16.7, RFC 3398."""

from collections.abc import Sequence
from dataclasses import dataclass

from sipcore.message import Response

NORMAL_CLEARING = 16
SUBSCRIBER_ABSENT = 20
NO_ANSWER = 19
NO_RESPONSE = 18
RECOVERY_ON_TIMER = 102
OUT_OF_ORDER = 27

CAUSES = {
    401: 21,
    403: 21,
    404: 1,
    405: 63,
    407: 21,
    408: NO_RESPONSE,
    410: 22,
    415: 79,
    480: 31,
    481: 41,
    482: 25,
    483: 25,
    484: 28,
    485: 1,
    486: 17,
    487: NORMAL_CLEARING,
    488: 88,
    501: 79,
    502: 38,
    503: 41,
    504: RECOVERY_ON_TIMER,
    600: 17,
    603: 21,
    604: 1,
    606: 88,
}
"""Status to cause; RFC 3398 section 8.2.6.1 where CallManager's own table is silent."""

INTERWORKING = 127
Header = tuple[str, str]
COMPLETED_ELSEWHERE: Header = ("Reason", 'SIP;cause=200;text="Call completed elsewhere"')
"""On the CANCEL to a phone that lost: it is no missed call (RFC 3326 section 2, table 1)."""
RESUBMIT = (415, 420, 484)
"""Of these the caller learns "how to resubmit" (16.7); 401 and 407 do not get this far."""
BUSY = 486
NOT_ACCEPTABLE = 488
GLARE = 491
ACCEPTS = ("Accept", "Accept-Encoding", "Accept-Language")
"""How a 415 and a 406 tell it (21.4.13)."""


def cause_of(status: int) -> int:
    """Return the Q.850 cause of a final response."""
    return CAUSES.get(status, INTERWORKING if status < 500 else 41)


def reason(cause: int) -> Header:
    return "Reason", f"Q.850;cause={cause}"


def passed_on(status: int) -> int:
    """Return the status that the caller gets for a phone's failure.

    When a redirection leads nowhere, and as nobody can answer a challenge for the phone, it is
    unavailable to the caller. "A proxy which receives a 503 response SHOULD NOT forward it
    upstream" (RFC 3261 section 16.7).
    """
    if status < 400 or status in (401, 407):
        return 480
    return 500 if status == 503 else status


@dataclass(frozen=True, slots=True)
class Failure:
    """How the INVITE to one phone failed.

    `received` is what the phone sent, 0 when it sent nothing: then `status` is 408 after a
    timeout (RFC 3261 section 16.8), 480 after a transport error, or 486 for a phone that was not
    rung because its line is busy. `numbers` is where a 3xx sends the call, `why` what for;
    `accepts` is what the phone would take instead.
    """

    status: int
    phone: str
    received: int = 0
    reason: str = ""
    retry_after: str = ""
    numbers: tuple[str, ...] = ()
    why: str = ""
    accepts: tuple[Header, ...] = ()

    @property
    def told(self) -> tuple[Header, ...]:
        """Return what the caller is told besides the status."""
        wait = (("Retry-After", self.retry_after),) if self.retry_after else ()
        return (*wait, *self.accepts)


def accepted(response: Response) -> tuple[Header, ...]:
    """Return what a phone would take in place of what it did not."""
    headers = response.headers
    return tuple((name, value) for name in ACCEPTS for value in headers.get_all(name))


def best(failures: Sequence[Failure]) -> Failure:
    """Choose as a forking proxy does: RFC 3261 section 16.7 step 6; the first of equals."""
    return min(failures, key=_rank)


def _rank(failure: Failure) -> tuple[int, int]:
    """Order 6xx first, then the lowest class; within 4xx what helps the caller most."""
    status = passed_on(failure.status)
    group = 0 if status >= 600 else status // 100
    if status in RESUBMIT:
        return group, 0
    # a line in use tells more than a phone that could not be reached
    return group, 1 if status == BUSY else 2
