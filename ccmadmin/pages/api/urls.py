"""The addresses of the API, made from the pages: a collection, its records, and what they tell."""

from typing import Any

from django.urls import URLPattern, path, re_path

from ccmadmin.pages import registry
from ccmadmin.pages.api.links import url_name
from ccmadmin.pages.api.reports import REPORTS
from ccmadmin.pages.api.root import NowhereView, RootView, SchemaView, docs
from ccmadmin.pages.api.serializers import serializer_of
from ccmadmin.pages.api.views import CollectionView, DependentsView, HistoryView, RecordView
from ccmadmin.pages.page import Page

READ = ["get", "head", "options"]


def patterns_of(page: Page) -> list[URLPattern]:
    if page.key in REPORTS:
        report = REPORTS[page.key].as_view(page=page)
        return [path(f"{page.api}/", report, name=url_name(page))]
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
    # Last: a key may have slashes, so this would match those above.
    return [*patterns, path(f"{page.api}/<path:key>/", record, name=url_name(page, "record"))]


urlpatterns = [
    path("v1/", RootView.as_view(), name="api"),
    path("v1/schema/", SchemaView.as_view(), name="api schema"),
    path("v1/docs/", docs, name="api docs"),
]
for described in registry.pages().values():
    if described.api:
        urlpatterns += [
            path(f"v1/{pattern.pattern}", pattern.callback, name=pattern.name)
            for pattern in patterns_of(described)
        ]
urlpatterns.append(re_path(r"^(?P<address>.*)$", NowhereView.as_view(), name="api nowhere"))
