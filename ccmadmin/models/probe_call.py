"""Test calls: what a page asks the SIP process to do, and what became of it. Runtime data."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ccmadmin.models.runtime import DecisionFields


class ProbeCall(DecisionFields):
    """A call that the server itself makes to one line of one phone.

    A page adds the row and may set `is_end_wanted`; everything else is written by the SIP process
    that has taken it.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("Waiting for the call server")
        CALLING = "calling", _("Calling")
        RINGING = "ringing", _("Ringing")
        ANSWERED = "answered", _("Answered")
        OVER = "over", _("Ended")

    phone = models.CharField(_("Phone"), max_length=15, help_text=_("The device name."))
    number = models.CharField(_("Directory Number"), max_length=24, help_text=_("The line."))
    partition = models.CharField(
        _("Partition"), max_length=50, blank=True, default="", help_text=_("Of the number.")
    )
    requested_by = models.CharField(
        _("Requested By"), max_length=128, help_text=_("Who started the call.")
    )
    requested_at = models.DateTimeField(_("Requested"), help_text=_("When it was started."))
    state = models.CharField(
        _("State"),
        max_length=9,
        choices=State,
        default=State.REQUESTED,
        db_index=True,
        help_text=_("How far the call is."),
    )
    is_end_wanted = models.BooleanField(
        _("End Wanted"), default=False, help_text=_("Somebody has pressed End.")
    )
    ringing_at = models.DateTimeField(_("Ringing"), null=True, help_text=_("First 180."))
    answered_at = models.DateTimeField(_("Answered"), null=True, help_text=_("Answer."))
    ended_at = models.DateTimeField(_("End"), null=True, help_text=_("When it was over."))

    class Meta:
        verbose_name = _("Test Call")
        verbose_name_plural = _("Test Calls")
        ordering = ("-requested_at", "-id")
        indexes = (models.Index(fields=("phone", "requested_at"), name="probe_call_of_phone"),)

    def __str__(self) -> str:
        return f"{self.requested_at:%Y-%m-%d %H:%M:%S} {self.phone} {self.number}"

    @property
    def is_over(self) -> bool:
        return self.state == self.State.OVER
