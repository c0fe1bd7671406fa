"""How far the call server is, for the menu bar; asked again every two seconds."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import conditional_page, require_safe

from ccmadmin.models import ServerState
from ccmadmin.pages.guard import signed_in
from ccmadmin.services import records
from ccmadmin.services.registration import SILENT_AFTER


@dataclass(frozen=True)
class Live:
    """`behind` counts the changes that the call server does not have in force yet."""

    is_running: bool
    revision: int = 0
    behind: int = 0


def server_state() -> Live:
    """Return the state of the nodes that were heard of lately; the slowest one counts."""
    since = timezone.now() - SILENT_AFTER
    revisions = ServerState.objects.filter(seen_at__gte=since).values_list("revision", flat=True)
    slowest = min(revisions, default=None)
    if slowest is None:
        return Live(is_running=False)
    return Live(True, slowest, max(0, records.current_revision() - slowest))


@require_safe
@signed_in
@conditional_page
def live(request: HttpRequest) -> HttpResponse:
    return render(request, "parts/live.html", {"live": server_state()})
