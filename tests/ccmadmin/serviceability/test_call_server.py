from django.urls import reverse
from django.utils import timezone

from ccmadmin.models import ServerState
from tests.ccmadmin.visitor import sign_in, text_of


def test_a_call_server_shows_the_revision_that_it_has_in_force(installed: None) -> None:
    now = timezone.now()
    listening = ["udp:192.0.2.1:5060"]
    ServerState.objects.create(
        node="node-1", revision=4182, started_at=now, seen_at=now, listening=listening
    )
    listed = text_of(sign_in().get(reverse("serviceability/call_server")))
    for text in ("node-1", "4182", "udp:192.0.2.1:5060"):
        assert text in listed
