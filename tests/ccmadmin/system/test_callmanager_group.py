"""Cisco CallManager Group: one to three nodes in order."""

from django.urls import reverse

from ccmadmin.models import CallManagerGroup
from ccmadmin.system.callmanager_group import PAGE
from tests.ccmadmin.visitor import sign_in, text_of, typed


def test_a_group_without_a_node_is_refused(installed: None) -> None:
    client = sign_in()
    url = reverse("system/callmanager_group add")
    refused = client.post(url, typed(client.get(url), name="Empty"))
    assert refused.status_code == 422
    assert "Select one to three: primary, secondary, tertiary" in text_of(refused)
    assert not CallManagerGroup.lookup("Empty").exists()


def test_no_fourth_row_is_offered() -> None:
    assert PAGE.lists[0].limit == 3


def test_a_new_group_begins_with_a_row_to_fill_in(installed: None) -> None:
    page = sign_in().get(reverse("system/callmanager_group add"))
    assert [len(editor.forms) for editor in page.context["editors"]] == [1]


def test_the_list_names_the_nodes_of_each_group(installed: None) -> None:
    page = sign_in().get(reverse("system/callmanager_group"))
    node = CallManagerGroup.by_key("Default").members.get().callmanager.name
    assert f"Default {node} Copy" in text_of(page)
