"""Parameter pages: every parameter in one form, with its suggested value beside it."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _

from ccmadmin.models.parameters import Parameter
from ccmadmin.pages.forms import FieldLine, problems_in
from ccmadmin.pages.guard import actor_of, may
from ccmadmin.pages.links import find_href, screen_href
from ccmadmin.pages.page import Page
from ccmadmin.pages.reason import NAME as REASON
from ccmadmin.pages.reason import reason_field
from ccmadmin.pages.undo import offer
from ccmadmin.services import records

DEFAULTS = "defaults"


@dataclass(frozen=True)
class ParameterLine:
    parameter: Parameter
    field: Any
    is_default: bool
    history_href: str

    @property
    def suggested(self) -> str:
        """Return the default as the drop-down says it."""
        choices = getattr(self.field.field, "choices", ())
        return str(dict(choices).get(self.parameter.default, self.parameter.default))


def parameters(request: HttpRequest, page: Page) -> HttpResponse:
    """Show all parameters of the page's model and save those that were changed, all or none."""
    model = page.record_model
    registry: dict[str, Parameter] = model.REGISTRY
    stored = {record.name: record for record in model.objects.all()}
    values = {
        name: stored[name].value if name in stored else parameter.default
        for name, parameter in registry.items()
    }
    may_save = may(request, page.key, "update")
    is_reset = DEFAULTS in request.POST
    form = form_of(registry, values, typed(request, registry), may_save)
    if (
        form.is_bound
        and not is_reset
        and form.is_valid()
        and save(request, page, form, values, stored)
    ):
        return redirect(find_href(page))
    context = {
        "page": page,
        "may_save": may_save,
        "is_reset": is_reset,
        "groups": groups_of(page, registry, form, values),
        "reason": FieldLine(form[REASON]),
        "problems": problems_in(form),
    }
    return render(request, "pages/parameters.html", context, status=422 if form.errors else 200)


def typed(request: HttpRequest, registry: dict[str, Parameter]) -> QueryDict | None:
    """Return what was sent; the button Set to Default puts the suggested values in its place."""
    if request.method != "POST":
        return None
    sent = request.POST.copy()
    if DEFAULTS in sent:
        for name, parameter in registry.items():
            sent[name] = parameter.default
    return sent


class ParameterField(BoundField):
    """A field named as CallManager names the parameter: its id cannot have the blanks."""

    @property
    def auto_id(self) -> str:
        return f"id_{slugify(self.html_name)}"


class ParameterForm(forms.Form):
    bound_field_class = ParameterField


def form_of(
    registry: dict[str, Parameter], values: dict[str, str], data: Any, may_save: bool
) -> forms.Form:
    form = ParameterForm(data, initial=values)
    form.use_required_attribute = False
    for name, parameter in registry.items():
        form.fields[name] = field_of(parameter, may_save)
    form.fields[REASON] = reason_field()
    return form


def field_of(parameter: Parameter, may_save: bool) -> forms.Field:
    """Return a text or a drop-down; the parameter itself judges the value."""
    label, help_text = parameter.name, str(parameter.help)
    if parameter.kind in ("boolean", "choice"):
        return forms.ChoiceField(
            label=label,
            help_text=help_text,
            choices=parameter.choices or [("True", _("True")), ("False", _("False"))],
            disabled=not may_save,
        )
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        validators=[parameter.check],
        empty_value="",
        disabled=not may_save,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric"} if parameter.kind == "integer" else None
        ),
    )


def groups_of(
    page: Page, registry: dict[str, Parameter], form: forms.Form, values: dict[str, str]
) -> list[tuple[str, list[ParameterLine]]]:
    """Return the parameters under the headings of their sections."""
    lines = [
        ParameterLine(
            parameter,
            form[name],
            values[name] == parameter.default,
            screen_href(page, "history", name),
        )
        for name, parameter in registry.items()
    ]
    return [
        (title, list(group))
        for title, group in groupby(lines, key=lambda line: str(line.parameter.section))
    ]


def save(
    request: HttpRequest, page: Page, form: forms.Form, values: dict[str, str], stored: Any
) -> bool:
    """Write the changed parameters in one transaction; False when one was refused."""
    model = page.record_model
    cleaned = {name: form.cleaned_data[name] for name in values}
    changed = {name: text for name, text in cleaned.items() if text != values[name]}
    name = ""
    try:
        with transaction.atomic():
            for name, text in changed.items():
                record = stored.get(name) or model(name=name)
                record.value = text
                records.save(record, actor=actor_of(request))
    except ValidationError as error:
        form.add_error(name, error.messages)
        return False
    if changed:
        revision = records.current_revision()
        text = _("Update successful. In force as revision %(revision)s.") % {"revision": revision}
        offer(request, text)
    else:
        messages.success(request, _("Nothing was changed."))
    return True
