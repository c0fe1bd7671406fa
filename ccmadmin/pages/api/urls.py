"""The addresses of the API, made from the pages: a collection, its records, and what they tell."""

from typing import Any

from django.urls import URLPattern, path, re_path

from ccmadmin.models import ApplicationUser, ChangeLog, Phone
from ccmadmin.pages import registry
from ccmadmin.pages.api.accounts import SecondFactorView, SessionsView, SessionView
from ccmadmin.pages.api.links import url_name
from ccmadmin.pages.api.lists import ColumnsView, SavedSearchesView, SavedSearchView
from ccmadmin.pages.api.phone_sites import SITES, PhoneSitesView, PhoneSiteView, TestCallView
from ccmadmin.pages.api.reports import REPORTS
from ccmadmin.pages.api.root import NowhereView, RootView, SchemaView, docs
from ccmadmin.pages.api.search import SearchView
from ccmadmin.pages.api.selected import DeleteSelectedView
from ccmadmin.pages.api.serializers import serializer_of
from ccmadmin.pages.api.undo import UndoView
from ccmadmin.pages.api.views import CollectionView, DependentsView, HistoryView, RecordView
from ccmadmin.pages.page import Page

READ = ["get", "head", "options"]
OF_LIST = "v1/lists/<str:collection>"


def patterns_of(page: Page) -> list[URLPattern]:
    if page.key in REPORTS:
        report = REPORTS[page.key].as_view(page=page)
        return [path(f"{page.api}/", report, name=url_name(page))]
    if page.key == SITES:
        return site_patterns(page)
    made: dict[str, Any] = {"page": page, "serializer_class": serializer_of(page)}
    collection = CollectionView.as_view(
        **made, http_method_names=[*READ, *(["post"] if page.can_add else [])]
    )
    changing = [] if page.is_read_only else ["put", "patch"]
    deleting = ["delete"] if page.can_delete else []
    record = RecordView.as_view(**made, http_method_names=[*READ, *changing, *deleting])
    patterns = [path(f"{page.api}/", collection, name=url_name(page))]
    if not page.is_read_only:
        dependents = DependentsView.as_view(page=page)
        history = HistoryView.as_view(page=page)
        told = f"{page.api}/<path:key>/-"
        patterns += [
            path(f"{told}/dependents/", dependents, name=url_name(page, "dependents")),
            path(f"{told}/history/", history, name=url_name(page, "history")),
        ]
    if page.can_delete:
        selected = DeleteSelectedView.as_view(page=page)
        address = f"{page.api}/-/delete-selected/"
        patterns.append(path(address, selected, name=url_name(page, "delete-selected")))
    if page.model is ApplicationUser:
        patterns += account_patterns(page)
    if page.model is ChangeLog:
        undo = UndoView.as_view(page=page)
        patterns.append(path(f"{page.api}/<path:key>/-/undo/", undo, name=url_name(page, "undo")))
    if page.model is Phone:
        call = TestCallView.as_view(page=page)
        told = f"{page.api}/<path:key>/-"
        patterns.append(path(f"{told}/test-call/", call, name=url_name(page, "test-call")))
    # Last: a key may have slashes, so this would match those above.
    return [*patterns, path(f"{page.api}/<path:key>/", record, name=url_name(page, "record"))]


def site_patterns(page: Page) -> list[URLPattern]:
    sites, site = PhoneSitesView.as_view(page=page), PhoneSiteView.as_view(page=page)
    return [
        path(f"{page.api}/", sites, name=url_name(page)),
        path(f"{page.api}/<path:key>/", site, name=url_name(page, "record")),
    ]


def account_patterns(page: Page) -> list[URLPattern]:
    told = f"{page.api}/<path:key>/-"
    factor, listed = SecondFactorView.as_view(page=page), SessionsView.as_view(page=page)
    one = SessionView.as_view(page=page)
    return [
        path(f"{told}/second-factor/", factor, name=url_name(page, "second-factor")),
        path(f"{told}/sessions/", listed, name=url_name(page, "sessions")),
        path(f"{told}/sessions/<slug:name>/", one, name=url_name(page, "session")),
    ]


urlpatterns = [
    path("v1/", RootView.as_view(), name="api"),
    path("v1/schema/", SchemaView.as_view(), name="api schema"),
    path("v1/docs/", docs, name="api docs"),
    path("v1/search/", SearchView.as_view(), name="api search"),
    path(f"{OF_LIST}/searches/", SavedSearchesView.as_view(), name="api lists searches"),
    path(f"{OF_LIST}/searches/<str:name>/", SavedSearchView.as_view(), name="api lists search"),
    path(f"{OF_LIST}/columns/", ColumnsView.as_view(), name="api lists columns"),
]
for described in registry.pages().values():
    if described.api:
        urlpatterns += [
            path(f"v1/{pattern.pattern}", pattern.callback, name=pattern.name)
            for pattern in patterns_of(described)
        ]
urlpatterns.append(re_path(r"^(?P<address>.*)$", NowhereView.as_view(), name="api nowhere"))
