"""Who may do what: pages, verbs, tokens and roles, in one matrix."""

import pytest

from ccmadmin.access import HELP
from ccmadmin.models import ApplicationUser
from ccmadmin.pages import registry
from ccmadmin.pages.api.examples import EXAMPLES
from tests.ccmadmin.pages.api.caller import Caller, codes, problems, token_of
from tests.ccmadmin.site import BASIC, administrator

PAGES = [page for page in registry.pages().values() if page.api]
pytestmark = pytest.mark.usefixtures("installed")


@pytest.fixture
def nobody(installed: None) -> Caller:
    return Caller()


@pytest.fixture
def reader_token(installed: None) -> Caller:
    return Caller(token_of(administrator("reader"), scope="read"))


@pytest.fixture
def read_only_role(installed: None) -> Caller:
    return Caller(token_of(administrator("guest", groups=["Standard CCM Read Only"])))


@pytest.fixture
def without_role(installed: None) -> Caller:
    return Caller(token_of(administrator("stranger", groups=[])))


@pytest.fixture
def monitor(installed: None) -> Caller:
    return Caller(token_of(administrator("monitor", groups=["Standard CCM Server Monitoring"])))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.api)
@pytest.mark.parametrize(
    ("who", "may_read", "may_update"),
    [
        ("nobody", 401, 401),
        ("without_role", 403, 403),
        ("reader_token", 200, 403),
        ("read_only_role", 200, 403),
        ("script", 200, 404),
    ],
)
def test_each_verb_of_each_collection_is_guarded(
    request: pytest.FixtureRequest, page: registry.Page, who: str, may_read: int, may_update: int
) -> None:
    caller: Caller = request.getfixturevalue(who)
    if page.menu == HELP and may_read == 403:
        may_read = 200  # everybody who can sign in reads Help
    assert caller.get(f"{page.api}/").status_code == may_read
    assert caller.call("OPTIONS", f"{page.api}/").status_code == may_read
    if page.model is None:
        return
    if not page.is_read_only:
        assert caller.patch(f"{page.api}/nothing/", {}).status_code == may_update
    if page.can_delete:
        assert caller.delete(f"{page.api}/nothing/").status_code == may_update
    if page.can_add and may_update != 404:
        added = caller.post(f"{page.api}/", EXAMPLES[page.api])
        assert added.status_code == may_update
        replaced = caller.put(f"{page.api}/nothing/", EXAMPLES[page.api])
        assert replaced.status_code == may_update
    if not page.is_read_only:
        for told in ("dependents", "history"):
            status = caller.get(f"{page.api}/nothing/-/{told}/").status_code
            assert status in ((200, 404) if may_read == 200 else (may_read,))


def test_a_role_opens_only_its_own_menu(monitor: Caller) -> None:
    assert monitor.get("call-records/").status_code == 200
    response = monitor.get("phones/")
    assert response.status_code == 403
    assert codes(response) == {"": "page-permission-missing"}
    assert "device/phone" in problems(response)[""]
    assert set(monitor.get("").json()) == {
        "about",
        "call-records",
        "call-servers",
        "change-log",
        "registration-attempts",
    }


def test_a_reading_token_says_what_it_lacks(reader_token: Caller) -> None:
    response = reader_token.delete("phones/SEP000000000001/")
    assert codes(response) == {"": "token-read-only"}


def test_a_user_who_is_locked_out_is_locked_out_here_too(script: Caller) -> None:
    user = ApplicationUser.by_key("admin")
    second = Caller(token_of(administrator("second")))
    assert second.patch("application-users/admin/", {"is_active": False}).status_code == 200
    assert script.get("phones/").status_code == 401
    assert not ApplicationUser.by_key(user.key).is_active


def test_a_line_brings_a_number_along_only_for_who_may_update_numbers(script: Caller) -> None:
    role = {"permissions": [{"page": "device/*", "may_read": True, "may_update": True}]}
    script.put("roles/Phones/", role)
    script.put("user-groups/Phones/", {"roles": ["Phones"]})
    desk = Caller(token_of(administrator("desk", groups=["Phones"])))
    line = {"index": 1, "directory_number": {"number": "1001"}}
    body = {"phone_model": BASIC, "lines": [line]}
    refused = desk.put("phones/SEP000000000001/", body)
    assert refused.status_code == 403
    assert "callrouting/directory_number" in problems(refused)[""]
    script.put("directory-numbers/1001/", {})
    body["lines"] = [{"index": 1, "directory_number": "1001"}]
    assert desk.put("phones/SEP000000000001/", body).status_code == 201
