"""One running product and one browser for all tests of a module."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.external.console import PATIENCE_MS, Console, watched
from tests.phones.product import Product, product
from tests.phones.site import add_digest_profiles

QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A running product with a digest profile for each third-party type and units enough."""
    folder: Path = tmp_path_factory.mktemp("product")
    with product(folder) as made:
        made.put("license-grants/Test/", name="Test", units=300)
        add_digest_profiles(made)
        yield made


@pytest.fixture
def empty_site(tmp_path: Path) -> Iterator[Product]:
    """A running product as the first start leaves it."""
    with product(tmp_path / "product") as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window; it asks nothing of any other host."""
    with sync_playwright() as playwright:
        chromium = start_chromium(playwright)
        yield chromium
        chromium.close()


def start_chromium(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(
        executable_path="/usr/bin/chromium",
        args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", *QUIET],
    )


@pytest.fixture(scope="module")
def desk(browser: Browser, site: Product) -> Iterator[Page]:
    """The browser page of one administrator, signed in once for all tests of a module."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    Console(page).sign_in(site)
    yield page
    context.close()


@pytest.fixture
def console(browser: Browser) -> Iterator[Console]:
    """A browser page of nobody yet; an error of a script or of the CSP fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    with watched(page):
        yield Console(page)
    context.close()
