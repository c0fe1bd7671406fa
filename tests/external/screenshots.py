"""Pictures of every place of the product: `make screenshots` writes them to docs/screenshots.

They show the sample site with two phones registered and one refused; each place wide and narrow,
light and dark. WebP, made by the browser itself: a tenth of the size of PNG.
"""

import base64
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Literal

import django
from playwright.sync_api import Browser, Page, sync_playwright

django.setup()

from tests.external.conftest import start_chromium  # noqa: E402 - Django comes first
from tests.external.console import Console  # noqa: E402
from tests.external.places import Place, places  # noqa: E402
from tests.phones.lively import enliven  # noqa: E402
from tests.phones.product import PROJECT, Product, product  # noqa: E402

FOLDER = PROJECT / "docs" / "screenshots"
WIDTHS = {"wide": 1280, "narrow": 390}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
TALLEST = 1500
QUALITY = 25
FRONT_QUALITY = 80
IN_README = (
    "device-phone-refused.wide.light.webp",
    "device-checklist-phone.wide.light.webp",
    "device-phone.wide.dark.webp",
    "german.wide.light.webp",
)
VIEWER = "api docs"
GERMAN = Place("german", "/device/phone/SEP000000001003/")


def write_all(folder: Path) -> int:
    """Write every picture anew; return how many there are."""
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        browser = start_chromium(playwright)
        with product(Path(data) / "product") as site:
            enliven(site)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            count = write(site, browser, folder)
        browser.close()
    return count


def write(site: Product, browser: Browser, folder: Path) -> int:
    page = browser.new_page()
    front = [Place("sign-in", "/sign-in/")]
    take(site, page, front, folder)
    Console(page).sign_in(site)
    found = places(site, page)
    take(site, page, found, folder)
    page.get_by_role("button", name="Deutsch").click()
    take(site, page, [GERMAN], folder)
    return (len(front) + len(found) + 1) * len(WIDTHS) * len(SCHEMES)


def take(site: Product, page: Page, found: list[Place], folder: Path) -> None:
    for place in found:
        page.goto(site.url + place.path)
        if place.name == VIEWER:  # it draws itself, from the schema
            page.locator(".opblock-tag").first.wait_for()
        for name, width in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": 800})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                target = folder / f"{place.file_name}.{name}.{scheme}.webp"
                quality = FRONT_QUALITY if target.name in IN_README else QUALITY
                target.write_bytes(picture(page, width, quality))


def picture(page: Page, width: int, quality: int) -> bytes:
    """Return the whole page as WebP, which Playwright itself does not offer."""
    height = min(int(page.evaluate("document.documentElement.scrollHeight")), TALLEST)
    session = page.context.new_cdp_session(page)
    made = session.send(
        "Page.captureScreenshot",
        {
            "format": "webp",
            "quality": quality,
            "captureBeyondViewport": True,
            "clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1},
        },
    )
    session.detach()
    return base64.b64decode(made["data"])


if __name__ == "__main__":
    written = write_all(FOLDER)
    size = sum(file.stat().st_size for file in FOLDER.iterdir())
    sys.stdout.write(f"{written} pictures, {size / 1e6:.1f} MB, in {FOLDER}\n")
