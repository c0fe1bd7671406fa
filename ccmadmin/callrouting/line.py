"""The part of the Directory Number page that belongs to one line of one phone."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ccmadmin.models import DirectoryNumber, LineAppearance, Phone
from ccmadmin.pages import registry
from ccmadmin.pages.forms import RecordForm, form_class
from ccmadmin.pages.guard import actor_of
from ccmadmin.pages.links import record_href
from ccmadmin.pages.page import Page, Section
from ccmadmin.services import numbers
from ccmadmin.services.changes import writing

PREFIX = "line"
PHONE = "device/phone"

# Not a page of its own: it only describes the sections that a line adds to its number's page.
SETTINGS = Page(
    key="callrouting/directory_number",
    title=_("Lines"),
    model=LineAppearance,
    sections=(
        Section(
            _("Line %(index)s on Device %(phone)s"),
            (
                "display",
                "ascii_display",
                "line_text_label",
                "ascii_line_text_label",
                "external_phone_number_mask",
                "message_waiting_lamp_policy",
                "ring_setting_idle",
                "ring_setting_active",
            ),
        ),
        Section(
            _("Multiple Call/Call Waiting Settings on Device %(phone)s"),
            ("maximum_number_of_calls", "busy_trigger"),
        ),
        Section(
            _("Forwarded Call Information Display on Device %(phone)s"),
            ("caller_name", "caller_number", "redirected_number", "dialed_number"),
        ),
    ),
)


@dataclass
class Line:
    """A button of a phone and, when it has one, its number."""

    phone: Phone
    index: int
    appearance: LineAppearance

    @property
    def number(self) -> DirectoryNumber | None:
        return self.appearance.directory_number if self.appearance.pk else None

    @property
    def query(self) -> str:
        return "?" + urlencode({"phone": self.phone.name, "line": self.index})

    @property
    def phone_href(self) -> str:
        return record_href(registry.pages()[PHONE], self.phone.key)

    def form(self, data: "QueryDict | None", may_update: bool) -> RecordForm:
        return form_class(SETTINGS)(
            data, instance=self.appearance, prefix=PREFIX, may_update=may_update
        )

    def sections(self, form: RecordForm) -> list[Any]:
        """Return the form's sections with the device's name in their titles."""
        names = {"index": self.index, "phone": self.phone.name}
        shown = form.sections()
        for section in shown:
            section.title = section.title % names
        return shown


def find_line(request: HttpRequest) -> Line | None:
    """Return the line that the URL names, None when the page stands alone."""
    name, index = request.GET.get("phone", ""), request.GET.get("line", "1")
    if not name:
        return None
    phone = Phone.lookup(name).select_related("phone_button_template", "phone_model").first()
    if phone is None or not index.isdecimal() or not 1 <= int(index) <= 34:
        raise Http404(
            _now("There is no line %(line)s on %(phone)s.") % {"line": index, "phone": name}
        )
    lines = LineAppearance.objects.select_related("directory_number__route_partition")
    appearance = lines.filter(phone=phone, index=int(index)).first()
    return Line(phone, int(index), appearance or LineAppearance(phone=phone, index=int(index)))


def existing(data: QueryDict) -> DirectoryNumber | None:
    """Return the number that exists with the number and partition that were typed."""
    typed = {"number": data.get("number", "").strip()}
    typed["route_partition"] = data.get("route_partition", "").strip()
    try:
        return numbers.existing_number(typed)
    except ValidationError:
        return None  # no such partition: the form says so beside the field


def save_on_phone(
    request: HttpRequest, line: Line, number_form: RecordForm, line_form: RecordForm
) -> bool:
    """Save number and line together; on False both forms hold their errors."""
    if not all([number_form.is_valid(), line_form.is_valid()]):
        return False
    actor = actor_of(request)
    try:
        with writing():
            if line.number is not None and line.number.pk != number_form.instance.pk:
                # The button changes over to another number; its old one stays, unassigned.
                numbers.remove_line(phone=line.phone, index=line.index, actor=actor)
            numbers.save_line(
                phone=line.phone,
                index=line.index,
                directory_number_values=_values(number_form),
                appearance_values=_values(line_form),
                actor=actor,
            )
    except ValidationError as error:
        _share_out(error, number_form, line_form)
        return False
    return True


def _values(form: RecordForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in form.page.fields if name in form.fields}


def _share_out(error: ValidationError, number_form: RecordForm, line_form: RecordForm) -> None:
    if not hasattr(error, "error_dict"):
        number_form.take(error)
        return
    for name, texts in numbers.appearance_errors(error).items():
        form = line_form if name in line_form.fields else number_form
        field = "number" if name == "directory_number" else name
        for text in texts:
            form.add_error(field if field in form.fields else None, text)
