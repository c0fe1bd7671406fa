"""The frame: the menu where one is, and nothing before signing in."""

from django.test import Client
from django.urls import reverse

from tests.ccmadmin.visitor import sign_in, text_of


def test_the_menu_marks_where_one_is(installed: None) -> None:
    shown = sign_in().get(reverse("device/sip_profile")).context["frame"]
    current = [menu for menu in shown.menus if menu.is_current]
    assert [menu.title for menu in current] == ["Device"]
    entries = [item for group in current[0].groups for item in group.entries if item.is_current]
    assert [item.title for item in entries] == ["SIP Profile"]
    assert shown.menu_title == "Device"


def test_the_banner_names_product_and_user(installed: None) -> None:
    text = text_of(sign_in("swhite").get(reverse("home")))
    assert "ccmadmin CallManager Administration · StandAloneCluster Search" in text
    assert "swhite My Account API Tokens" in text


def test_before_signing_in_there_is_no_menu(installed: None) -> None:
    response = Client().get(reverse("sign-in"))
    assert response.context["frame"].menus == []
    assert b"<nav" not in response.content


def test_a_page_that_is_not_there_has_the_frame(installed: None) -> None:
    response = sign_in().get("/no/such/page/")
    assert response.status_code == 404
    assert "User Management" in text_of(response)
