"""About: version, revision, and the licences of what is in the product."""

from django.urls import reverse

from ccmadmin.services.changes import current_revision
from tests.ccmadmin.pages.api.caller import Caller
from tests.ccmadmin.visitor import sign_in, text_of


def test_it_tells_version_revision_and_licences(installed: None) -> None:
    text = text_of(sign_in("nobody", groups=()).get(reverse("help/about")))
    assert f"Revision {current_revision()}" in text
    assert "License Apache-2.0" in text
    assert "django" in text
    assert "BSD-3-Clause" in text


def test_rest_tells_the_same(script: Caller) -> None:
    told = script.get("about/").json()
    assert told["revision"] == current_revision()
    assert {"name", "version", "licence"} == set(told["packages"][0])
