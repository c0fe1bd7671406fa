"""Who may use the pages: application users, their groups, roles and API tokens."""

import re
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from ccmadmin.models.base import GuardedQuerySet, Record, Row, allow_writes
from ccmadmin.models.fields import (
    CheckedText,
    DescriptionField,
    EncryptedTextField,
    NameField,
)
from ccmadmin.models.passwords import PasswordChange
from ccmadmin.models.user import UserRecord


class Role(Record):
    """What a user may read and update; see `ccmadmin.access` for how pages are named."""

    LISTS = ("permissions",)

    name = NameField(_("Name"), unique=True, help_text=_("Up to 50 characters, unique."))
    description = DescriptionField(
        _("Description"), help_text=_("What the role allows; up to 50 characters.")
    )
    is_standard = models.BooleanField(
        _("Standard"), default=False, editable=False, help_text=_("Came with the product.")
    )

    class Meta:
        verbose_name = _("Role")
        verbose_name_plural = _("Roles")
        ordering = ("name",)


class PageField(CheckedText):
    FORBIDDEN = re.compile(r"[^a-z0-9_/*]")
    CURE = _("Write a page such as device/phone, a menu such as device/*, or * for all pages.")


class RolePermission(Row):
    PARENT = "role"

    role = models.ForeignKey(
        Role,
        models.CASCADE,
        related_name="permissions",
        verbose_name=_("Role"),
        help_text=_("The role."),
    )
    page = PageField(_("Page"), help_text=_("A page, a menu such as device/*, or * for all."))
    may_read = models.BooleanField(
        _("Read"), default=True, help_text=_("The role may look at the page.")
    )
    may_update = models.BooleanField(
        _("Update"), default=False, help_text=_("The role may change what the page shows.")
    )

    class Meta:
        ordering = ("page",)
        constraints = (
            models.UniqueConstraint(
                fields=("role", "page"),
                name="page_once_per_role",
                violation_error_message=_("The role names this page already. Change that row."),
            ),
        )


class UserGroup(Record):
    """Roles that several application users share."""

    LISTS = ("roles",)

    name = NameField(_("Name"), unique=True, help_text=_("Up to 50 characters, unique."))
    is_standard = models.BooleanField(
        _("Standard"), default=False, editable=False, help_text=_("Came with the product.")
    )

    class Meta:
        verbose_name = _("User Group")
        verbose_name_plural = _("User Groups")
        ordering = ("name",)


class UserGroupRole(Row):
    PARENT = "user_group"

    user_group = models.ForeignKey(
        UserGroup,
        models.CASCADE,
        related_name="roles",
        verbose_name=_("User Group"),
        help_text=_("The group."),
    )
    role = models.ForeignKey(
        Role,
        models.PROTECT,
        related_name="user_groups",
        verbose_name=_("Role"),
        help_text=_("A role that the members of the group have."),
    )

    class Meta:
        ordering = ("role__name",)
        constraints = (
            models.UniqueConstraint(
                fields=("user_group", "role"),
                name="role_once_per_group",
                violation_error_message=_("The group has this role already."),
            ),
        )


class ApplicationUserManager(
    BaseUserManager["ApplicationUser"],
    models.Manager.from_queryset(GuardedQuerySet)["ApplicationUser"],  # type: ignore[misc]
):
    def get_by_natural_key(self, username: str | None) -> "ApplicationUser":
        return self.get(userid__iexact=username)


class ApplicationUser(UserRecord, AbstractBaseUser):
    """An administrator, or a program: who signs in to the pages and the REST interface.

    `services.second_factor` writes the second factor; nobody else does.
    """

    SECRETS = ("password", "second_factor", "recovery_codes")
    LISTS = ("groups",)
    UNLOGGED = ("last_login", "code_used_at")
    NOT_COPIED = ("code_used_at", "last_login")
    NOT_REVIVED = SECRETS
    USERNAME_FIELD = "userid"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    _has_new_password = False

    password = models.CharField(
        _("Password"),
        max_length=128,
        help_text=_("What the user signs in with; Enterprise Parameters say what it must be."),
    )
    is_active = models.BooleanField(
        _("Active"), default=True, help_text=_("Off: the user and its tokens are locked out.")
    )
    second_factor = EncryptedTextField(
        _("Second Factor"),
        blank=True,
        default="",
        editable=False,
        help_text=_("The secret from which the user's authenticator makes codes (RFC 6238)."),
    )
    recovery_codes = models.JSONField(
        _("Recovery Codes"),
        blank=True,
        default=list,
        editable=False,
        help_text=_("Hashes of the codes that replace the authenticator, each of them once."),
    )
    code_used_at = models.DateTimeField(
        _("Code Last Used"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The half minute of the last code that was accepted; no older one is."),
    )

    objects: ClassVar[ApplicationUserManager] = ApplicationUserManager()

    class Meta:
        verbose_name = _("Application User")
        verbose_name_plural = _("Application Users")
        ordering = ("userid",)
        constraints = (models.UniqueConstraint(Lower("userid"), name="application_user_once"),)

    def set_secret(self, name: str, clear_text: str) -> None:
        if name != "password":
            text = _("%(name)s is set on the user's own page only.")
            raise ValidationError(text, "fixed", {"name": name})
        validate_password(clear_text, self)
        self.set_password(clear_text)
        self._has_new_password = True

    def restore_secret(self, name: str, stored: Any) -> None:
        super().restore_secret(name, stored)
        self._has_new_password = self._has_new_password or name == "password"

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        if self._has_new_password:
            PasswordChange.note(self)
            self._has_new_password = False

    def check_password(self, raw_password: str | None) -> bool:
        with allow_writes():  # an old hash is renewed here; the password stays the same
            return super().check_password(raw_password)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Refuse Django's own permissions: `ccmadmin.access` decides, and nobody else."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False

    def clean_lists(self) -> None:
        self._keep_an_administrator(ApplicationUser.objects.all())

    def clean_delete(self) -> None:
        self._keep_an_administrator(ApplicationUser.objects.exclude(pk=self.pk))

    def _keep_an_administrator(self, users: "models.QuerySet[ApplicationUser]") -> None:
        rows = RolePermission.objects.filter(page="*", may_update=True)
        if not rows.exists():
            return  # the product is being set up
        able = users.filter(is_active=True, groups__user_group__roles__role__permissions__in=rows)
        if not able.exists():
            text = _(
                "User ID “%(userid)s” is the last active user who may change every page. Put "
                "another user into the group Standard CCM Super Users first."
            )
            raise ValidationError(text, "last", {"userid": self.userid})


class GroupMember(Row):
    PARENT = "application_user"

    application_user = models.ForeignKey(
        ApplicationUser,
        models.CASCADE,
        related_name="groups",
        verbose_name=_("Application User"),
        help_text=_("The user."),
    )
    user_group = models.ForeignKey(
        UserGroup,
        models.PROTECT,
        related_name="members",
        verbose_name=_("User Group"),
        help_text=_("A group that the user is in."),
    )

    class Meta:
        ordering = ("user_group__name",)
        constraints = (
            models.UniqueConstraint(
                fields=("application_user", "user_group"),
                name="group_once_per_user",
                violation_error_message=_("The user is in this group already."),
            ),
        )


class ApiToken(Record):
    """A key to the REST interface; only its hash is stored. `services.tokens` makes them."""

    SECRETS = ("digest",)
    UNLOGGED = ("last_used_at",)

    class Scope(models.TextChoices):
        READ = "read", _("Read")
        WRITE = "write", _("Read and write")

    application_user = models.ForeignKey(
        ApplicationUser,
        models.CASCADE,
        related_name="api_tokens",
        verbose_name=_("Application User"),
        help_text=_("Whose rights the token has."),
    )
    name = NameField(
        _("Name"), unique=True, help_text=_("What the token is for; unique, up to 50 characters.")
    )
    prefix = models.CharField(
        _("Begins With"),
        max_length=12,
        unique=True,
        editable=False,
        help_text=_("The part of the token by which it can be recognized."),
    )
    digest = models.CharField(
        _("Hash"), max_length=64, editable=False, help_text=_("SHA-256 of the token.")
    )
    scope = models.CharField(
        _("Scope"),
        max_length=5,
        choices=Scope,
        default=Scope.READ,
        help_text=_("What the token may do of what its user may do."),
    )
    created_at = models.DateTimeField(
        _("Created"), editable=False, help_text=_("When the token was made.")
    )
    expires_at = models.DateTimeField(
        _("Expires"), help_text=_("From then on the token is refused.")
    )
    last_used_at = models.DateTimeField(
        _("Last Used"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When it was last used, to the minute."),
    )

    class Meta:
        verbose_name = _("API Token")
        verbose_name_plural = _("API Tokens")
        ordering = ("name",)
