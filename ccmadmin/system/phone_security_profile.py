"""System > Security Profile > SIP Phone Security Profile; Add New first asks for the type."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ccmadmin.models import PhoneSecurityProfile
from ccmadmin.pages.choose import choose_type, chosen_type
from ccmadmin.pages.configure import Draft, bind, load, show, submit
from ccmadmin.pages.links import record_href
from ccmadmin.pages.page import Page, Section
from ccmadmin.pages.routes import routes
from ccmadmin.services import records

PAGE = Page(
    key="system/phone_security_profile",
    api="phone-security-profiles",
    title=_("SIP Phone Security Profiles"),
    model=PhoneSecurityProfile,
    find_by=("name", "description", "phone_model__name", "transport_type"),
    columns=(
        "name",
        "description",
        "phone_model",
        "transport_type",
        "enable_digest_authentication",
    ),
    sections=(
        Section(
            _("Phone Security Profile Information"),
            (
                "name",
                "description",
                "phone_model",
                "nonce_validity_time",
                "transport_type",
                "enable_digest_authentication",
                "digest_algorithm",
            ),
        ),
        Section(_("Parameters used in Phone"), ("sip_phone_port",)),
    ),
    fixed=("phone_model",),
)


def add(request: HttpRequest, page: Page) -> HttpResponse:
    phone_model = chosen_type(request)
    if phone_model is None:
        question = _now("Select the type of phone that the profile is for")
        return choose_type(request, page, question)
    return edit(request, PhoneSecurityProfile(phone_model=phone_model))


def copy(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    return edit(request, records.copy_of(load(page, key)))


def configure(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    return edit(request, load(page, key), key)


def edit(request: HttpRequest, profile: object, key: str = "") -> HttpResponse:
    """Show and save a profile; its phone type is settled by the first step or by the original."""
    draft = bind(request, PAGE, profile, key, fixed=PAGE.fixed)
    offer_transports(draft)
    if request.method == "POST" and submit(request, draft):
        return redirect(record_href(PAGE, draft.instance.key))
    return show(request, draft)


def offer_transports(draft: Draft) -> None:
    """Leave TLS out of the drop-down; the model refuses it with the reason if it comes anyway.

    A profile that somehow has it still shows it.
    """
    widget = draft.form.fields["transport_type"].widget
    widget.choices = [
        choice
        for choice in PhoneSecurityProfile.Transport.choices
        if choice[0] != "TLS" or draft.instance.transport_type == "TLS"
    ]


URLS = routes(PAGE, add=add, copy=copy, configure=configure)
