"""The product as its users run it: `manage.py serve` in an empty data folder, on free ports."""

import contextlib
import html
import http.cookiejar
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.phones.process import free_ports, running, wait_for

PROJECT = Path(__file__).resolve().parent.parent.parent


@dataclass
class Product:
    folder: Path
    http_port: int
    sip_port: int
    env: dict[str, str] = field(repr=False)
    token: str = field(default="", repr=False)
    tokens: int = 0
    browser: urllib.request.OpenerDirector | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")

    @property
    def password(self) -> str:
        """Return the first administrator's password, which the first start prints once."""
        found = re.search(r"^  Password\s+(\S+)$", self.log, re.MULTILINE)
        assert found, self.log
        return found[1]

    def manage(self, *words: str) -> str:
        """Run a management command on this product's data and return what it printed."""
        command = [sys.executable, str(PROJECT / "manage.py"), *words]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def rest(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Ask the API; return the status and the decoded answer, whatever the status is."""
        self.token = self.token or self.make_token()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.url}/api/v1/{path}"
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def page(self, path: str) -> str:
        """Fetch a page as the signed-in first administrator."""
        if self.browser is None:
            self.browser = self.sign_in()
        with self.browser.open(self.url + path, timeout=20) as answer:
            return html.unescape(answer.read().decode())

    def sign_in(self) -> urllib.request.OpenerDirector:
        cookies = http.cookiejar.CookieJar()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
        browser.open(f"{self.url}/sign-in/", timeout=20).close()
        token = next(cookie.value for cookie in cookies if cookie.name == "csrftoken")
        form = {
            "username": "ccmadministrator",
            "password": self.password,
            "csrfmiddlewaretoken": token or "",
        }
        data = urllib.parse.urlencode(form).encode()
        with browser.open(f"{self.url}/sign-in/", data, timeout=20) as answer:
            assert "Sign out" in answer.read().decode()
        return browser

    def put(self, path: str, **body: Any) -> Any:
        """Make or replace a record; it must succeed."""
        status, answer = self.rest("PUT", path, body)
        assert status in (200, 201), (status, answer)
        return answer

    def settle(self) -> None:
        """Wait until the SIP server has in force what was saved so far."""

        _, changes = self.rest("GET", "change-log/?ordering=-sequence&limit=1")
        newest = changes["results"][0]["sequence"]

        def look() -> bool:
            _, servers = self.rest("GET", "call-servers/")
            return all(server["revision"] >= newest for server in servers["results"])

        wait_for("the call server to follow", look, 2)

    def make_token(self, scope: str = "write") -> str:
        self.tokens += 1
        who = ("--user", "ccmadministrator", "--name", f"test {self.tokens}")
        return self.manage("createtoken", *who, "--scope", scope).split()[-1]


@contextlib.contextmanager
def product(folder: Path, **variables: str) -> Iterator[Product]:
    """Start pages, REST and SIP; the block begins when all of them answer."""
    folder.mkdir(parents=True, exist_ok=True)
    http_port, sip_port = free_ports(2, spacing=2)
    env = {
        **{k: v for k, v in os.environ.items() if not k.startswith("CCMADMIN_")},
        "CCMADMIN_DATA": str(folder / "data"),
        "CCMADMIN_HTTP": f"127.0.0.1:{http_port}",
        "CCMADMIN_SIP": f"127.0.0.1:{sip_port}",
        "DJANGO_SETTINGS_MODULE": "ccmadmin.settings",
        **variables,
    }
    command = [sys.executable, str(PROJECT / "manage.py"), "serve"]
    with running(command, folder / "log", patience_s=6, env=env) as process:
        made = Product(folder, http_port, sip_port, env)

        def is_ready() -> bool:
            assert process.poll() is None, made.log
            return "Ctrl-C ends both" in made.log

        wait_for(f"the product to start (log: {folder}/log)", is_ready, 60)
        yield made
