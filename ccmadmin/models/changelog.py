"""The change log: audit trail, base of undo, and the feed that the call server lives on."""

from collections.abc import Sequence

from django.apps import apps
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ccmadmin.models.base import Guarded, Record
from ccmadmin.models.fields import EncryptedTextField


class ChangeLog(Guarded):
    """One change of one record; `sequence` is the revision, in the order of commits.

    `model` is the class name ("Phone"), `key` the record's natural key after the change (before
    it, for a deletion); `previous_key` is set only when the change gave the record another key.
    `before` and `after` are documents of `services.records` without secrets; null before a
    creation and after a deletion. `part_of` is the change that brought this one about: the user
    lost a device because the phone was deleted. `undoes` is the change that this one took back.
    """

    class Action(models.TextChoices):
        CREATE = "create", _("Added")
        UPDATE = "update", _("Changed")
        DELETE = "delete", _("Deleted")

    class Source(models.TextChoices):
        PAGE = "page", _("Page")
        API = "api", _("API")
        IMPORT = "import", _("Import")
        COMMAND = "command", _("Command")

    sequence = models.BigAutoField(
        _("Revision"), primary_key=True, help_text=_("Counts the changes.")
    )
    at = models.DateTimeField(_("Time"), db_index=True, help_text=_("When it was changed."))
    user = models.CharField(
        _("User"), max_length=128, blank=True, default="", help_text=_("Who changed it.")
    )
    source = models.CharField(
        _("Source"),
        max_length=20,
        choices=Source,
        help_text=_("Page, API, import or command."),
    )
    request_id = models.CharField(
        _("Request"),
        max_length=64,
        blank=True,
        default="",
        help_text=_("The request that changed it; several changes may share one."),
    )
    address = models.CharField(
        _("Address"), max_length=45, blank=True, default="", help_text=_("Where it came from.")
    )
    model = models.CharField(_("Type"), max_length=50, help_text=_("What kind of record."))
    key = models.CharField(_("Record"), max_length=150, help_text=_("The record's name."))
    previous_key = models.CharField(
        _("Previous Name"),
        max_length=150,
        blank=True,
        default="",
        help_text=_("The record's name before the change, if that was another."),
    )
    action = models.CharField(
        _("Action"), max_length=6, choices=Action, help_text=_("What was done.")
    )
    before = models.JSONField(
        _("Before"), null=True, help_text=_("The record before; without secrets.")
    )
    after = models.JSONField(
        _("After"), null=True, help_text=_("The record after; without secrets.")
    )
    comment = models.CharField(
        _("Reason"), max_length=255, blank=True, default="", help_text=_("Why it was changed.")
    )
    undoes = models.BigIntegerField(
        _("Undoes Revision"), null=True, blank=True, help_text=_("The change that was taken back.")
    )
    part_of = models.BigIntegerField(
        _("Part of Revision"),
        null=True,
        blank=True,
        help_text=_("The change of another record that brought this one about."),
    )

    class Meta:
        verbose_name = _("Change")
        verbose_name_plural = _("Change Log")
        ordering = ("-sequence",)
        indexes = (
            # SQLite's table is in this order by itself, but reading it on the way to page 2,000
            # would read every document, too.
            models.Index(fields=("sequence",), name="change_in_order"),
            # A search looks into each row; this has what it looks at without the documents, which
            # are ten times as much. What is new stands at its end, so writing it costs little.
            models.Index(
                fields=(
                    "sequence",
                    "key",
                    "model",
                    "user",
                    "source",
                    "action",
                    "comment",
                    "address",
                    "request_id",
                ),
                name="change_searched",
            ),
            models.Index(fields=("model", "key"), name="change_of_record"),
            models.Index(fields=("model", "previous_key"), name="change_of_name"),
            models.Index(fields=("request_id", "user", "source"), name="change_of_request"),
            models.Index(
                fields=("undoes",),
                condition=models.Q(undoes__isnull=False),
                name="change_that_undoes",
            ),
            models.Index(
                fields=("part_of",),
                condition=models.Q(part_of__isnull=False),
                name="change_that_is_a_part",
            ),
        )

    def __str__(self) -> str:
        action, model = self.get_action_display(), self.get_model_display()
        return f"Revision {self.sequence}: {action} {model} {self.key}"

    def get_model_display(self) -> str:
        """Say the kind of record as its page does; a kind that is no more by its class name."""
        try:
            model = apps.get_model("ccmadmin", self.model)
        except LookupError:
            return self.model
        return capfirst(str(model._meta.verbose_name))

    @staticmethod
    def model_words() -> Sequence[tuple[str, str]]:
        """Return each kind of record that can be changed, and what its page calls it."""
        return [
            (model.__name__, capfirst(str(model._meta.verbose_name)))
            for model in apps.get_app_config("ccmadmin").get_models()
            if issubclass(model, Record)
        ]


class SealedSecrets(Guarded):
    """The secrets that a change replaced or deleted, so that it can be undone.

    They stand apart from the log, in a table that no page, answer or export reads, encrypted as
    the records' own secrets are.
    """

    change = models.OneToOneField(
        ChangeLog,
        models.CASCADE,
        primary_key=True,
        related_name="sealed",
        verbose_name=_("Change"),
        help_text=_("The change that took them away."),
    )
    secrets = EncryptedTextField(
        _("Secrets"), help_text=_("JSON, by field name: what was there before the change.")
    )

    class Meta:
        verbose_name = _("Sealed Secrets")
        verbose_name_plural = _("Sealed Secrets")

    def __str__(self) -> str:
        return f"Secrets before revision {self.pk}"
