"""How a user likes the lists: saved searches and chosen columns; no configuration, no history.

They live beside the sessions, and name their user by ID: who comes back after an undone deletion
finds them again.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Preference(models.Model):
    user = models.CharField(_("User"), max_length=128, help_text=_("Whose it is."))
    page = models.CharField(_("Page"), max_length=64, help_text=_("The key of the list's page."))

    class Meta:
        abstract = True


class SavedSearch(Preference):
    """The rows, order and length of a list under a name; `query` is its query string."""

    name = models.CharField(
        _("Name"), max_length=50, help_text=_("Up to 50 characters, unique on the page.")
    )
    query = models.TextField(_("Search"), help_text=_("The query string of the list."))

    class Meta:
        verbose_name = _("Saved Search")
        verbose_name_plural = _("Saved Searches")
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("user", "page", "name"), name="saved_search_once"),
        )

    def __str__(self) -> str:
        return self.name


class ChosenColumns(Preference):
    """The columns that a user wants to see of a list, in the order of the list."""

    names = models.JSONField(_("Columns"), default=list, help_text=_("Names of columns."))

    class Meta:
        verbose_name = _("Chosen Columns")
        verbose_name_plural = _("Chosen Columns")
        ordering = ("page",)
        constraints = (
            models.UniqueConstraint(fields=("user", "page"), name="columns_once_per_list"),
        )

    def __str__(self) -> str:
        return f"{self.user} {self.page}"
