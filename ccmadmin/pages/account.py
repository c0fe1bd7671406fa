"""What everybody may do with the own account: change the password."""

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from ccmadmin.models import ApplicationUser
from ccmadmin.pages.forms import FieldLine
from ccmadmin.pages.guard import actor_of, signed_in
from ccmadmin.services import records, signin


class PasswordForm(forms.Form):
    """The current password once, the new one twice."""

    use_required_attribute = False

    current = forms.CharField(
        label=_("Current Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("New Password"),
        strip=False,
        help_text=_("At least ten characters; not your user ID, not a common password."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    confirm = forms.CharField(
        label=_("Confirm Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_confirm(self) -> str:
        text: str = self.cleaned_data["confirm"]
        if text != self.cleaned_data.get("new", text):
            raise ValidationError(_now("The two new passwords differ. Type both again."))
        return text


@sensitive_post_parameters("current", "new", "confirm")
@signed_in
def password(request: HttpRequest) -> HttpResponse:
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and change(request, form):
        messages.success(request, _now("Your password is changed."))
        return redirect("home")
    context = {
        "heading": _now("Change Password"),
        "button": _now("Save"),
        "lines": [FieldLine(field) for field in form],
    }
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)


def change(request: HttpRequest, form: PasswordForm) -> bool:
    """Write the new password when the current one is right; the session goes on."""
    user = ApplicationUser.by_key(request.user.get_username())
    who = {"userid": user.userid, "address": request.META.get("REMOTE_ADDR", "")}
    block = signin.blocked(**who)
    if block is not None:
        form.add_error("current", block.text)
        return False
    if not user.check_password(form.cleaned_data["current"]):
        signin.failed(**who)
        form.add_error("current", _now("This is not your current password."))
        return False
    try:
        user.set_secret("password", form.cleaned_data["new"])
        records.save(user, actor=actor_of(request))
    except ValidationError as error:
        form.add_error("new", error.messages)
        return False
    update_session_auth_hash(request, user)
    return True
