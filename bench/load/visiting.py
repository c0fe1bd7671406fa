"""An administrator at the pages: signs in, opens pages, sends forms back, one after the other."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from bench.children import HOST

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """What came; `ms` goes from the first byte sent to the last one read."""

    status: int
    ms: float
    body: str
    location: str = ""

    @property
    def octets(self) -> int:
        return len(self.body.encode())


class Form(HTMLParser):
    """Reads what a browser would send of the form with one id."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.is_inside = False
        self.values: dict[str, str] = {}
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = found.get("id") == self.form_id
        elif self.is_inside and tag == "input" and found.get("name"):
            if found.get("type") != "checkbox" or "checked" in found:
                self.values[found["name"]] = found.get("value", "on")
        elif self.is_inside and tag == "select":
            self.select = found.get("name", "")
        elif self.is_inside and tag == "option" and self.is_chosen(found):
            self.values[self.select] = found.get("value", "")

    def is_chosen(self, option: Mapping[str, str]) -> bool:
        """Without a selected option, a drop-down sends its first one."""
        return bool(self.select) and ("selected" in option or self.select not in self.values)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        elif tag == "select":
            self.select = ""


class Visitor:
    """One browser with one connection."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection(HOST, port, timeout=60)
        self.cookies: dict[str, str] = {}

    def sign_in(self, userid: str, password: str) -> None:
        self.get("/sign-in/")
        self.post("/sign-in/", {"username": userid, "password": password})
        if "sessionid" not in self.cookies:
            raise RuntimeError(f"{userid} could not sign in")

    def close(self) -> None:
        self.connection.close()

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, b"", {})

    def post(self, path: str, values: Mapping[str, str]) -> Answer:
        token = self.cookies.get("csrftoken", "")
        body = urlencode({**values, "csrfmiddlewaretoken": token}).encode()
        return self._ask("POST", path, body, {"Content-Type": FORM})

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        begin = time.perf_counter()
        self.connection.request(method, path, body or None, {**headers, "Cookie": cookie})
        response = self.connection.getresponse()
        text = response.read().decode()
        ms = 1000 * (time.perf_counter() - begin)
        self._keep(response)
        return Answer(response.status, ms, text, response.headers.get("Location", ""))

    def _keep(self, response: HTTPResponse) -> None:
        for header in response.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value


def form_values(page: str, form_id: str = "record") -> dict[str, str]:
    """Return what a browser would send of a page's form as it is."""
    reader = Form(form_id)
    reader.feed(page)
    return reader.values
