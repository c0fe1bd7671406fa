"""The example of the README makes its site, and a second run changes nothing."""

import io
import runpy
import sys
import urllib.request
from typing import Any
from urllib.error import HTTPError

import pytest
from django.conf import settings

from ccmadmin.models import ChangeLog, EndUser, Phone
from tests.ccmadmin.pages.api.caller import Caller

EXAMPLE = settings.BASE_DIR / "docs/examples/site_by_rest.py"


class Answer(io.BytesIO):
    status = 0


@pytest.fixture
def run(script: Caller, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the example with its requests led into the views, without a socket."""

    def urlopen(request: urllib.request.Request, timeout: float) -> Answer:
        headers = {name: value for name, value in request.header_items() if name != "Host"}
        path = request.full_url.partition("/api/v1/")[2]
        data = request.data
        assert isinstance(data, bytes)
        response = script.client.generic(
            request.get_method(), f"/api/v1/{path}", data, "application/json", headers=headers
        )
        answer = Answer(response.content)
        answer.status = response.status_code
        if response.status_code >= 400:
            raise HTTPError(path, response.status_code, "", request.headers, answer)  # type: ignore[arg-type]  # nobody reads them
        return answer

    monkeypatch.setenv("CCMADMIN_TOKEN", script.headers["Authorization"].partition(" ")[2])
    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    monkeypatch.setattr(sys, "argv", [str(EXAMPLE)])
    return lambda: runpy.run_path(str(EXAMPLE))


def test_the_site_is_made_once(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    run()
    printed = capsys.readouterr().out
    assert "added phones SEP000000002001" in printed
    assert "Anna Berg: user 2001, authentication ID anna, password Pool-91-teal" in printed
    phone = Phone.by_key("SEP000000002001")
    assert phone.warnings() == []
    assert [line.directory_number.key for line in phone.lines.all()] == ["2001@PT_Office"]
    assert EndUser.by_key("ben").digest_credentials == "Oak-27-amber"
    revision = ChangeLog.objects.count()
    run()
    assert "added" not in capsys.readouterr().out
    assert ChangeLog.objects.count() == revision


def test_it_needs_nothing_but_python(run: Any) -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    assert len(lines) < 60
    modules = {
        line.split()[1].partition(".")[0] for line in lines if line.startswith(("import", "from"))
    }
    assert modules <= sys.stdlib_module_names
