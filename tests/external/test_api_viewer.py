"""The viewer of the API in a browser: under the pages' own policy, and with their session."""

import pytest
from playwright.sync_api import expect

from tests.external.console import Console
from tests.phones.product import Product

pytestmark = [pytest.mark.external, pytest.mark.xdist_group("browser")]


def test_an_administrator_tries_a_request_in_the_viewer(console: Console, site: Product) -> None:
    console.sign_in(site)
    page = console.page
    page.goto(f"{site.url}/api/v1/docs/")
    page.locator("[data-tag=Partitions]").click()
    operation = page.locator("#operations-Partitions-route_partitions_replace")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_placeholder("key").fill("PT_Viewer")
    operation.locator("textarea.body-param__text").fill('{"description": "Tried"}')
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table .response-col_status").last).to_contain_text(
        "201"
    )
    assert site.rest("GET", "route-partitions/PT_Viewer/")[1]["description"] == "Tried"
