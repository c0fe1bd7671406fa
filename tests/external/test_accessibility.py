"""Every place of the product for every person: axe (WCAG 2.2 AA), dark, narrow, zoomed, by key."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.external import axe
from tests.external.axe import violations
from tests.external.console import PATIENCE_MS, Console
from tests.external.places import places
from tests.phones.lively import enliven
from tests.phones.product import Product, product

pytestmark = [pytest.mark.external, pytest.mark.xdist_group("accessibility")]

VISUAL = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
"""What colours and widths change; the rest of a page is the same in the dark."""
PAPER = 680  # A4 upright between margins of 15 mm
VIEWER = "/api/v1/docs/"
NARROW, ZOOMED, WIDE = 320, 640, 1280  # 640: what 200 % leaves of 1280


@pytest.fixture(scope="module")
def lively(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with product(tmp_path_factory.mktemp("lively")) as site:
        enliven(site)
        yield site


@pytest.fixture
def page(browser: Browser, lively: Product) -> Iterator[Page]:
    """A signed-in browser page into which axe is loaded with every document."""
    context = browser.new_context(bypass_csp=True, viewport={"width": WIDE, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    Console(page).sign_in(lively)
    axe.load(page)
    yield page
    context.close()


def wider_than(page: Page, width: int) -> bool:
    """Whether the page must be scrolled sideways in a window of this width."""
    page.set_viewport_size({"width": width, "height": 900})
    return bool(page.evaluate("document.documentElement.scrollWidth") > width)


def speak(page: Page, site: Product, language: str) -> None:
    page.context.add_cookies([{"name": "django_language", "value": language, "url": site.url}])


def visit(page: Page, site: Product, path: str) -> None:
    """Open a page; that of the REST viewer is not there before its script has drawn it."""
    page.goto(site.url + path)
    if path == VIEWER:
        expect(page.locator(".opblock-tag").first).to_be_visible()


def test_axe_finds_nothing_on_any_page_and_none_scrolls_sideways(
    page: Page, lively: Product
) -> None:
    """Wide, light and English; then narrow, dark and German, which has the longer words."""
    problems: list[str] = []
    found = places(lively, page)
    assert len(found) > 150
    for place in found:
        speak(page, lively, "en")
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.set_viewport_size({"width": WIDE, "height": 900})
        visit(page, lively, place.path)
        problems += [f"{place.name}, light, wide: {text}" for text in violations(page)]
        if wider_than(page, ZOOMED):
            problems.append(f"{place.name} scrolls sideways at 200 %")
        speak(page, lively, "de")
        page.emulate_media(color_scheme="dark")
        visit(page, lively, place.path)
        if wider_than(page, NARROW):
            problems.append(f"{place.name} scrolls sideways at {NARROW} px")
        found_here = violations(page, VISUAL)
        problems += [f"{place.name}, dark, narrow: {text}" for text in found_here]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_axe_finds_nothing_in_an_open_menu_and_in_a_form_with_errors(
    page: Page, lively: Product, scheme: Any, width: int
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{lively.url}/usermgmt/end_user/-/add/")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("alert").first).to_be_visible()
    assert violations(page) == []
    for menu in page.locator(".menu summary").all():
        menu.click()
        assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_axe_finds_nothing_in_the_rest_viewer_when_a_request_is_tried(
    page: Page, lively: Product, scheme: Any, width: int
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    visit(page, lively, VIEWER)
    page.locator("[data-tag=Partitions]").click()
    operation = page.locator("#operations-Partitions-route_partitions_replace")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    assert violations(page) == []
    operation.get_by_placeholder("key").fill("PT_Viewer")
    operation.get_by_label("Request body").fill('{"description": "Tried"}')
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Schemas").click()
    expect(page.locator("[class$=expand-deep-button]").first).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_role("button", name="Close").first).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/device/phone/",
        "/device/phone/SEP000000001001/",
        "/usermgmt/end_user/swhite/",
        "/usermgmt/role/-/add/",
        "/system/service_parameter/",
    ],
)
def test_tab_reaches_every_control_and_shows_where_it_is(
    page: Page, lively: Product, path: str
) -> None:
    page.goto(lively.url + path)
    wanted = page.evaluate(FOCUSABLE)
    reached = []
    for _press in range(wanted + 5):
        page.keyboard.press("Tab")
        place = page.evaluate(FOCUSED)
        if place is None:
            break
        assert place["shown"], f"nothing shows that {place['html']} has the focus"
        reached.append(place["number"])
    assert len(set(reached)) == wanted
    assert reached == sorted(reached), "Tab jumps about"


FOCUSABLE = """() => {
  const wanted = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const open = (node) => node.checkVisibility() && !node.disabled && node.tabIndex >= 0
    && (node.type !== "radio" || node.checked);
  const all = [...document.querySelectorAll(wanted)].filter(open);
  all.forEach((node, number) => { node.dataset.number = number; });
  return all.length;
}"""
FOCUSED = """() => {
  const node = document.activeElement;
  if (!node || node === document.body || !node.dataset.number) return null;
  const style = getComputedStyle(node);
  const box = node.getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight;
  return {
    number: Number(node.dataset.number),
    html: node.outerHTML.slice(0, 120),
    shown: inside && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  };
}"""


def test_on_paper_there_is_the_content_and_no_controls(page: Page, lively: Product) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(f"{lively.url}/device/phone/SEP000000001001/-/settings-card/")
    expect(page.locator("main h1")).to_be_visible()
    for hidden in (".banner", ".menu", ".tools", ".related", ".footer"):
        for node in page.locator(hidden).all():
            expect(node).to_be_hidden()
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(255, 255, 255)"


def test_a_list_fits_on_the_paper(page: Page, lively: Product) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 900})
    page.goto(f"{lively.url}/device/phone/")
    table = page.locator("main table").bounding_box()
    assert table
    assert table["x"] + table["width"] <= PAPER
    expect(page.get_by_role("cell", name="Rejected")).to_be_visible()
    expect(page.locator(".finder")).to_be_hidden()
