"""Every page with Add New in a browser: create, error, edit, copy, history, undo and delete.

What is typed stands in `trips`, the steps in `roundtrip`.
"""

import pytest
from playwright.sync_api import Page

from ccmadmin.pages import registry
from tests.external.console import watched
from tests.external.roundtrip import Roundtrip
from tests.external.trips import TRIPS, WITHOUT
from tests.phones.product import Product

pytestmark = [pytest.mark.external, pytest.mark.xdist_group("every page")]

READ_ONLY = (
    "/device/sip_profile/Standard SIP Profile/",
    "/system/phone_security_profile/Standard SIP Profile for Auto Registration/",
    "/usermgmt/role/Standard CCM Read Only/",
    "/device/phone_model/Third-party SIP Device (Basic)/",
)


@pytest.fixture(scope="module")
def furnished(site: Product) -> Product:
    """What the records of the trips refer to."""
    for name in ("PT_Other", "PT_Third"):
        site.put(f"route-partitions/{name}/")
    site.put("regions/RG_Other/")
    return site


@pytest.mark.parametrize("key", TRIPS)
def test_a_record_is_created_mended_edited_copied_undone_and_deleted(
    desk: Page, furnished: Product, key: str
) -> None:
    trip, way = TRIPS[key], Roundtrip(desk, f"{furnished.url}/{key}/")
    with watched(desk):
        way.add(trip)
        way.save_wrong(trip)
        way.cure(trip)
        way.edit(trip)
        way.copy(trip)
        way.look_at_history(trip)
        way.undo_edit(trip)
        way.delete_copy(trip)
        way.undo_deletion(trip)
    furnished.settle()


def test_no_page_is_left_out() -> None:
    pages = registry.pages()
    assert set(TRIPS) | set(WITHOUT) == set(pages)
    engine = {key for key, page in pages.items() if page.model is not None and page.can_add}
    assert set(TRIPS) == engine
    assert not set(TRIPS) & set(WITHOUT)


@pytest.mark.parametrize("key", WITHOUT)
def test_a_page_without_these_steps_does_not_offer_them(
    desk: Page, furnished: Product, key: str
) -> None:
    with watched(desk):
        desk.goto(f"{furnished.url}/{key}/")
        assert offered(desk, "Add New", "Copy", "Delete", "Delete Selected") == [], WITHOUT[key]


@pytest.mark.parametrize("path", READ_ONLY)
def test_a_record_of_the_products_is_shown_and_not_changed(
    desk: Page, furnished: Product, path: str
) -> None:
    with watched(desk):
        desk.goto(furnished.url + path)
        assert offered(desk, "Save", "Delete") == []
        copies = ["Copy"] if path.split("/")[2] != "phone_model" else []
        assert offered(desk, "Copy") == copies


def offered(page: Page, *names: str) -> list[str]:
    """Return which of these the page has as a button or a link."""
    main = page.get_by_role("main")
    return [
        name
        for name in names
        if main.get_by_role("button", name=name, exact=True)
        .or_(main.get_by_role("link", name=name, exact=True))
        .count()
    ]
