"""User Management > API Tokens: keys to the REST interface, shown once, when they are made."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ccmadmin.models import ApiToken, ApplicationUser
from ccmadmin.pages.forms import FieldLine, problems_in
from ccmadmin.pages.guard import actor_of, may
from ccmadmin.pages.links import find_href
from ccmadmin.pages.page import Page
from ccmadmin.pages.reason import ReasonForm
from ccmadmin.pages.routes import Screen, routes
from ccmadmin.pages.undo import offer
from ccmadmin.services import records, tokens

PAGE = Page(key="usermgmt/api_token", title=_("API Tokens"), singular=_("API Token"))
EVERYBODYS = "usermgmt/application_user"
LIFETIMES = [(7, _("7 days")), (30, _("30 days")), (90, _("90 days")), (365, _("1 year"))]


class TokenForm(forms.Form):
    """What a new token is for, what it may do and how long it lives."""

    use_required_attribute = False

    name = forms.CharField(
        label=_("Name"), max_length=50, help_text=_("What the token is for; unique.")
    )
    scope = forms.ChoiceField(
        label=_("Scope"),
        choices=ApiToken.Scope.choices,
        help_text=_("Read, or read and write; never more than you may do yourself."),
    )
    days = forms.TypedChoiceField(
        label=_("Expires After"),
        choices=LIFETIMES,
        coerce=int,
        initial=90,
        help_text=_("From then on the token is refused; make another one in time."),
    )


def tokens_of(request: HttpRequest) -> QuerySet[ApiToken]:
    """Return one's own tokens; those of everybody for who may update application users."""
    found = ApiToken.objects.select_related("application_user")
    if may(request, EVERYBODYS, "update"):
        return found
    return found.filter(application_user=request.user.pk)


def show(request: HttpRequest, page: Page) -> HttpResponse:
    """List the tokens and make a new one; its clear text is on this one answer only."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    clear_text = create(request, form) if form.is_bound else ""
    if clear_text:
        form = TokenForm()
    context: dict[str, Any] = {
        "page": page,
        "form": form,
        "lines": [FieldLine(field) for field in form],
        "problems": problems_in(form),
        "tokens": tokens_of(request),
        "clear_text": clear_text,
        "now": timezone.now(),
        "may_save": may(request, page.key, "update"),
        "reason": FieldLine(ReasonForm()["reason"]),
    }
    response = render(request, "usermgmt/api_token.html", context)
    response.headers["Cache-Control"] = "no-store"
    response.status_code = 422 if form.errors else 200
    return response


def create(request: HttpRequest, form: TokenForm) -> str:
    """Make the token; returns its clear text, "" when something must be mended."""
    if not form.is_valid():
        return ""
    lifetime = datetime.timedelta(days=form.cleaned_data["days"])
    try:
        _token, clear_text = tokens.create(
            user=ApplicationUser.by_key(request.user.get_username()),
            name=form.cleaned_data["name"],
            scope=form.cleaned_data["scope"],
            expires_at=timezone.now() + lifetime,
            actor=actor_of(request),
        )
    except ValidationError as error:
        for name, texts in error.message_dict.items():
            form.add_error(name if name in form.fields else None, texts)
        return ""
    return clear_text


@require_POST
def revoke(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    token = tokens_of(request).filter(name=key).first()
    if token is None:
        raise Http404
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["reason"])))
        return redirect(find_href(page))
    records.delete(token, actor=actor_of(request))
    offer(request, _now("Token %(name)s is revoked.") % {"name": key})
    return redirect(find_href(page))


URLS = routes(
    PAGE,
    Screen("revoke", "<path:key>/-/revoke/", revoke, "update"),
    Screen("find", "", show),
)
