"""Set up the own second factor, make new recovery codes, and remove it again."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from ccmadmin.pages import held, qr
from ccmadmin.pages.account import CurrentPasswordForm, own_user
from ccmadmin.pages.forms import FieldLine, problems_in
from ccmadmin.pages.guard import MUST_SET_UP, actor_of, must_set_up, signed_in
from ccmadmin.services import second_factor

PURPOSE = "second factor"  # of the secret that travels


class SetUpForm(CurrentPasswordForm):
    """The code shows that the authenticator has the secret, which goes sealed to and fro."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("The six digits that the authenticator shows now."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )
    sealed = forms.CharField(required=False, widget=forms.HiddenInput)


@never_cache
@sensitive_post_parameters()
@signed_in
def set_up(request: HttpRequest) -> HttpResponse:
    """Show a new secret as QR code and text; store it when a code of it was typed."""
    user = own_user(request)
    if user.second_factor:
        messages.warning(request, _now("You have a second factor. Remove it to set up another."))
        return redirect("account")
    form = SetUpForm(request.POST if request.method == "POST" else None)
    secret = held.unseal(form["sealed"].value() or "", PURPOSE) or second_factor.new_secret()
    codes = confirm(request, form, secret) if form.is_bound else []
    if codes:
        return show_recovery_codes(request, codes, _now("Your second factor is set up."))
    uri = second_factor.uri_of(user, secret)
    context = {
        "lines": [FieldLine(form["current"]), FieldLine(form["code"])],
        "problems": problems_in(form),
        "sealed": held.seal(secret, PURPOSE),
        "uri": uri,
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "qr": qr.image(uri),
        "is_required": must_set_up(request),
    }
    status = 422 if form.errors else 200
    return render(request, "pages/second_factor.html", context, status=status)


def confirm(request: HttpRequest, form: SetUpForm, secret: str) -> list[str]:
    """Return the recovery codes, none when something must be mended."""
    user = form.check(request)
    if user is None:
        return []
    try:
        code = form.cleaned_data["code"]
        return second_factor.set_up(user=user, secret=secret, code=code, actor=actor_of(request))
    except ValidationError as error:
        form.add_error("code", error.messages)
        return []


@never_cache
@sensitive_post_parameters()
@signed_in
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Replace the recovery codes, after the password."""
    if not own_user(request).second_factor:
        return redirect("second-factor")
    form = CurrentPasswordForm(request.POST if request.method == "POST" else None)
    user = form.check(request) if form.is_bound else None
    if user is not None:
        codes = second_factor.renew_recovery_codes(user=user, actor=actor_of(request))
        return show_recovery_codes(request, codes, _now("The codes that you had are void."))
    note = _now("The recovery codes that you have now will no longer work.")
    return ask(request, form, _now("New Recovery Codes"), _now("Make New Codes"), note)


@never_cache
@sensitive_post_parameters()
@signed_in
def remove(request: HttpRequest) -> HttpResponse:
    """Remove the own second factor, after the password."""
    if not own_user(request).second_factor:
        return redirect("account")
    form = CurrentPasswordForm(request.POST if request.method == "POST" else None)
    user = form.check(request) if form.is_bound else None
    if user is not None:
        second_factor.remove(user=user, actor=actor_of(request))
        if second_factor.is_missing(user):  # another one is to follow
            request.session[MUST_SET_UP] = True
            return redirect("second-factor")
        messages.success(request, _now("From now on your password alone signs you in."))
        return redirect("account")
    note = _now("Afterwards your password alone signs you in.")
    return ask(request, form, _now("Remove Second Factor"), _now("Remove"), note)


def ask(
    request: HttpRequest, form: CurrentPasswordForm, heading: str, button: str, note: str
) -> HttpResponse:
    lines = [FieldLine(field) for field in form]
    context = {"heading": heading, "button": button, "note": note, "lines": lines}
    context["problems"] = problems_in(form)
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)


def show_recovery_codes(request: HttpRequest, codes: list[str], text: str) -> HttpResponse:
    """Show the codes on this one answer; they are stored as hashes only."""
    return render(request, "pages/recovery_codes.html", {"codes": codes, "text": text})
