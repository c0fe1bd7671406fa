"""The sample site as if people used it: phones that registered, one refused, and two calls."""

import re
from urllib.parse import quote

from tests.phones.process import wait_for
from tests.phones.product import Product
from tests.sockets.client import Client

HOUR_S = 3600


def enliven(site: Product) -> None:
    """Add the sample site; register two of its phones, refuse the third, and try two calls."""
    interval = "SIP Station KeepAlive Interval"
    site.put(f"service-parameters/{quote(interval)}/", value=str(HOUR_S))  # nobody will refresh
    told = site.manage("demo")
    passwords = dict(re.findall(r"Authorization ID\s+(\S+)\s+Password\s+(\S+)", told))
    site.settle()
    port = site.sip_port
    with (
        Client(1001, port, user="swhite", password=passwords["swhite"]) as white,
        Client(1002, port, user="bjones", password=passwords["bjones"]) as jones,
        Client(1003, port, user="lmoran", password="mistyped") as moran,
    ):
        assert white.register(expires=HOUR_S).status == 200
        assert jones.register(expires=HOUR_S).status == 200
        assert moran.register(expires=HOUR_S).status == 403
        white.invite(1999)  # no such number
        jones.invite(1003)  # not registered
    wait_for("the records of both calls", lambda: count(site, "call-records") >= 2)
    wait_for("the records of three phones", lambda: count(site, "registration-attempts") >= 3)


def count(site: Product, collection: str) -> int:
    return int(site.rest("GET", f"{collection}/?limit=1")[1]["count"])
