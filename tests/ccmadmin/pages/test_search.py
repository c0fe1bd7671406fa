"""The search box: what it finds, in which order, for whom, and at what cost."""

from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ccmadmin.models import ApplicationUser, Binding
from ccmadmin.pages import registry
from ccmadmin.pages.search import LARGE, Group, find
from tests.ccmadmin import site
from tests.ccmadmin.pages.test_guard import group_for
from tests.ccmadmin.visitor import sign_in, text_of

SEARCH = reverse("search")
PHONE = "SEP00112233AABB"


@pytest.fixture
def admin(installed: None) -> ApplicationUser:
    user = site.add_user("swhite", first_name="Snow", last_name="White", mail_id="s@example.com")
    number = site.add_number("1002", site.add_partition(), description="Hall, left")
    site.add_phone(PHONE, [number], digest_user=user, description="Desk of Snow")
    site.add_phone("SEP000000001003", description="Lift")
    return site.administrator()


def keys(groups: list[Group]) -> dict[str, list[str]]:
    return {group.page.key: [hit.key for hit in group.hits] for group in groups}


def bind(phone: str, host: str) -> None:
    now = timezone.now()
    times = {"registered_at": now, "refreshed_at": now, "expires_at": now + timedelta(hours=1)}
    Binding.objects.create(
        phone=phone, number="1002", remote_host=host, remote_port=5060, local_port=5060, cseq=1,
        **times,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "page", "key"),
    [
        ("1002", "callrouting/directory_number", "1002@PT_Internal"),
        ("hall", "callrouting/directory_number", "1002@PT_Internal"),
        ("1002", "device/phone", PHONE),
        ("00:11:22:33:aa:bb", "device/phone", PHONE),
        ("00:11:22:3", "device/phone", PHONE),
        ("0011", "device/phone", PHONE),
        ("33aa", "device/phone", PHONE),
        ("desk", "device/phone", PHONE),
        ("SWH", "usermgmt/end_user", "swhite"),
        ("snow white", "usermgmt/end_user", "swhite"),
        ("s@exam", "usermgmt/end_user", "swhite"),
        ("hub_n", "system/location", "Hub_None"),
    ],
)
def test_each_thing_is_found_by_what_people_know_of_it(
    admin: ApplicationUser, text: str, page: str, key: str
) -> None:
    assert key in keys(find(admin, text))[page]


def test_every_word_must_be_there(admin: ApplicationUser) -> None:
    assert "usermgmt/end_user" not in keys(find(admin, "snow black"))


def test_a_registered_phone_is_found_by_its_address(admin: ApplicationUser) -> None:
    bind(PHONE, "192.0.2.77")
    groups = find(admin, "192.0.2.7")
    assert keys(groups) == {"device/phone": [PHONE]}
    assert "192.0.2.77" in groups[0].hits[0].note


def test_the_whole_name_comes_before_its_beginning_and_that_before_its_inside(
    admin: ApplicationUser,
) -> None:
    for number in ("5551002", "10021", "9"):
        site.add_number(number)
    of_numbers = "callrouting/directory_number"
    assert keys(find(admin, "1002"))[of_numbers] == ["1002@PT_Internal", "10021", "5551002"]
    site.add_number("1002")
    assert keys(find(admin, "1002"))[of_numbers] == ["1002", "1002@PT_Internal", "10021"]


def test_text_is_taken_literally(admin: ApplicationUser) -> None:
    assert find(admin, "%") == []
    assert find(admin, "_______") == []
    assert find(admin, "   ") == []


def test_nobody_finds_what_they_may_not_read(installed: None) -> None:
    site.add_phone(PHONE, description="Desk")
    site.administrator("nobody", groups=())
    assert find(ApplicationUser.by_key("nobody"), "desk") == []
    client = sign_in("reader", groups=())
    assert PHONE not in text_of(client.get(SEARCH, {"q": "desk"}))


def test_what_is_more_than_shown_is_said(admin: ApplicationUser) -> None:
    for index in range(3):
        site.add_partition(f"PT_More_{index}")
    (group,) = find(admin, "PT_More", limit=2)
    assert (len(group.hits), group.has_more) == (2, True)
    (group,) = find(admin, "SEP", limit=1)
    assert (len(group.hits), group.has_more) == (1, True)


def test_the_page_links_to_what_it_found(installed: None) -> None:
    site.add_number("1002", description="Hall")
    response = sign_in().get(SEARCH, {"q": "1002"})
    assert reverse("callrouting/directory_number configure", args=["1002"]) in (
        response.content.decode()
    )
    assert "1 record found" in text_of(response)


def test_a_page_of_the_menu_is_found_by_its_title(installed: None) -> None:
    response = sign_in().get(SEARCH, {"q": "device poo"})
    assert reverse("system/device_pool") in response.content.decode()


def test_a_page_that_would_not_open_is_not_found(installed: None) -> None:
    reader = sign_in(groups=[group_for("system/region", may_update=False)])
    assert reader.get(SEARCH, {"q": "device poo"}).context["pages"] == []
    assert len(reader.get(SEARCH, {"q": "region"}).context["pages"]) == 1


def test_nothing_found_says_what_can_be_found(installed: None) -> None:
    assert "Nothing found" in text_of(sign_in().get(SEARCH, {"q": "zzz"}))
    assert "What are you looking for?" in text_of(sign_in("other").get(SEARCH))


def test_hostile_text_is_text(installed: None) -> None:
    text = "<script>alert(1)</script>"
    assert text not in sign_in().get(SEARCH, {"q": text}).content.decode()


def test_the_box_is_on_every_page(installed: None) -> None:
    assert f'action="{SEARCH}"' in sign_in().get(reverse("device/phone")).content.decode()


def test_a_search_asks_the_same_however_much_it_finds(admin: ApplicationUser) -> None:
    for index in range(8):
        site.add_phone(f"SEP0000000020{index:02}", description=f"Cellar {index}")
        site.add_number(f"200{index}")
        site.add_partition(f"PT_2{index}")
    for text in ("cellar", "200", "PT_2"):
        with CaptureQueriesContext(connections["default"]) as asked:
            assert find(admin, text)
        assert len(asked) <= MOST_QUERIES, text


# Permissions; for each of three large tables by name, beginning and text; phones by line and with
# what devices carry a number; all small tables together.
MOST_QUERIES = 14


def test_the_large_tables_are_pages_with_those_fields() -> None:
    for key, texts in LARGE.items():
        model = registry.pages()[key].record_model
        assert {path for path, _possible in texts} <= {field.name for field in model._meta.fields}
