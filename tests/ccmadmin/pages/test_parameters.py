"""Service and Enterprise Parameters: one form, all or nothing."""

from django.urls import reverse

from ccmadmin.models import ChangeLog, ServiceParameter
from ccmadmin.models.parameters import KEEPALIVE_INTERVAL, REALM
from tests.ccmadmin.visitor import READ_ONLY, sign_in, text_of

URL = reverse("system/service_parameter")


def values(**changes: str) -> dict[str, str]:
    registry = ServiceParameter.REGISTRY
    return {name: parameter.default for name, parameter in registry.items()} | changes


def test_every_parameter_stands_beside_its_suggested_value(installed: None) -> None:
    text = text_of(sign_in().get(URL))
    for name, parameter in ServiceParameter.REGISTRY.items():
        assert name in text
        assert str(parameter.help) in text


def test_only_what_was_changed_is_written(installed: None) -> None:
    client = sign_in()
    before = ChangeLog.objects.count()
    done = client.post(URL, values(**{KEEPALIVE_INTERVAL: "300"}), follow=True)
    assert "Update successful." in text_of(done)
    assert ServiceParameter.read(KEEPALIVE_INTERVAL) == 300
    assert ChangeLog.objects.count() == before + 1


def test_one_wrong_value_keeps_all_from_being_written(installed: None) -> None:
    client = sign_in()
    refused = client.post(URL, values(**{KEEPALIVE_INTERVAL: "5", REALM: "other"}))
    assert refused.status_code == 422
    assert "“5” is not a number from 30 to 3600" in text_of(refused)
    assert b'value="other"' in refused.content
    assert ServiceParameter.read(REALM) == "ccmsipline"


def test_saving_nothing_new_says_so(installed: None) -> None:
    assert "Nothing was changed." in text_of(sign_in().post(URL, values(), follow=True))


def test_readers_see_the_values_and_no_button(installed: None) -> None:
    response = sign_in(groups=[READ_ONLY]).get(URL)
    assert b"ccmsipline" in response.content
    assert b">Save<" not in response.content


def test_set_to_default_fills_the_form_and_saves_nothing(installed: None) -> None:
    client = sign_in()
    client.post(URL, values(**{KEEPALIVE_INTERVAL: "300"}))
    shown = client.post(URL, values(**{KEEPALIVE_INTERVAL: "300", "defaults": "1"}))
    assert "Not saved yet." in text_of(shown)
    assert b'value="120"' in shown.content
    assert ServiceParameter.read(KEEPALIVE_INTERVAL) == 300
    client.post(URL, values(**{KEEPALIVE_INTERVAL: "120"}))
    assert ServiceParameter.read(KEEPALIVE_INTERVAL) == 120


def test_who_only_reads_sets_nothing_to_default(installed: None) -> None:
    client = sign_in(groups=[READ_ONLY])
    assert b"Set to Default" not in client.get(URL).content
    assert client.post(URL, {"defaults": "1"}).status_code == 403
