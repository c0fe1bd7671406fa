"""axe-core in a browser page: what it finds against WCAG 2.2 AA.

It comes with the package axe-playwright-python; the CSP of the pages must be switched off in the
browser (`bypass_csp`), or they would not let it in.
"""

from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(str(files("axe_playwright_python") / "axe.min.js"))
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def load(page: Page) -> None:
    """Have axe in every document that the page opens from now on."""
    page.add_init_script(path=AXE)


def violations(page: Page, rules: list[str] | None = None) -> list[str]:
    """Return what axe finds on the page as it stands, with the elements that it is about.

    With `rules` it looks for these only.
    """
    script = """only => axe.run({runOnly: only, resultTypes: ["violations"]})"""
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    found: list[dict[str, Any]] = page.evaluate(script, only)["violations"]
    return [
        f"{entry['id']}: {node['html'][:120]} ({node['failureSummary']})"
        for entry in found
        for node in entry["nodes"]
    ]
