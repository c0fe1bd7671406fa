"""The reason: one optional line beside every save, kept in the History with what was changed."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

NAME = "reason"
LONGEST = 255


def reason_field() -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=LONGEST,
        help_text=_("Why, in a few words; it stands in the History beside the change."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ReasonForm(forms.Form):
    """The reason alone, for what is confirmed without a form: a deletion, an undoing."""

    use_required_attribute = False

    reason = reason_field()


def typed_reason(request: HttpRequest) -> str:
    """Return what was typed; the forms have refused more than fits by then."""
    return request.POST.get(NAME, "").strip()[:LONGEST]
