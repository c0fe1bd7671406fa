"""End User: a person with phones, and the identity that third-party phones register by."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ccmadmin.models.base import Row
from ccmadmin.models.callrouting import DirectoryNumber
from ccmadmin.models.fields import DigestCredentialsField, UserIdField
from ccmadmin.models.phone import Phone
from ccmadmin.models.user import UserRecord


class EndUser(UserRecord):
    """A person with phones; the user ID is what a third-party phone identifies itself with."""

    SECRETS = ("digest_credentials",)
    LISTS = ("controlled_devices",)
    NOT_COPIED = ("primary_extension",)

    userid = UserIdField(
        _("User ID"),
        unique=True,
        help_text=_("The phone's authorization ID. It cannot be changed later."),
    )
    last_name = models.CharField(
        _("Last Name"), max_length=64, help_text=_("Up to 64 characters.")
    )
    middle_name = models.CharField(
        _("Middle Name"),
        max_length=64,
        blank=True,
        default="",
        help_text=_("Up to 64 characters."),
    )
    first_name = models.CharField(
        _("First Name"),
        max_length=64,
        blank=True,
        default="",
        help_text=_("Up to 64 characters."),
    )
    telephone_number = models.CharField(
        _("Telephone Number"),
        max_length=64,
        blank=True,
        default="",
        help_text=_("For the directory; it makes no directory number."),
    )
    mail_id = models.EmailField(
        _("Mail ID"), max_length=254, blank=True, default="", help_text=_("E-mail address.")
    )
    manager = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("Manager User ID"),
        help_text=_("Another end user."),
    )
    department = models.CharField(
        _("Department"), max_length=64, blank=True, default="", help_text=_("Up to 64 characters.")
    )
    digest_credentials = DigestCredentialsField(
        _("Digest Credentials"),
        max_length=128,
        blank=True,
        default="",
        help_text=_("The password that the phone answers a challenge with; never shown again."),
    )
    primary_extension = models.ForeignKey(
        DirectoryNumber,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="primary_users",
        verbose_name=_("Primary Extension"),
        help_text=_("A directory number of one of the controlled devices."),
    )

    class Meta:
        verbose_name = _("End User")
        verbose_name_plural = _("End Users")
        ordering = ("userid",)
        constraints = (models.UniqueConstraint(Lower("userid"), name="end_user_once"),)
        indexes = (
            models.Index(fields=("last_name",), name="end_user_by_last_name"),
            models.Index(fields=("first_name",), name="end_user_by_first_name"),
            models.Index(fields=("department",), name="end_user_by_department"),
        )

    def clean(self) -> None:
        super().clean()
        if self.manager_id and self.manager_id == self.pk:
            text = _("Manager User ID “%(userid)s” is this user. Choose another user, or none.")
            raise ValidationError(
                {"manager": ValidationError(text, params={"userid": self.userid})}
            )

    def has_extension(self) -> bool:
        """Whether the primary extension is a line of a controlled device."""
        numbers = Phone.objects.filter(controlling_users__end_user=self)
        return numbers.filter(lines__directory_number=self.primary_extension_id).exists()

    def clean_lists(self) -> None:
        if self.primary_extension_id and not self.has_extension():
            text = _(
                "Primary Extension “%(number)s” is not a line of a device that %(user)s controls. "
                "Associate the phone with the user, or choose another number."
            )
            params = {"number": self.primary_extension, "user": self.userid}
            raise ValidationError({"primary_extension": ValidationError(text, params=params)})

    def repair(self) -> None:
        if self.primary_extension_id and not self.has_extension():
            self.primary_extension = None

    def shared_digest_warnings(self) -> list[str]:
        names = list(self.digest_phones.order_by("name").values_list("name", flat=True))
        if len(names) < 2:
            return []
        text = _now(
            "%(user)s is the Digest User of more than one phone: %(phones)s. None of them can "
            "register until each has its own."
        )
        return [text % {"user": self.userid, "phones": ", ".join(names)}]

    def warnings(self) -> list[str]:
        found = self.shared_digest_warnings()
        if " " in self.userid:
            text = _now("User ID “%(userid)s” has a blank in it, which many phones cannot send.")
            found.append(text % {"userid": self.userid})
        return found


class ControlledDevice(Row):
    """An association of an end user with a phone; no part of the registration."""

    PARENT = "end_user"

    end_user = models.ForeignKey(
        EndUser,
        models.CASCADE,
        related_name="controlled_devices",
        verbose_name=_("End User"),
        help_text=_("The user."),
    )
    phone = models.ForeignKey(
        Phone,
        models.CASCADE,
        related_name="controlling_users",
        verbose_name=_("Controlled Device"),
        help_text=_("A phone that the user may control."),
    )

    class Meta:
        ordering = ("phone__name",)
        constraints = (
            models.UniqueConstraint(
                fields=("end_user", "phone"),
                name="controlled_device_once",
                violation_error_message=_(
                    "This phone is associated with the user already. Remove one of the two."
                ),
            ),
        )
