"""Saves changes while phones register, and sees when each is in force.

`python -m bench.changes PORT COUNT` saves as a page does, through the services, then registers the
phone concerned again and again until the server answers as the change demands. A change is saved
when the service returns; it is in force when the kernel has the first answer that obeys it. Prints
a line for each: kind and milliseconds.

The phone is made inactive and active again, its user gets another password, and the security
profile that all phones share is saved anew (which no answer shows; it is there for the work that
it makes).
"""

import socket
import sys
import time
from typing import TYPE_CHECKING

from bench import site
from bench.children import HOST
from bench.load.phones import Phone
from bench.load.steady import receive_stamped, stamp

if TYPE_CHECKING:
    from ccmadmin.models import Record

PROBED = 0
"""The phone that is changed; the load leaves it out."""
KINDS = ("inactive", "profile", "active", "user")
ACCEPTED, REFUSED = 200, 403
GIVE_UP_S = 10.0
PAUSE_S = 0.1
PROBE_PAUSE_S = 0.002


class Probe:
    """The phone, asking the server by REGISTER."""

    def __init__(self, server_port: int) -> None:
        self._socket = socket.socket(type=socket.SOCK_DGRAM)
        self._socket.bind((HOST, 0))
        self._socket.connect((HOST, server_port))
        self._socket.settimeout(GIVE_UP_S)
        stamp(self._socket)
        port = int(self._socket.getsockname()[1])
        self.phone = Phone(PROBED, server_port, port, self._socket.send)
        self._ask()  # for a nonce

    def close(self) -> None:
        self._socket.close()

    def _ask(self) -> tuple[int, float]:
        """Register once; return the status and when it came."""
        self.phone.register(0)
        while True:
            answer, at = receive_stamped(self._socket)
            if b"CSeq: %d " % self.phone.cseq in answer:
                break
        status = int(answer[8:11])
        if status == 401:
            self.phone.take_challenge(answer)
        return status, at

    def until(self, wanted: int) -> float:
        """Register until the answer is `wanted`; return when the first such answer came."""
        give_up_at, status = time.monotonic() + GIVE_UP_S, 0
        while time.monotonic() < give_up_at:
            status, at = self._ask()
            if status == wanted:
                return at
            time.sleep(PROBE_PAUSE_S)
        raise TimeoutError(f"still {status} and not {wanted} to a REGISTER after {GIVE_UP_S} s")


def main(server_port: int, count: int) -> None:
    import django

    django.setup()
    from ccmadmin.models import EndUser, Phone, PhoneSecurityProfile

    probe = Probe(server_port)
    phone = Phone.by_key(site.device(PROBED))
    user = EndUser.by_key(site.number(PROBED))
    profile = PhoneSecurityProfile.by_key("Bench")
    for turn in range(count):
        kind = KINDS[turn % len(KINDS)]
        if kind == "profile":
            profile.nonce_validity_time = 600 + turn % 60
            save(profile)
        elif kind == "user":
            user.digest_credentials = f"changed{turn}"
            probe.phone.set_password(user.digest_credentials)
            report(kind, save(user), probe.until(ACCEPTED))
        else:
            phone.is_active = kind == "active"
            report(kind, save(phone), probe.until(ACCEPTED if phone.is_active else REFUSED))
        time.sleep(PAUSE_S)
    # Rows that come after this one register the phone with the password it had.
    user.digest_credentials, phone.is_active = site.password(PROBED), True
    save(user)
    save(phone)


def report(kind: str, saved_at: float, in_force_at: float) -> None:
    print(kind, 1000 * (in_force_at - saved_at), flush=True)


def save(record: "Record") -> float:
    """Save as a page does; return when that was done."""
    from ccmadmin.services import records
    from ccmadmin.services.changes import Actor

    records.save(record, actor=Actor(user="bench", source="command"))
    return time.time()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
