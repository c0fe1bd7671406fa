"""What keeps a page up to date: it asks while somebody looks, and touches only what differs."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.external.console import PATIENCE_MS, Console
from tests.phones.product import Product

pytestmark = [pytest.mark.external, pytest.mark.xdist_group("browser")]

NOTE = "Live updates interrupted"
FIRST = """<button>Look</button><details><summary>More</summary>why</details><p>5</p>
<ul><li>one</li><li>two</li></ul><input aria-label="Any">"""
SECOND = """<button>Look</button><details><summary>More</summary>because</details><p>6</p>
<ul><li>one</li><li class="new">between</li><li>two</li></ul><input aria-label="Any" value="x">"""
HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""

ROUND_TRIP = "fetch(document.querySelector('link[rel=icon]').href, { cache: 'no-store' })"


@dataclass
class Bar:
    """The call server's state in the menu bar, answered by the test; time passes when told."""

    page: Page
    status: int = 200
    body: str = FIRST
    asked: list[str | None] = field(default_factory=list)

    def answer(self, route: Route) -> None:
        self.asked.append(route.request.headers.get("if-none-match"))
        tag = f'"{len(self.body)}"'
        if not self.status:
            route.abort()
        elif self.asked[-1] == tag:
            route.fulfill(status=304)
        else:
            route.fulfill(status=self.status, headers={"ETag": tag}, body=self.body)

    def wait_s(self, seconds: int) -> None:
        """Let time pass second by second; between them there is time for an answer."""
        for _ in range(seconds):
            self.page.clock.run_for(1000)
            self.page.evaluate(ROUND_TRIP)


@pytest.fixture
def bar(browser: Browser, site: Product) -> Iterator[Bar]:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    bar = Bar(context.new_page())
    Console(bar.page).sign_in(site)
    bar.page.route("**/-/live/", bar.answer)
    bar.page.clock.install()
    bar.page.goto(site.url)
    yield bar
    context.close()


def test_only_what_differs_is_touched(bar: Bar) -> None:
    bar.wait_s(3)
    live = bar.page.locator("#live")
    live.get_by_text("More").click()
    live.get_by_label("Any").fill("typed")
    live.get_by_role("button").focus()
    live.evaluate("node => { window.last = node.querySelector('li:last-child'); }")
    bar.body = SECOND
    bar.wait_s(3)
    expect(live.get_by_text("6")).to_be_visible()
    expect(live.get_by_text("because")).to_be_visible()
    expect(live.get_by_role("listitem")).to_have_text(["one", "between", "two"])
    expect(live.get_by_label("Any")).to_have_value("typed")
    expect(live.get_by_role("button")).to_be_focused()
    assert bar.page.evaluate("window.last.isConnected && window.last.textContent === 'two'")


def test_what_did_not_change_is_neither_sent_nor_shown_again(bar: Bar) -> None:
    bar.wait_s(3)
    expect(bar.page.locator("#live p")).to_have_text("5")
    bar.page.evaluate("""() => {
      window.touched = 0;
      const note = new MutationObserver((all) => { window.touched += all.length; });
      note.observe(document.body, { attributes: true, childList: true, subtree: true });
    }""")
    bar.wait_s(6)
    first, *others = bar.asked
    assert first is None
    assert len(others) > 1
    assert set(others) == {f'"{len(FIRST)}"'}
    assert bar.page.evaluate("window.touched") == 0


def test_a_page_that_nobody_sees_asks_nothing(bar: Bar) -> None:
    bar.page.evaluate(HIDE, True)
    bar.wait_s(9)
    assert bar.asked == []
    bar.page.evaluate(HIDE, False)
    expect(bar.page.locator("#live p")).to_have_text("5")
    assert len(bar.asked) == 1


def test_without_an_answer_the_bar_says_so_and_the_questions_become_rare(bar: Bar) -> None:
    note = bar.page.get_by_text(NOTE)
    bar.status = 0
    bar.wait_s(7)
    expect(note).to_be_visible()
    expect(bar.page.locator("#live")).to_be_hidden()
    bar.wait_s(60)
    assert len(bar.asked) < 7  # instead of 30
    bar.status = 200
    bar.wait_s(60)
    expect(note).to_be_hidden()
    expect(bar.page.locator("#live p")).to_have_text("5")


@pytest.mark.parametrize("status", [401, 403])
def test_who_may_not_read_any_more_does_not_ask_again(bar: Bar, status: int) -> None:
    bar.page.evaluate("document.forms[0].dataset.unsaved = ''")  # else the page is loaded again
    bar.status = status
    bar.wait_s(9)
    shown = NOTE if status == 403 else "Your session has ended."
    expect(bar.page.get_by_text(shown)).to_be_visible()
    assert len(bar.asked) == 1
