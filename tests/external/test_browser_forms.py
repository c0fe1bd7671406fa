"""What a browser must not lose: text in a form whose session ends, and the second click."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.external.console import PATIENCE_MS, Console
from tests.phones.product import Product

pytestmark = [pytest.mark.external, pytest.mark.xdist_group("browser")]

ADD = "/callrouting/route_partition/-/add/"
TOKENS = "/usermgmt/api_token/"


@pytest.fixture
def page(browser: Browser, site: Product) -> Iterator[Page]:
    """A signed-in browser page; the 401s of an ended session are expected here."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    Console(page).sign_in(site)
    yield page
    context.close()


def end_session(page: Page) -> None:
    page.context.clear_cookies(name="sessionid")


def type_partition(page: Page, site: Product, name: str) -> None:
    page.goto(site.url + ADD)
    page.get_by_label("Name").fill(name)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").first.click()


def test_what_was_typed_outlives_the_session(page: Page, site: Product) -> None:
    type_partition(page, site, "PT_Kept")
    end_session(page)
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("PT_Kept")
    save(page)
    page.get_by_label("User ID").fill("ccmadministrator")
    page.get_by_label("Password", exact=True).fill(site.password)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Add successful.")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("PT_Kept")


def test_a_page_without_anything_typed_asks_to_sign_in(page: Page, site: Product) -> None:
    page.goto(site.url + "/device/phone/")
    end_session(page)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_signing_in_again_in_another_tab_does_not_spoil_a_form(page: Page, site: Product) -> None:
    type_partition(page, site, "PT_Other_Tab")
    end_session(page)
    other = page.context.new_page()
    Console(other).sign_in(site)
    save(page)
    expect(page.get_by_text("Add successful.")).to_be_visible()


def test_a_double_click_saves_once(page: Page, site: Product) -> None:
    type_partition(page, site, "PT_Double")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_role("button", name="Save").first.dblclick()
    expect(page.get_by_text("Add successful.")).to_be_visible()
    assert sent.count("POST") == 1


def test_a_form_on_its_way_is_not_called_back_by_a_poll(page: Page, site: Product) -> None:
    """Changing one's password replaces the session, while a poll may still name the old one."""
    page.goto(site.url + TOKENS)
    page.get_by_label("Name").fill("on its way")
    sent: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route)
        else:
            route.continue_()

    def end_poll(route: Route) -> None:
        if sent:
            route.fulfill(status=401)
        else:
            route.continue_()

    page.route(f"**{TOKENS}", hold)
    page.route("**/-/live/", end_poll)
    with page.expect_response(lambda answer: answer.status == 401):
        page.get_by_role("button", name="Create Token").click(no_wait_after=True)
    with page.expect_response(lambda answer: answer.status == 401):
        pass  # the page is still there, and asks again
    sent[0].continue_()
    expect(page.locator("code.once")).to_be_visible()
