"""What everybody may do with the own account: password, second factor, sessions."""

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from ccmadmin.models import ApplicationUser
from ccmadmin.models.passwords import rules
from ccmadmin.pages.forms import FieldLine, problems_in
from ccmadmin.pages.guard import MUST_CHANGE, actor_of, signed_in
from ccmadmin.services import records, second_factor, sessions, signin


class CurrentPasswordForm(forms.Form):
    """The password again, before something that a stranger at the keyboard must not do."""

    use_required_attribute = False

    current = forms.CharField(
        label=_("Current Password"),
        strip=False,
        help_text=_("The password that you signed in with."),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def check(self, request: HttpRequest) -> ApplicationUser | None:
        """Return the user when the password is right; wrong ones count as at signing in."""
        if not self.is_valid():
            return None
        user = own_user(request)
        who = {"userid": user.userid, "address": request.META.get("REMOTE_ADDR", "")}
        block = signin.blocked(**who)
        if block is not None:
            self.add_error("current", block.text)
            return None
        if not user.check_password(self.cleaned_data["current"]):
            signin.failed(**who)
            self.add_error("current", _now("This is not your current password."))
            return None
        return user


class PasswordForm(CurrentPasswordForm):
    """The current password once, the new one twice."""

    new = forms.CharField(
        label=_("New Password"),
        strip=False,
        help_text=_("The password to sign in with from now on."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    confirm = forms.CharField(
        label=_("Confirm Password"),
        strip=False,
        help_text=_("The new password once more."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["new"].help_text = rules()

    def clean_confirm(self) -> str:
        text: str = self.cleaned_data["confirm"]
        if text != self.cleaned_data.get("new", text):
            raise ValidationError(_now("The two new passwords differ. Type both again."))
        return text


def own_user(request: HttpRequest) -> ApplicationUser:
    return ApplicationUser.by_key(request.user.get_username())


@require_safe
@signed_in
def account(request: HttpRequest) -> HttpResponse:
    user = own_user(request)
    context = {
        "account": user,
        "password_set_at": user.password_changes.values_list("at", flat=True).first(),
        "rules": rules(),
        "factor": second_factor.state_of(user),
        "sessions": sessions.sessions_of(user, request.session.session_key),
        "end_href": reverse("end-sessions"),
    }
    return render(request, "pages/account.html", context)


@sensitive_post_parameters("current", "new", "confirm")
@signed_in
def password(request: HttpRequest) -> HttpResponse:
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if form.is_bound and change(request, form):
        messages.success(request, _now("Your password is changed. Other sessions have ended."))
        return redirect("home")
    note = _now("Your password is older than the rules allow. Choose a new one to go on.")
    context = {
        "heading": _now("Change Password"),
        "button": _now("Save"),
        "note": note if request.session.get(MUST_CHANGE) else "",
        "lines": [FieldLine(field) for field in form],
        "problems": problems_in(form),
    }
    return render(request, "pages/form.html", context, status=422 if form.errors else 200)


def change(request: HttpRequest, form: PasswordForm) -> bool:
    """Write the new password when the current one is right; this session alone goes on."""
    user = form.check(request)
    if user is None:
        return False
    try:
        user.set_secret("password", form.cleaned_data["new"])
        records.save(user, actor=actor_of(request))
    except ValidationError as error:
        form.add_error("new", error.messages)
        return False
    request.session.pop(MUST_CHANGE, None)
    update_session_auth_hash(request, user)
    sessions.end_all(user, but=request.session.session_key)
    return True


@require_POST
@signed_in
def end_sessions(request: HttpRequest) -> HttpResponse:
    end_sessions_of(request, own_user(request))
    return redirect("account")


def end_sessions_of(request: HttpRequest, user: ApplicationUser) -> None:
    """End the session that is named, or all except the one at work; say how many."""
    name = request.POST.get("session", "")
    if name:
        count = int(sessions.end(user, name))
    else:
        count = sessions.end_all(user, but=request.session.session_key)
    if name and not count:
        messages.warning(request, _now("That session has ended already."))
        return
    text = ngettext("%(n)s session ended.", "%(n)s sessions ended.", count)
    messages.success(request, text % {"n": count})
