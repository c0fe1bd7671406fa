"""The form of a configuration page, made from its description and its model.

Every rule lives in the model; the form only turns text into values and back. Secrets are
write-only: an empty field leaves them as they are. One that was typed into a form that comes back
is not shown again, but not lost either: it is sealed in a hidden field.
"""

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from django.forms.boundfield import BoundField
from django.forms.models import ModelFormMetaclass
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ccmadmin.pages import held
from ccmadmin.pages.keys import KeyField
from ccmadmin.pages.links import href_of, screen_href
from ccmadmin.pages.page import Page, Section
from ccmadmin.pages.reason import reason_field

CONFIRM = "confirm_"
CLEAR = "clear_"
KEPT = "kept_"


@dataclass(frozen=True)
class FieldLine:
    """A field as drawn: with a link to the record that it names."""

    field: BoundField
    details_href: str = ""

    @property
    def is_required(self) -> bool:
        """Whether it is marked so: also what confirms a required secret, by no rule of its own."""
        bound = self.field
        asked = bound.form.fields.get(bound.name.removeprefix(CONFIRM), bound.field)
        return asked.required and not bound.field.disabled


@dataclass
class FormSection:
    """A section of the page with the fields of one form."""

    title: str
    note: str
    lines: list[FieldLine]

    @property
    def anchor(self) -> str:
        """Name the place on the page, in any language, after the first field."""
        return f"section-{self.lines[0].field.html_name}" if self.lines else "section"


class RecordForm(forms.ModelForm[Any]):
    """Base of the forms that `form_class` makes for a page; they set `page`.

    `revision` is the change log's sequence when the page was drawn: what somebody else changed
    since then must not be overwritten unseen.
    """

    page: Page
    use_required_attribute = False

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = reason_field()

    def __init__(
        self, *args: Any, may_update: bool = True, fixed: tuple[str, ...] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, KeyField):
                self.initial[name] = getattr(self.instance, name, None)
        for name in self.secrets:
            self._add_secret(name)
        if self.instance.pk:
            fixed = (*fixed, *self.page.fixed)
        if getattr(self.instance, "is_standard", False) and self.instance.pk:
            fixed = (*fixed, self.instance.KEY)
        for name, field in self.fields.items():
            field.disabled = field.disabled or not may_update or name in fixed

    @property
    def secrets(self) -> list[str]:
        """Name the write-only fields of the page."""
        known = getattr(self.page.model, "SECRETS", ())
        return [name for name in self.page.fields if name in known]

    def _add_secret(self, name: str) -> None:
        label = self.page.label_of(name)
        model_field = self.page.record_model._meta.get_field(name)
        is_set = bool(self.instance.pk and getattr(self.instance, name))
        state = _("Set; leave empty to keep it.") if is_set else _("Not set.")
        self.fields[name] = forms.CharField(
            label=label,
            required=not (is_set or model_field.blank),
            strip=False,
            help_text=f"{state} {self.page.help_of(name)}",
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        )
        self.fields[CONFIRM + name] = forms.CharField(
            label=_("Confirm %(label)s") % {"label": label},
            required=False,
            strip=False,
            help_text=_("The same once more."),
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        )
        self.fields[KEPT + name] = forms.CharField(required=False, widget=forms.HiddenInput)
        if self.is_bound and self._keep_typed(name):
            self.fields[name].help_text = _("Kept as you typed it; type both again to change it.")
        if is_set and model_field.blank:
            self.fields[CLEAR + name] = forms.BooleanField(
                label=_("Remove %(label)s") % {"label": label},
                required=False,
                help_text=_("Tick it to have none; nothing typed above counts then."),
            )

    def _keep_typed(self, name: str) -> bool:
        """Seal the secret that was typed, or take up the one that was; whether there is one."""
        typed, confirmed = self.data.get(name, ""), self.data.get(CONFIRM + name, "")
        if not typed and not confirmed:
            typed = confirmed = held.unseal(self.data.get(KEPT + name, ""), held.SECRET) or ""
            self.retype(name, typed)
            self.retype(CONFIRM + name, typed)
        is_kept = bool(typed) and typed == confirmed
        self.retype(KEPT + name, held.seal(typed, held.SECRET) if is_kept else "")
        return is_kept

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.secrets:
            if cleaned.get(name) != cleaned.get(CONFIRM + name):
                label = self.page.label_of(name)
                text = _("The two %(label)s differ. Type both again.") % {"label": label}
                self.add_error(CONFIRM + name, text)
            elif cleaned.get(CLEAR + name):
                self.instance.set_secret(name, "")
            elif cleaned.get(name):
                self._set_secret(name, cleaned[name])
        return cleaned

    def _set_secret(self, name: str, clear_text: str) -> None:
        try:
            self.instance.set_secret(name, clear_text)
        except ValidationError as error:
            self.add_error(name, error.messages)

    def keep_errors_back(self) -> None:
        """Show what was typed without judging it: a button was pressed that does not save."""
        self._errors = forms.utils.ErrorDict()

    def retype(self, name: str, text: str) -> None:
        """Replace what was typed into one field."""
        typed: Any = self.data
        changed = typed.copy()
        changed[self.add_prefix(name)] = text
        self.data = changed

    def reveal(self, name: str, clear_text: str) -> None:
        """Put a generated secret into both fields, readable, until the page is saved."""
        self.retype(name, clear_text)
        self.retype(CONFIRM + name, clear_text)
        for field in (name, CONFIRM + name):
            self.fields[field].widget = forms.TextInput(
                attrs={"autocomplete": "off", "spellcheck": "false"}
            )

    def sections(self) -> list[FormSection]:
        """Return the page's sections with their fields, secrets with their confirmation."""
        return [self._section(section) for section in self.page.sections]

    def reason_line(self) -> FieldLine:
        return FieldLine(self["reason"])

    def _section(self, section: Section) -> FormSection:
        names = [
            name
            for field in section.fields
            for name in (field, CONFIRM + field, CLEAR + field)
            if name in self.fields
        ]
        lines = [FieldLine(self[name], self._details(name)) for name in names]
        return FormSection(str(section.title), str(section.note), lines)

    def _details(self, name: str) -> str:
        chosen = self.initial.get(name)
        return href_of(chosen) if isinstance(self.fields[name], KeyField) and chosen else ""

    def take(self, error: ValidationError) -> None:
        """Put each error that a service found beside its field, or above the form."""
        found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        edited = [entry.name for entry in self.page.lists]
        for name, texts in found.items():
            for text in texts:
                if name in self.fields:
                    self.add_error(name, text)
                elif name.partition(".")[0] not in edited:  # lists show theirs themselves
                    self.add_error(None, text)


def form_class(page: Page) -> type[RecordForm]:
    """Return the form class of `page`; a foreign key becomes a field for its natural key."""
    model = page.record_model
    secrets = getattr(model, "SECRETS", ())
    names = [name for name in page.fields if name not in secrets]
    meta = type(
        "Meta",
        (),
        {
            "model": model,
            "fields": names,
            "formfield_callback": lambda field, **kwargs: field_of_form(page, field, **kwargs),
        },
    )
    made: Any = ModelFormMetaclass(
        f"{model.__name__}Form", (RecordForm,), {"Meta": meta, "page": page}
    )
    return cast(type[RecordForm], made)


def field_of_form(page: Page, field: Any, **kwargs: Any) -> "forms.Field | None":
    """Return the form field of one model field, labelled as on CallManager's page."""
    if not isinstance(field, ForeignKey):
        made: forms.Field | None = field.formfield(**kwargs)
        return made
    made = key_field(field, is_searched=field.name in page.searched)
    made.widget.choices_href = screen_href(page, "choices") + f"?field={field.name}"
    return made


def key_field(field: Any, *, is_searched: bool = False) -> KeyField:
    """Return the field in which a foreign key is chosen by natural key."""
    return KeyField(
        field.related_model._default_manager.order_by(*field.related_model._meta.ordering),
        is_searched=is_searched,
        required=not field.blank,
        label=capfirst(str(field.verbose_name)),
        help_text=field.help_text,
        initial=field.get_default() if field.has_default() else None,
    )


def problems_in(form: forms.BaseForm) -> list[dict[str, str]]:
    """Return each error for the summary above the form, with a link to its field."""
    found = []
    for name, texts in form.errors.items():
        bound = form[name] if name in form.fields else None
        label = str(bound.label) if bound is not None else ""
        href = f"#{bound.auto_id}" if bound is not None else ""
        found += [{"label": label, "href": href, "text": str(text)} for text in texts]
    return found
