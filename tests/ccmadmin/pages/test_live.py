"""The call server's revision in the menu bar, and that nothing is sent twice."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from ccmadmin.models import ServerState
from ccmadmin.pages.live import server_state
from ccmadmin.services.records import current_revision
from ccmadmin.services.registration import SILENT_AFTER
from tests.ccmadmin import site
from tests.ccmadmin.visitor import sign_in, text_of

LIVE = reverse("live")


def server(node: str, revision: int, seen_ago: datetime.timedelta = datetime.timedelta()) -> None:
    now = timezone.now()
    ServerState.objects.create(
        node=node, revision=revision, started_at=now, seen_at=now - seen_ago
    )


def test_without_a_call_server_the_bar_says_so(installed: None) -> None:
    assert "Call server not running" in text_of(sign_in().get(LIVE))


def test_a_server_that_was_not_heard_of_lately_is_not_running(installed: None) -> None:
    server("node-1", 1, SILENT_AFTER * 2)
    assert not server_state().is_running


def test_the_revision_in_force_is_shown(installed: None) -> None:
    server("node-1", current_revision())
    text = text_of(sign_in().get(reverse("home")))
    assert "1 change on its way" in text  # signing in added the user
    assert server_state().behind == 1


def test_the_slowest_of_several_nodes_counts(installed: None) -> None:
    now = current_revision()
    server("node-1", now)
    server("node-2", now - 2)
    state = server_state()
    assert (state.revision, state.behind) == (now - 2, 2)


def test_a_poll_gets_304_until_something_changes(installed: None) -> None:
    client = sign_in()
    server("node-1", current_revision())
    first = client.get(LIVE)
    tag = first.headers["ETag"]
    again = client.get(LIVE, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    site.add_partition("PT_A")
    changed = client.get(LIVE, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert "1 change on its way" in text_of(changed)


@pytest.mark.parametrize("method", ["post", "delete"])
def test_the_bar_is_only_read(installed: None, method: str) -> None:
    assert getattr(sign_in(), method)(LIVE).status_code == 405
