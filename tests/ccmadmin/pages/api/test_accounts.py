"""Second factor and sessions of application users, by script."""

from ccmadmin.models import ApplicationUser
from tests.ccmadmin import authenticator, site
from tests.ccmadmin.pages.api.caller import Caller, problems
from tests.ccmadmin.services.test_sessions import browser


def test_a_second_factor_is_told_and_removed_by_script(script: Caller) -> None:
    authenticator.set_up(site.administrator("anna"))
    told = script.get("application-users/anna/-/second-factor/").json()
    assert told == {"is_set_up": True, "recovery_codes_left": 10, "code_used_at": None}
    assert script.delete("application-users/anna/-/second-factor/").status_code == 204
    assert not ApplicationUser.by_key("anna").second_factor


def test_no_answer_holds_a_secret(script: Caller) -> None:
    secret, _codes = authenticator.set_up(site.administrator("anna"))
    record = script.get("application-users/anna/")
    assert record.json()["has_second_factor"] is True
    hashes = ApplicationUser.by_key("anna").recovery_codes
    for text in (secret, *hashes):
        assert text not in record.content.decode()


def test_a_secret_cannot_be_set_by_script(script: Caller) -> None:
    refused = script.patch("application-users/admin/", {"second_factor": "ABC"})
    assert refused.status_code == 400
    assert "second_factor" in problems(refused)


def test_sessions_are_listed_and_ended_by_script(script: Caller) -> None:
    for n in (7, 8, 9):
        browser(f"192.0.2.{n}")
    sessions = "application-users/admin/-/sessions/"
    listed = script.get(sessions).json()["results"]
    assert {session["address"] for session in listed} == {"192.0.2.7", "192.0.2.8", "192.0.2.9"}
    assert script.delete(f"{sessions}{listed[0]['name']}/").status_code == 204
    assert script.delete(f"{sessions}{listed[0]['name']}/").status_code == 404
    assert len(script.get(sessions).json()["results"]) == 2
    assert script.delete(sessions).status_code == 204
    assert script.get(sessions).json()["results"] == []


def test_a_user_that_is_not_there_is_not_found(script: Caller) -> None:
    for what in ("second-factor", "sessions"):
        assert script.get(f"application-users/nobody/-/{what}/").status_code == 404
