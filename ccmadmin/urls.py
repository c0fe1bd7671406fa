"""All URLs: the pages of the menus, the account of who is signed in, and the REST interface."""

from django.urls import include, path

from ccmadmin import menu
from ccmadmin.pages import account, home, live, signin

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", signin.sign_in, name="sign-in"),
    path("sign-out/", signin.sign_out, name="sign-out"),
    path("password/", account.password, name="password"),
    path("-/live/", live.live, name="live"),
    *menu.url_patterns(),
    path("api/", include("ccmadmin.pages.api.urls")),
]
