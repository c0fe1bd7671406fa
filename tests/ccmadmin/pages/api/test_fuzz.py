"""Whatever is sent, the answer is a record or a refusal, never a mistake of the server."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccmadmin.pages import registry
from ccmadmin.pages.api.examples import EXAMPLES
from ccmadmin.pages.api.serializers import serializer_of
from tests.ccmadmin.pages.api.caller import Caller

PAGES = [page for page in registry.pages().values() if page.api in EXAMPLES]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(["Default", "UDP", "1002@PT", "PT/x", "../x", "%00", "x" * 5000, ""]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["index", "directory_number", "number", "page", "other_region", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.api)
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_body_makes_the_server_fail(script: Caller, page: Any, data: st.DataObject) -> None:
    names = [*serializer_of(page)().fields, "nonsense"]
    changes = data.draw(st.dictionaries(st.sampled_from(names), VALUES, max_size=4))
    body = json.dumps({**EXAMPLES[page.api], **changes}).encode()
    for method, path in (("POST", f"{page.api}/"), ("PUT", f"{page.api}/Some%20key/")):
        response = script.call(method, path, raw=body)
        assert response.status_code in (200, 201, 400, 403), response.content


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    page=st.sampled_from(PAGES),
    name=st.sampled_from(["q", "ordering", "limit", "offset", "name", "userid", "units", "x"]),
    operation=st.sampled_from(["", "__contains", "__isempty", "__gte", "__in", "__"]),
    value=st.text(max_size=30) | st.integers().map(str),
)
def test_no_query_makes_the_server_fail(
    script: Caller, page: Any, name: str, operation: str, value: str
) -> None:
    response = script.client.get(
        f"/api/v1/{page.api}/", {f"{name}{operation}": value}, headers=script.headers
    )
    assert response.status_code in (200, 400), response.content
