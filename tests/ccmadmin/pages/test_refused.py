"""A request that is too large is answered by a page that says what fits; others by 400."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from ccmadmin.models import RoutePartition
from tests.ccmadmin.visitor import sign_in, text_of, typed

ADD = reverse("callrouting/route_partition add")


def test_a_form_with_too_much_text_is_told_how_much_fits(
    installed: None, settings: Settings
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2048
    client = sign_in()
    refused = client.post(ADD, typed(client.get(ADD), name="PT_A", description="x" * 3000))
    assert refused.status_code == 413
    assert "A form may have 2.0" in text_of(refused)
    assert "Sign out" in text_of(refused)
    assert not RoutePartition.objects.exists()


def test_a_form_with_too_many_fields_is_told_how_many_fit(
    installed: None, settings: Settings
) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 20
    fields = {f"field-{number}": "" for number in range(21)}
    refused = sign_in().post(ADD, fields)
    assert refused.status_code == 413
    assert "20 fields" in text_of(refused)


@pytest.mark.usefixtures("installed")
def test_an_unknown_host_name_is_told_what_to_set() -> None:
    refused = Client().get("/", headers={"Host": "elsewhere.example"})
    assert refused.status_code == 400
    assert "CCMADMIN_ALLOWED_HOSTS" in text_of(refused)
