"""The one form for the whole site of a phone: user, phone and lines.

Its fields are those of the models, under the models' labels; every rule is asked by
`services.phone_sites`, whose errors come back beside the fields.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from ccmadmin.models import DirectoryNumber, EndUser, LineAppearance, Phone, PhoneModel
from ccmadmin.pages import held, registry
from ccmadmin.pages.forms import FieldLine, FormSection, key_field
from ccmadmin.pages.keys import KeyField, KeyWidget, Options
from ccmadmin.pages.links import screen_href
from ccmadmin.services.phones import preselected

USER_FIELDS = ("userid", "last_name", "first_name")
PHONE_FIELDS = (
    "name",
    "description",
    "device_pool",
    "calling_search_space",
    "phone_security_profile",
    "sip_profile",
)
NUMBER_FIELDS = ("number", "route_partition")
SECRET, CONFIRM, KEPT = "digest_credentials", "confirm_credentials", "kept_credentials"
ROWS = "rows"
Values = dict[str, Any]


def model_field(model: type[Any], name: str, page: str) -> forms.Field:
    """Return the form field of a model's field; references get suggestions from `page`."""
    field = model._meta.get_field(name)
    if not field.related_model:
        made: forms.Field = field.formfield()
        return made
    key = key_field(field)
    widget: Any = key.widget
    widget.choices_href = choices_href(page, name)
    return key


def choices_href(page: str, name: str) -> str:
    return screen_href(registry.pages()[page], "choices") + f"?field={name}"


class PartForm(forms.Form):
    use_required_attribute = False

    def keep_errors_back(self) -> None:
        """Show what was typed without judging it: a button was pressed that does not save."""
        self._errors = forms.utils.ErrorDict()


class SiteForm(PartForm):
    """User and phone. A typed password that comes back with an error is kept, but not shown."""

    generate = forms.BooleanField(
        label=_("Generate Digest Credentials"),
        required=False,
        initial=True,
        help_text=_("Made up here, and shown this once on the settings card."),
    )
    digest_credentials = forms.CharField(
        label=_("Digest Credentials"),
        required=False,
        strip=False,
        help_text=_("Or type them yourself; then none are generated."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    confirm_credentials = forms.CharField(
        label=_("Confirm Digest Credentials"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    kept_credentials = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, phone_model: PhoneModel, data: "QueryDict | None") -> None:
        fitting = preselected(phone_model)
        super().__init__(data, initial={name: fitting.get(name) for name in PHONE_FIELDS})
        for name in USER_FIELDS:
            self.fields[name] = model_field(EndUser, name, "usermgmt/end_user")
        self.fields["last_name"].required = False  # a user that exists has one
        self._suggest_users()
        for name in PHONE_FIELDS:
            self.fields[name] = model_field(Phone, name, "device/phone")
        self.fields["name"].required = False
        self.fields["name"].help_text = _(
            "12 hexadecimal digits. The phone never sends it: left empty, one is made up."
        )
        profile = self.fields["phone_security_profile"]
        if isinstance(profile, KeyField):
            fits = Q(phone_model=phone_model) | Q(phone_model=None)
            profile.queryset = profile.queryset.filter(fits)
        if self.is_bound:
            self._keep_typed()

    def _suggest_users(self) -> None:
        """Offer the users there are; an ID that is none of theirs adds one."""
        field = self.fields["userid"]
        widget = KeyWidget()
        widget.is_searched = True
        widget.options = Options(EndUser.objects.order_by("userid"))
        widget.choices_href = choices_href("device/phone", "digest_user")
        field.widget = widget
        field.help_text = _(
            "What the phone sends as its authorization ID: a new ID or a known one."
        )

    def _keep_typed(self) -> None:
        """Seal the password that was typed, or take up the one that was."""
        typed, confirmed = self.data.get(SECRET, ""), self.data.get(CONFIRM, "")
        if not typed and not confirmed:
            typed = confirmed = held.unseal(self.data.get(KEPT, ""), held.SECRET) or ""
        is_kept = bool(typed) and typed == confirmed
        changed: Any = self.data
        changed = changed.copy()
        changed[SECRET], changed[CONFIRM] = typed, confirmed
        changed[KEPT] = held.seal(typed, held.SECRET) if is_kept else ""
        self.data = changed
        if is_kept:
            self.fields[SECRET].help_text = _("Kept as you typed it; type both again to change.")

    def clean(self) -> Values:
        cleaned: Values = super().clean() or self.cleaned_data
        if cleaned.get(SECRET) != cleaned.get(CONFIRM):
            text = _("The two Digest Credentials differ. Type both again.")
            self.add_error(CONFIRM, ValidationError(text, "differ"))
        return cleaned

    @property
    def wants_generated(self) -> bool:
        return bool(self.cleaned_data["generate"]) and not self.cleaned_data[SECRET]

    def user_values(self) -> Values:
        return {name: self.cleaned_data[name] for name in (*USER_FIELDS, SECRET)}

    def phone_values(self) -> Values:
        return {name: self.cleaned_data[name] for name in PHONE_FIELDS}

    def sections(self) -> list[FormSection]:
        user = (*USER_FIELDS, "generate", SECRET, CONFIRM)
        return [
            self._section(str(_("End User")), user),
            self._section(str(_("Phone")), PHONE_FIELDS),
        ]

    def _section(self, title: str, names: tuple[str, ...]) -> FormSection:
        return FormSection(title, "", [FieldLine(self[name]) for name in names])


class LineForm(PartForm):
    """One line: its number and what callers see of it."""

    is_shared = forms.BooleanField(
        label=_("Shared Line"),
        required=False,
        help_text=_("The number is on other phones already, and all of them shall ring."),
    )

    def __init__(self, index: int, data: "QueryDict | None") -> None:
        super().__init__(data, prefix=f"lines-{index}")
        self.index = index
        fields = {
            "number": model_field(DirectoryNumber, "number", ""),
            "route_partition": model_field(
                DirectoryNumber, "route_partition", "callrouting/directory_number"
            ),
            "display": model_field(LineAppearance, "display", ""),
        }
        self.fields = fields | self.fields

    def section(self) -> FormSection:
        title = str(_("Line %(index)s") % {"index": self.index + 1})
        return FormSection(title, "", [FieldLine(field) for field in self])


class Site:
    """User, phone and lines as they stand in the form."""

    def __init__(self, phone_model: PhoneModel, data: "QueryDict | None") -> None:
        self.phone_model = phone_model
        data = _changed(data) if data is not None else None
        self.form = SiteForm(phone_model, data)
        total = _total(data) if data is not None else 1
        count = min(max(total, 1), phone_model.max_lines)
        self.lines = [LineForm(index, data) for index in range(count)]

    @property
    def may_add_line(self) -> bool:
        return len(self.lines) < self.phone_model.max_lines

    @property
    def forms(self) -> list[PartForm]:
        return [self.form, *self.lines]

    def keep_errors_back(self) -> None:
        for form in self.forms:
            form.keep_errors_back()

    def is_valid(self) -> bool:
        return [form.is_valid() for form in self.forms].count(False) == 0  # each has its errors

    def values(self) -> Values:
        """Return the arguments of `phone_sites.add`."""
        return {
            "end_user": self.form.user_values(),
            "phone": {"phone_model": self.phone_model.name, **self.form.phone_values()},
            "lines": [dict(line.cleaned_data) for line in self.lines],
            "generate": self.form.wants_generated,
        }

    def take(self, error: ValidationError) -> None:
        """Put each error of the service beside its field, or above its form."""
        for path, texts in error.message_dict.items():
            part, _dot, name = path.partition(".")
            form: PartForm = self.form
            if part == "lines":
                place, _dot, name = name.partition(".")
                form = self.lines[int(place)] if place.isdecimal() else self.form
            for text in texts:
                form.add_error(name if name in form.fields else None, text)

    def problems(self) -> list[Mapping[str, str]]:
        """Return each error for the summary above the form, with a link to its field."""
        found: list[Mapping[str, str]] = []
        for form in self.forms:
            for name, texts in form.errors.items():
                bound = form[name] if name in form.fields else None
                label, href = (str(bound.label), f"#{bound.auto_id}") if bound else ("", "")
                found += [{"label": label, "href": href, "text": str(text)} for text in texts]
        return found


def _total(data: QueryDict) -> int:
    text = data.get("lines-total", "1")
    return int(text) if text.isdecimal() and len(text) < 3 else 1


def _changed(data: QueryDict) -> QueryDict:
    """Return the data after the button of a line: "add", or "remove:1"."""
    action, _colon, place = data.get(ROWS, "").partition(":")
    total, changed = _total(data), data.copy()
    if action == "add":
        changed["lines-total"] = str(total + 1)
    elif action == "remove" and place in map(str, range(total)):
        for name in [name for name in data if name.startswith("lines-")]:
            del changed[name]
        rest = [index for index in range(total) if index != int(place)]
        for target, source in enumerate(rest):
            prefix = f"lines-{source}-"
            for name in data:
                if name.startswith(prefix):
                    changed[f"lines-{target}-{name[len(prefix) :]}"] = data.get(name, "")
        changed["lines-total"] = str(len(rest))
    return changed
