"""All URLs: the pages of the menus, the account of who is signed in, and the REST interface."""

from django.urls import include, path
from django.views.i18n import set_language

from ccmadmin import menu
from ccmadmin.pages import account, home, live, search, second_factor, signin, undo

handler400 = "ccmadmin.pages.refused.bad_request"
urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", signin.sign_in, name="sign-in"),
    path("sign-in/code/", signin.sign_in_code, name="sign-in-code"),
    path("sign-out/", signin.sign_out, name="sign-out"),
    path("password/", account.password, name="password"),
    path("account/", account.account, name="account"),
    path("account/second-factor/", second_factor.set_up, name="second-factor"),
    path("account/second-factor/remove/", second_factor.remove, name="second-factor-remove"),
    path("account/recovery-codes/", second_factor.recovery_codes, name="recovery-codes"),
    path("account/sessions/end/", account.end_sessions, name="end-sessions"),
    path("search/", search.search, name="search"),
    path("-/live/", live.live, name="live"),
    path("-/undo/<int:revision>/", undo.undo, name="undo"),
    path("-/language/", set_language, name="set_language"),
    *menu.url_patterns(),
    path("api/", include("ccmadmin.pages.api.urls")),
]
