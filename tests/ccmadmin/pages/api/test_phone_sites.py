"""The checklist over REST: a whole site in one request, its steps, and test calls."""

from typing import Any

import pytest
from django.utils import timezone

from ccmadmin.models import ChangeLog, EndUser, Phone, ProbeCall
from tests.ccmadmin import site
from tests.ccmadmin.pages.api.caller import Caller, codes, problems, token_of
from tests.ccmadmin.pages.test_guard import group_for
from tests.ccmadmin.services.test_probe_calls import server_runs
from tests.ccmadmin.site import ADVANCED, BASIC, administrator

NAME = "SEP000000001002"
SITE: dict[str, Any] = {
    "end_user": {"userid": "bjones", "last_name": "Jones"},
    "phone": {"name": NAME, "phone_model": BASIC},
    "lines": [{"number": "1002", "display": "Bea Jones"}],
    "generate_credentials": True,
}
CALL = f"phones/{NAME}/-/test-call/"


def test_one_request_makes_a_whole_site(script: Caller) -> None:
    answer = script.post("phone-sites/", SITE, X_Comment="New desk")
    assert answer.status_code == 201
    body = answer.json()
    assert (body["phone"], body["end_user"]) == (NAME, "bjones")
    assert body["digest_credentials"] == EndUser.by_key("bjones").digest_credentials
    assert [step["is_done"] for step in body["steps"]] == [True] * 8 + [False] * 2
    told = {s["label"]: s["value"] for b in body["settings_card"] for s in b["settings"]}
    assert told["Password"] == body["digest_credentials"]
    assert told["User name, number, user part"] == "1002"
    changes = ChangeLog.objects.filter(comment="New desk").values_list("model", flat=True)
    assert set(changes) == {"EndUser", "DirectoryNumber", "Phone"}


def test_a_site_needs_the_right_to_write_each_of_its_records(installed: None) -> None:
    groups = [group_for("device/checklist", may_update=True)]
    refused = Caller(token_of(administrator("few", groups))).post("phone-sites/", SITE)
    assert refused.status_code == 403
    assert "device/phone" in problems(refused)[""]
    assert not Phone.objects.exists()


def test_the_password_is_told_in_that_answer_only(script: Caller) -> None:
    password = script.post("phone-sites/", SITE).json()["digest_credentials"]
    again = script.get(f"phone-sites/{NAME}/")
    assert again.json()["phone"] == NAME
    assert "digest_credentials" not in again.json()
    assert password not in again.content.decode()


def test_errors_come_all_at_once_by_path(script: Caller) -> None:
    body = {
        "end_user": {"userid": "bjones"},
        "phone": {"phone_model": BASIC, "device_pool": "Nowhere", "name": "12"},
        "lines": [{"number": "10A"}],
    }
    answer = script.post("phone-sites/", body)
    assert answer.status_code == 400
    assert set(problems(answer)) == {"end_user.last_name", "phone.device_pool", "lines.0.number"}
    assert not Phone.objects.exists()
    assert set(problems(script.post("phone-sites/", {}))) >= {"end_user.userid", "lines"}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"colour": "red"}, "colour"),
        ({"phone": {"digest_user": "x"}}, "phone.digest_user"),
        ({"lines": [{"index": 1}]}, "lines.0.index"),
        ({"lines": "1002"}, "lines"),
        ({"generate_credentials": "yes"}, "generate_credentials"),
    ],
)
def test_a_body_of_another_shape_is_refused(
    script: Caller, change: dict[str, Any], path: str
) -> None:
    answer = script.post("phone-sites/", {**SITE, **change})
    assert answer.status_code == 400
    assert path in problems(answer)


def test_a_site_needs_update_on_all_that_it_writes(installed: None) -> None:
    for groups, expected in ((["Standard CCM Phone Administration"], 201), ([], 403)):
        caller = Caller(token_of(administrator(f"a{expected}", groups=groups)))
        assert caller.post("phone-sites/", SITE).status_code == expected
    reader = Caller(token_of(administrator("reader"), scope="read"))
    assert reader.post("phone-sites/", SITE).status_code == 403
    assert reader.get(f"phone-sites/{NAME}/").status_code == 200


def test_what_a_new_site_starts_with_is_told_for_each_type(script: Caller) -> None:
    results = {each["phone_model"]: each for each in script.get("phone-sites/").json()["results"]}
    assert set(results) == {BASIC, ADVANCED}
    assert results[BASIC]["preselected"]["sip_profile"] == "Standard SIP Profile"


def test_a_phone_that_is_not_there_is_not_found(script: Caller) -> None:
    site.add_phone(NAME)
    answer = script.get("phone-sites/SEP000000001003/")
    assert answer.status_code == 404
    assert f"Did you mean {NAME}" in problems(answer)[""]


def test_a_test_call_is_started_watched_and_ended(script: Caller) -> None:
    site.add_phone(NAME, [site.add_number("1001"), site.add_number("1002")], model=ADVANCED)
    assert script.get(CALL).status_code == 404
    server_runs()
    started = script.post(CALL, {"line": 2})
    assert started.status_code == 201
    assert (started.json()["number"], started.json()["state"]) == ("1002", "requested")
    ProbeCall.objects.update(state="ringing", ringing_at=timezone.now())
    assert script.get(CALL).json()["state"] == "ringing"
    assert codes(script.post(CALL, {})) == {"": "under-way"}
    assert script.delete(CALL).status_code == 204
    assert ProbeCall.objects.get().is_end_wanted
    ProbeCall.objects.update(state="over")
    assert script.delete(CALL).status_code == 404


def test_a_test_call_that_cannot_be_placed_is_refused(script: Caller) -> None:
    site.add_phone(NAME, [site.add_number("1002")])
    assert codes(script.post(CALL, {})) == {"": "stopped"}
    server_runs()
    assert codes(script.post(CALL, {"line": 5})) == {"": "missing"}
    assert set(problems(script.post(CALL, {"line": "x"}))) == {"line"}


def test_who_may_only_read_may_watch_but_not_call(installed: None) -> None:
    site.add_phone(NAME, [site.add_number("1002")])
    server_runs()
    reader = Caller(token_of(administrator("guest", groups=["Standard CCM Read Only"])))
    assert reader.post(CALL, {}).status_code == 403
    assert reader.delete(CALL).status_code == 403
    assert reader.get(CALL).status_code == 404
