"""What the SIP process and the sign-in write: no configuration, another database, no history."""

from collections.abc import Iterable

from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ccmadmin.models.verdicts import told

OUTCOMES: dict[str, Promise] = {
    "accepted": _("accepted"),
    "challenged": _("challenged"),
    "removed": _("removed"),
    "refused": _("refused"),
}
ENDS: dict[str, Promise] = {
    "caller": _("caller"),
    "called": _("called"),
    "system": _("system"),
}


class Binding(models.Model):
    """A registered contact of one line of one phone; what a restart of the SIP process reads."""

    node = models.CharField(_("Node"), max_length=50, help_text=_("The node it is bound to."))
    phone = models.CharField(_("Phone"), max_length=15, help_text=_("The device name."))
    number = models.CharField(_("Directory Number"), max_length=24, help_text=_("The line."))
    partition = models.CharField(
        _("Partition"), max_length=50, blank=True, default="", help_text=_("Of the number.")
    )
    contact = models.TextField(_("Contact"), help_text=_("The URI exactly as registered."))
    transport = models.CharField(_("Transport"), max_length=4, help_text=_("UDP or TCP."))
    local_host = models.CharField(_("Local Address"), max_length=45, help_text=_("Of the node."))
    local_port = models.PositiveIntegerField(_("Local Port"), help_text=_("Of the node."))
    remote_host = models.CharField(_("IP Address"), max_length=45, help_text=_("Of the phone."))
    remote_port = models.PositiveIntegerField(_("Port"), help_text=_("Of the phone."))
    call_id = models.TextField(_("Call-ID"), help_text=_("Of the REGISTER."))
    cseq = models.PositiveBigIntegerField(_("CSeq"), help_text=_("Of the REGISTER."))
    user_agent = models.TextField(
        _("User-Agent"), blank=True, default="", help_text=_("What the phone calls itself.")
    )
    requested_expires = models.PositiveBigIntegerField(
        _("Requested Expires (seconds)"), null=True, help_text=_("What the phone asked for.")
    )
    path = models.JSONField(_("Path"), default=list, help_text=_("Path headers."))
    q = models.FloatField(_("q"), default=1.0, help_text=_("Preference; the highest rings first."))
    registered_at = models.DateTimeField(_("Registered"), help_text=_("First registration."))
    refreshed_at = models.DateTimeField(_("Refreshed"), help_text=_("Latest registration."))
    expires_at = models.DateTimeField(_("Expires"), help_text=_("When it is given up."))

    class Meta:
        verbose_name = _("Binding")
        verbose_name_plural = _("Bindings")
        ordering = ("phone", "number")
        constraints = (
            models.UniqueConstraint(fields=("phone", "number", "contact"), name="contact_once"),
        )

    def __str__(self) -> str:
        return f"{self.phone} {self.number} {self.contact}"


class DecisionFields(models.Model):
    """A decision of the SIP process, told in words."""

    node = models.CharField(_("Node"), max_length=50, help_text=_("The node that decided."))
    outcome = models.CharField(
        _("Outcome"), max_length=12, default="", help_text=_("accepted, removed or refused.")
    )
    rule = models.CharField(
        _("Rule"), max_length=40, blank=True, default="", help_text=_("The rule that decided.")
    )
    status = models.PositiveSmallIntegerField(_("Response"), help_text=_("SIP status code."))
    reason_code = models.PositiveSmallIntegerField(
        _("Reason Code"), default=0, help_text=_("CallManager's alarm reason.")
    )
    summary = models.TextField(_("Result"), blank=True, default="", help_text=_("In a sentence."))
    expected = models.TextField(
        _("Expected"), blank=True, default="", help_text=_("What would have been right.")
    )
    received = models.TextField(
        _("Came"), blank=True, default="", help_text=_("What came instead.")
    )
    advice = models.TextField(_("Do this"), blank=True, default="", help_text=_("The cure."))

    class Meta:
        abstract = True

    @staticmethod
    def outcome_words() -> Iterable[tuple[str, Promise]]:
        return OUTCOMES.items()

    def get_outcome_display(self) -> str:
        return capfirst(str(OUTCOMES.get(self.outcome, self.outcome)))

    def get_summary_display(self) -> str:
        return told(self.summary)

    def get_expected_display(self) -> str:
        return told(self.expected)

    def get_received_display(self) -> str:
        return told(self.received)

    def get_advice_display(self) -> str:
        return told(self.advice)


class RegistrationAttempt(DecisionFields):
    """A REGISTER and its decision; equal ones in a row are counted, not repeated."""

    at = models.DateTimeField(_("First"), help_text=_("When it came first."))
    last_at = models.DateTimeField(_("Time"), db_index=True, help_text=_("When it came last."))
    repeats = models.PositiveIntegerField(
        _("Repeats"), default=0, help_text=_("How often it came again since.")
    )
    phone = models.CharField(
        _("Phone"), max_length=15, blank=True, default="", help_text=_("If it is known.")
    )
    userid = models.CharField(
        _("User ID"), max_length=255, blank=True, default="", help_text=_("Digest username.")
    )
    number = models.CharField(
        _("Number"), max_length=255, blank=True, default="", help_text=_("User part of To.")
    )
    contact = models.TextField(_("Contact"), blank=True, default="", help_text=_("As it came."))
    call_id = models.TextField(_("Call-ID"), blank=True, default="", help_text=_("As it came."))
    user_agent = models.TextField(
        _("User-Agent"), blank=True, default="", help_text=_("What the phone calls itself.")
    )
    requested_expires = models.PositiveBigIntegerField(
        _("Requested Expires (seconds)"), null=True, help_text=_("What the phone asked for.")
    )
    transport = models.CharField(
        _("Transport"), max_length=4, blank=True, default="", help_text=_("UDP or TCP.")
    )
    remote_host = models.CharField(
        _("IP Address"), max_length=45, blank=True, default="", help_text=_("Of the sender.")
    )
    remote_port = models.PositiveIntegerField(_("Port"), default=0, help_text=_("Of the sender."))

    class Meta:
        verbose_name = _("Registration Attempt")
        verbose_name_plural = _("Registration Attempts")
        ordering = ("-last_at", "-id")
        indexes = (
            models.Index(fields=("phone", "last_at"), name="attempt_of_phone"),
            models.Index(fields=("userid", "last_at"), name="attempt_of_user"),
            # For the home page; what is accepted, which is nearly all, costs nothing.
            models.Index(
                fields=("-last_at", "-id"),
                condition=models.Q(outcome="refused"),
                name="attempt_refused",
            ),
        )

    def __str__(self) -> str:
        return f"{self.last_at:%Y-%m-%d %H:%M:%S} {self.phone or self.userid} {self.rule}"


class CallRecord(DecisionFields):
    """A call that is over."""

    call_id = models.TextField(_("Call-ID"), help_text=_("Of the caller's INVITE."))
    caller_phone = models.CharField(
        _("Calling Phone"), max_length=15, blank=True, default="", help_text=_("Device name.")
    )
    caller_number = models.CharField(
        _("Calling Number"), max_length=255, blank=True, default="", help_text=_("Its line.")
    )
    caller_partition = models.CharField(
        _("Calling Partition"), max_length=50, blank=True, default="", help_text=_("Its line's.")
    )
    dialed = models.CharField(
        _("Dialed"), max_length=255, blank=True, default="", help_text=_("What was dialed.")
    )
    called_number = models.CharField(
        _("Called Number"), max_length=255, blank=True, default="", help_text=_("What was found.")
    )
    called_partition = models.CharField(
        _("Called Partition"), max_length=50, blank=True, default="", help_text=_("Where.")
    )
    called_phone = models.CharField(
        _("Called Phone"), max_length=15, blank=True, default="", help_text=_("Who answered.")
    )
    started_at = models.DateTimeField(_("Start"), db_index=True, help_text=_("INVITE came."))
    ringing_at = models.DateTimeField(_("Ringing"), null=True, help_text=_("First 180."))
    answered_at = models.DateTimeField(_("Answered"), null=True, help_text=_("Answer."))
    ended_at = models.DateTimeField(_("End"), help_text=_("When it was over."))
    cause = models.PositiveSmallIntegerField(_("Cause"), help_text=_("Q.850 cause."))
    ended_by = models.CharField(
        _("Ended By"), max_length=8, default="", help_text=_("caller, called or system.")
    )

    class Meta:
        verbose_name = _("Call Record")
        verbose_name_plural = _("Call Records")
        ordering = ("-started_at", "-id")
        indexes = (
            models.Index(fields=("caller_phone", "started_at"), name="call_of_caller"),
            models.Index(fields=("called_phone", "started_at"), name="call_of_called"),
        )

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M:%S} {self.caller_number} > {self.dialed}"

    @staticmethod
    def ended_by_words() -> Iterable[tuple[str, Promise]]:
        return ENDS.items()

    def get_ended_by_display(self) -> str:
        return capfirst(str(ENDS.get(self.ended_by, self.ended_by)))

    @property
    def duration_s(self) -> int:
        """Seconds from answer to end; 0 for a call that was not answered."""
        return int((self.ended_at - self.answered_at).total_seconds()) if self.answered_at else 0


class ServerState(models.Model):
    """What a SIP process says of itself, written every few seconds."""

    node = models.CharField(_("Node"), max_length=50, unique=True, help_text=_("Its name."))
    revision = models.BigIntegerField(
        _("Revision"), default=0, help_text=_("The newest change that it has in force.")
    )
    started_at = models.DateTimeField(_("Started"), help_text=_("When it was started."))
    seen_at = models.DateTimeField(_("Seen"), help_text=_("When it was last heard of."))
    listening = models.JSONField(
        _("Listening"), default=list, help_text=_("Transports and addresses.")
    )

    class Meta:
        verbose_name = _("Server")
        verbose_name_plural = _("Servers")
        ordering = ("node",)

    def __str__(self) -> str:
        return self.node


class FailedAttempt(models.Model):
    """A wrong password on a page or at the REST interface; `services.signin` counts them."""

    at = models.DateTimeField(_("Time"), db_index=True, help_text=_("When."))
    userid = models.CharField(_("User ID"), max_length=128, help_text=_("Whose password."))
    address = models.CharField(_("Address"), max_length=45, help_text=_("Where from."))

    class Meta:
        verbose_name = _("Failed Attempt")
        verbose_name_plural = _("Failed Attempts")
        ordering = ("-at",)
        indexes = (models.Index(fields=("address", "at"), name="failure_of_address"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.userid} {self.address}"
