"""The URLs that a description leads to."""

from django.http import HttpRequest, HttpResponse

from ccmadmin.models import RoutePartition
from ccmadmin.pages.page import Page
from ccmadmin.pages.routes import Screen, routes


def named(page: Page) -> dict[str, str]:
    return {str(pattern.name): str(pattern.pattern) for pattern in routes(page)}


def test_a_page_has_all_its_screens_and_the_greedy_one_last() -> None:
    page = Page(key="x/y", title="Y", model=RoutePartition)
    made = named(page)
    assert list(made)[-1] == "x/y configure"
    assert made["x/y"] == "x/y/"
    assert made["x/y history"] == "x/y/<path:key>/-/history/"


def test_a_page_has_no_url_for_what_it_cannot_do() -> None:
    read = Page(key="x/y", title="Y", model=RoutePartition, is_read_only=True)
    lists = {"x/y", "x/y searches", "x/y columns", "x/y csv"}
    assert set(named(read)) == {*lists, "x/y configure"}
    fixed = Page(
        key="x/y",
        title="Y",
        model=RoutePartition,
        can_add=False,
        can_copy=False,
        can_delete=False,
    )
    assert named(Page(key="x/y", title="Y")) == {}
    assert not {"x/y add", "x/y copy", "x/y delete"} & set(named(fixed))


def test_an_own_view_takes_the_place_of_the_engines() -> None:
    def own(request: HttpRequest, page: Page) -> HttpResponse:
        return HttpResponse()

    page = Page(key="x/y", title="Y", model=RoutePartition, is_read_only=True)
    assert len(routes(page, find=own)) == len(routes(page))
    assert routes(page, Screen("more", "-/more/", own))[0].name == "x/y more"
