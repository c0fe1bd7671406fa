"""Test calls, as pages and REST ask for them; `sipservice.prober` has them placed."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ccmadmin.models import LineAppearance, Phone, ProbeCall, ServerState
from ccmadmin.services.changes import Actor
from ccmadmin.services.registration import SILENT_AFTER

KEPT = timedelta(days=1)
# A row that nobody has taken for so long will not be taken any more.
OVERDUE_AFTER = timedelta(minutes=2)


def place(*, phone: Phone, index: int = 0, actor: Actor) -> ProbeCall:
    """Ask the call server to call a line of the phone; the first one when `index` is 0.

    Raises a ValidationError when there is nothing that could ring, or nobody who could call.
    """
    now = timezone.now()
    line = _line(phone, index)
    if not ServerState.objects.filter(seen_at__gte=now - SILENT_AFTER).exists():
        raise ValidationError(_("The call server is not running, so nothing can ring."), "stopped")
    open_calls = ProbeCall.objects.filter(phone=phone.name).exclude(state=ProbeCall.State.OVER)
    if open_calls.filter(requested_at__gte=now - OVERDUE_AFTER).exists():
        text = _("A test call to %(phone)s is under way already. End it first.")
        raise ValidationError(text, "under-way", {"phone": phone.name})
    ProbeCall.objects.filter(requested_at__lt=now - KEPT).delete()
    partition = line.directory_number.route_partition
    return ProbeCall.objects.create(
        phone=phone.name,
        number=line.directory_number.number,
        partition=partition.name if partition is not None else "",
        requested_by=actor.user,
        requested_at=now,
        status=0,
    )


def _line(phone: Phone, index: int) -> LineAppearance:
    lines = phone.lines.select_related("directory_number__route_partition").order_by("index")
    line = (lines.filter(index=index) if index else lines).first()
    if line is None:
        text = _("%(phone)s has no line that could ring. Add a directory number first.")
        if index:
            text = _("%(phone)s has no line %(index)s.")
        raise ValidationError(text, "missing", {"phone": phone.name, "index": index})
    return line


def newest(phone: str) -> ProbeCall | None:
    return ProbeCall.objects.filter(phone=phone).first()


def end(phone: str) -> bool:
    """Hang up; False when no test call to the phone is under way."""
    open_calls = ProbeCall.objects.filter(phone=phone).exclude(state=ProbeCall.State.OVER)
    return bool(open_calls.update(is_end_wanted=True))
