"""What end users and application users have in common: a user ID that lasts."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from ccmadmin.models.base import GuardedQuerySet, Record
from ccmadmin.models.fields import UserIdField


class UserRecord(Record):
    KEY = "userid"

    userid = UserIdField(
        _("User ID"),
        unique=True,
        help_text=_("Up to 128 characters; it cannot be changed later."),
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        userid = self.userid or ""
        if userid != userid.strip():
            text = _("User ID “%(userid)s” must not begin or end with a blank.")
            raise ValidationError({"userid": ValidationError(text, params={"userid": userid})})
        self._refuse_another_id()
        self._refuse_taken_id()

    def _all(self) -> "models.QuerySet[UserRecord]":
        users: models.QuerySet[UserRecord] = GuardedQuerySet(type(self))
        return users

    def _refuse_another_id(self) -> None:
        stored = self._all().filter(pk=self.pk).first()
        if stored and stored.userid != self.userid:
            text = _(
                "User ID cannot be changed from “%(old)s” to “%(new)s”. Add a new user with that "
                "ID, give it what the old one has, and delete the old one."
            )
            error = ValidationError(text, "userid", {"old": stored.userid, "new": self.userid})
            raise ValidationError({"userid": error})

    def _refuse_taken_id(self) -> None:
        """Refuse an ID that differs from another one in upper and lower case only."""
        others = self._all().exclude(pk=self.pk).annotate(folded=Lower("userid"))
        # Not iexact: SQLite would read every user for it, and here an index has the answer.
        taken = others.filter(folded=Lower(models.Value(self.userid or ""))).first()
        if taken and taken.userid != self.userid:
            text = _("User ID “%(userid)s” belongs to %(taken)s already. Choose a different one.")
            params = {"userid": self.userid, "taken": taken.userid}
            raise ValidationError({"userid": ValidationError(text, "unique", params)})
