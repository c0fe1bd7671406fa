"""Forms made from descriptions: fields, secrets, what cannot be changed."""

from django.http import QueryDict

from ccmadmin.models import EndUser, Phone
from ccmadmin.pages import registry
from ccmadmin.pages.forms import form_class
from ccmadmin.pages.keys import KeyField
from tests.ccmadmin import site

USERS = form_class(registry.pages()["usermgmt/end_user"])
PHONES = form_class(registry.pages()["device/phone"])


def test_a_foreign_key_is_chosen_by_natural_key(installed: None) -> None:
    phone = site.add_phone("SEP000000001001")
    form = PHONES(instance=Phone.lookup(phone.name).get())
    assert isinstance(form.fields["device_pool"], KeyField)
    field = form["device_pool"]
    assert field.field.prepare_value(field.value()) == "Default"


def test_labels_and_help_are_the_models(installed: None) -> None:
    field = PHONES(instance=Phone())["digest_user"]
    assert field.label == "Digest User"
    assert "authorization ID" in field.help_text


def test_a_secret_is_typed_twice_and_shows_whether_it_is_set(installed: None) -> None:
    user = site.add_user("swhite", digest_credentials="secret1")
    form = USERS(instance=user)
    names = [line.field.name for section in form.sections() for line in section.lines]
    at = names.index("digest_credentials")
    assert names[at : at + 3] == [
        "digest_credentials",
        "confirm_digest_credentials",
        "clear_digest_credentials",
    ]
    assert str(form["digest_credentials"].help_text).startswith("Set;")
    new = USERS(instance=EndUser())
    assert str(new["digest_credentials"].help_text).startswith("Not set.")
    assert "clear_digest_credentials" not in new.fields


def test_a_password_is_required_only_for_a_new_user(installed: None) -> None:
    users = form_class(registry.pages()["usermgmt/application_user"])
    assert users(instance=users._meta.model()).fields["password"].required
    assert not users(instance=site.administrator()).fields["password"].required


def test_a_user_id_cannot_be_changed_later(installed: None) -> None:
    assert not USERS(instance=EndUser()).fields["userid"].disabled
    assert USERS(instance=site.add_user()).fields["userid"].disabled


def test_what_was_typed_can_be_replaced_and_revealed(installed: None) -> None:
    form = USERS(QueryDict("userid=x"), instance=EndUser())
    form.reveal("digest_credentials", "generated")
    shown = str(form["digest_credentials"]) + str(form["confirm_digest_credentials"])
    assert shown.count('value="generated"') == 2
    assert 'type="text"' in shown


def test_a_view_details_link_leads_to_what_was_chosen(installed: None) -> None:
    form = PHONES(instance=site.add_phone("SEP000000001001"))
    hrefs = {
        line.field.name: line.details_href for section in form.sections() for line in section.lines
    }
    assert hrefs["device_pool"] == "/system/device_pool/Default/"
    assert hrefs["digest_user"] == ""
