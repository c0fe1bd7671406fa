"""Table C-2 as pages: the one form, the ten steps, the phone as it follows, and the test call."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ccmadmin.models import DirectoryNumber, EndUser, Phone, ProbeCall, Role, UserGroup
from ccmadmin.services import phone_sites, records
from tests.ccmadmin import site
from tests.ccmadmin.device.test_registration import bind, refuse
from tests.ccmadmin.device.test_site_form import TYPED
from tests.ccmadmin.services.test_probe_calls import server_runs
from tests.ccmadmin.site import ADVANCED, BASIC
from tests.ccmadmin.visitor import READ_ONLY, sign_in, text_of

pytestmark = pytest.mark.usefixtures("installed")

NAME = "SEP000000001001"
START = reverse("device/checklist")
ADD = reverse("device/checklist add") + f"?type={BASIC}"
STEPS = reverse("device/checklist phone", args=[NAME])
LIVE = reverse("device/checklist live", args=[NAME])
ACT = reverse("device/checklist act", args=[NAME])
ADMINISTRATION = "Standard CCM Phone Administration"


def add_phone(**values: Any) -> Phone:
    user = site.add_user("swhite", digest_credentials="Secret-77")
    return site.add_phone(NAME, [site.add_number("1001")], **{"digest_user": user, **values})


def act(client: Client, do: str, **more: str) -> str:
    """Press a button; return the page that follows, in words."""
    return text_of(client.post(ACT, {"do": do, **more}, follow=True))


# -- the way in ----------------------------------------------------------------------------------


def test_it_begins_with_the_ten_steps_and_a_new_phone() -> None:
    page = sign_in().get(START)
    text = text_of(page)
    assert "Start a phone" in text
    assert "Gather the facts" in text
    assert "SIP Phone Security Profile It decides about the transport" in text
    assert "Make a call" in text


def test_it_goes_on_with_a_phone_that_is_named() -> None:
    add_phone()
    client = sign_in()
    assert NAME in text_of(client.get(START))
    assert client.get(f"{START}?phone={NAME}").headers["Location"] == STEPS
    assert client.get(f"{START}?phone=00:00:00:00:10:01").headers["Location"] == STEPS
    wrong = client.get(f"{START}?phone=SEP000000001009")
    assert wrong.status_code == 422
    assert f"Did you mean {NAME}" in text_of(wrong)
    assert 'value="SEP000000001009"' in wrong.content.decode()


def test_phones_are_suggested_by_name_or_description() -> None:
    add_phone(description="Lobby")
    url = reverse("device/checklist choices")
    for text in ("1001", "lobby"):
        assert NAME in sign_in(text).get(f"{url}?text={text}").content.decode()
    assert NAME not in sign_in("other").get(f"{url}?text=zzz").content.decode()


def test_who_may_only_read_cannot_start_a_phone() -> None:
    client = sign_in(groups=[READ_ONLY])
    assert "Start a phone" not in text_of(client.get(START))
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, TYPED).status_code == 403
    add_phone()
    assert "Call 1001" not in text_of(client.get(STEPS))
    assert client.post(ACT, {"do": "test-call"}).status_code == 403


def test_phone_administration_may_use_all_of_it() -> None:
    client = sign_in(groups=[ADMINISTRATION])
    assert client.get(ADD).status_code == 200
    assert client.post(ADD, TYPED).status_code == 302


# -- the form ------------------------------------------------------------------------------------


def test_the_type_is_asked_for_first_and_only_third_party_types_are_taken() -> None:
    client = sign_in()
    url = reverse("device/checklist add")
    asked = text_of(client.get(url))
    assert "Which type of third-party phone" in asked
    assert "7960" not in asked
    assert client.get(f"{url}?type=Cisco 7960").status_code == 422


def test_one_form_makes_everything_and_shows_the_password_once() -> None:
    client = sign_in()
    answer = client.post(ADD, TYPED)
    steps = reverse("device/checklist phone", args=["SEP020000001002"])
    assert answer.headers["Location"] == steps
    assert "Undo" in text_of(client.get(START))
    password = EndUser.by_key("bjones").digest_credentials
    first = client.get(steps)
    assert password in text_of(first)
    assert first.headers["Cache-Control"] == "no-store"
    assert "8 of 10 steps done" in text_of(first)
    second = text_of(client.get(steps))
    assert password not in second
    assert "8 of 10 steps done" in second


def test_every_error_stands_at_its_field_and_nothing_typed_is_lost() -> None:
    site.add_phone("SEP000000000009", [site.add_number("1002")])
    wrong = {"name": "12", "description": "Bea's phone", "userid": "bjones"}
    page = sign_in().post(ADD, {**TYPED, **wrong})
    text = text_of(page)
    assert page.status_code == 422
    assert "SEP000000000009 already" in text
    assert "is not 12 hexadecimal digits" in text
    assert 'value="Bea&#x27;s phone"' in page.content.decode()
    assert 'value="Bea Jones"' in page.content.decode()
    assert not EndUser.objects.exists()
    assert not Phone.objects.filter(description="Bea's phone").exists()


def test_another_line_is_added_without_saving() -> None:
    url = reverse("device/checklist add") + f"?type={ADVANCED}"
    page = sign_in().post(url, {**TYPED, "rows": "add"})
    assert page.status_code == 200
    assert "Remove Line 2" in text_of(page)
    assert not DirectoryNumber.objects.exists()


# -- the steps -----------------------------------------------------------------------------------


def test_a_phone_that_is_none_of_third_parties_has_no_checklist() -> None:
    assert sign_in().get(STEPS).status_code == 404


def test_the_page_of_the_phone_leads_to_its_checklist() -> None:
    add_phone()
    page = sign_in().get(reverse("device/phone configure", args=[NAME]))
    assert f'href="{STEPS}"' in page.content.decode()


def test_a_phone_of_which_nothing_came_is_waited_for() -> None:
    add_phone()
    client = sign_in()
    assert "Waiting for its REGISTER" in text_of(client.get(STEPS))
    assert f'data-live="{LIVE}"' in client.get(STEPS).content.decode()


def test_a_refused_register_is_explained_with_its_cure() -> None:
    add_phone()
    refuse()
    text = text_of(sign_in().get(LIVE))
    assert "Rule digest-password" in text
    assert "Do this Enter the Digest Credentials on the phone." in text


def test_a_register_that_names_no_phone_is_shown_while_this_one_is_missing() -> None:
    add_phone()
    client = sign_in()
    refuse(phone="", userid="swhit", number="4711", summary="No End User has the ID swhit")
    text = text_of(client.get(LIVE))
    assert "phones that nobody knows" in text
    assert "No End User has the ID swhit" in text
    bind()
    assert "phones that nobody knows" not in text_of(client.get(LIVE))


def test_the_fragment_is_sent_again_only_when_something_changed() -> None:
    add_phone()
    client = sign_in()
    first = client.get(LIVE)
    assert "<html" not in first.content.decode()
    asked = {"If-None-Match": first.headers["ETag"]}
    assert client.get(LIVE, headers=asked).status_code == 304
    bind()
    changed = client.get(LIVE, headers=asked)
    assert changed.status_code == 200
    assert "Registered" in text_of(changed)
    assert 'id="mark-9" data-part' in changed.content.decode()


# -- the buttons ---------------------------------------------------------------------------------


def test_association_and_digest_user_are_set_by_buttons() -> None:
    phone = add_phone(digest_user=None)
    client = sign_in()
    assert "Choose an end user first." in act(client, "digest-user")
    user = EndUser.by_key("swhite")
    phone_sites.associate(phone=phone, user=user, actor=site.ACTOR)
    assert f"swhite is the Digest User of {NAME}." in act(client, "digest-user")
    assert Phone.by_key(NAME).digest_user == user


def test_a_digest_user_is_associated_by_a_button() -> None:
    add_phone()
    client = sign_in()
    assert "Associate swhite" in text_of(client.get(STEPS))
    assert f"swhite controls {NAME}" in act(client, "associate")


def test_new_credentials_are_on_the_next_page_and_on_no_other() -> None:
    add_phone()
    client = sign_in()
    shown = act(client, "credentials")
    password = EndUser.by_key("swhite").digest_credentials
    assert password != "Secret-77"
    assert password in shown
    assert password not in text_of(client.get(STEPS))


def test_a_test_call_is_asked_for_watched_and_ended() -> None:
    add_phone()
    server_runs()
    client = sign_in()
    assert "Call 1001" in text_of(client.get(STEPS))
    assert "Waiting for the call server" in act(client, "test-call", line="1")
    call = ProbeCall.objects.get()
    now = timezone.now()
    ProbeCall.objects.update(state="ringing", ringing_at=now)
    assert "Ringing" in text_of(client.get(LIVE))
    act(client, "end-call")
    call.refresh_from_db()
    assert call.is_end_wanted
    ProbeCall.objects.update(state="over", ended_at=now, outcome="refused", rule="cancelled")
    assert "rang until the test call was ended here" in text_of(client.get(LIVE))


def test_a_failed_test_call_is_explained() -> None:
    add_phone()
    ProbeCall.objects.create(
        phone=NAME,
        number="1001",
        requested_by="tester",
        requested_at=timezone.now(),
        state="over",
        status=486,
        outcome="refused",
        rule="rejected-by-phone",
        summary="It rejected the call with 486",
        advice="Look at the phone.",
    )
    text = text_of(sign_in().get(LIVE))
    assert "Failed" in text
    assert "Rule rejected-by-phone" in text
    assert "Do this Look at the phone." in text


def test_without_a_call_server_the_button_says_so() -> None:
    add_phone()
    assert "The call server is not running" in act(sign_in(), "test-call")


def test_a_button_that_does_not_exist_does_nothing() -> None:
    add_phone()
    assert sign_in().post(ACT, {"do": "everything"}).status_code == 404


@pytest.mark.parametrize(
    "do", ["associate", "digest-user", "credentials", "test-call", "end-call"]
)
def test_who_may_not_update_the_record_may_not_press_its_button(do: str) -> None:
    phone = add_phone()
    permissions = [{"page": "device/checklist", "may_read": True, "may_update": True}]
    role = Role(name="Checklist only")
    records.save(role, actor=site.ACTOR, lists={"permissions": permissions})
    records.save(UserGroup(name="Few"), actor=site.ACTOR, lists={"roles": [role]})
    client = sign_in(groups=["Few"])
    assert client.post(ACT, {"do": do}).status_code == 403
    assert "Call 1001" not in text_of(client.get(STEPS))
    assert client.get(ADD).status_code == 403
    assert Phone.by_key(phone.name).digest_user == phone.digest_user
