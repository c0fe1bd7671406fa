"""Behind a TLS proxy: the address of who asks is the one that the proxy saw."""

from collections.abc import Callable
from ipaddress import ip_address

from django.http import HttpRequest, HttpResponse

Respond = Callable[[HttpRequest], HttpResponse]


class BehindProxy:
    """Puts the client's address in the place of the proxy's; only there with `CCMADMIN_HTTPS=1`.

    Else all wrong passwords would come from one address, and block everybody. The proxy appends
    the address it sees to X-Forwarded-For; what stands before it, anybody can write.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if is_address(last):
            request.META["REMOTE_ADDR"] = last
        return self.get_response(request)


def is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
