"""The reason: typed beside a save, kept in the log, refused when it is too long."""

from django.test import RequestFactory
from django.urls import reverse

from ccmadmin.models import ChangeLog, RoutePartition
from ccmadmin.pages.reason import LONGEST, ReasonForm, typed_reason
from tests.ccmadmin import site
from tests.ccmadmin.visitor import sign_in, text_of, typed

ADD = reverse("callrouting/route_partition add")


def test_a_reason_typed_beside_a_save_stands_in_the_log(installed: None) -> None:
    client = sign_in()
    client.post(ADD, typed(client.get(ADD), name="PT_A", reason=" for sales "))
    assert ChangeLog.objects.latest("sequence").comment == "for sales"
    history = client.get(reverse("callrouting/route_partition history", args=["PT_A"]))
    assert "Reason: for sales" in text_of(history)


def test_a_reason_that_is_too_long_comes_back_as_typed(installed: None) -> None:
    client = sign_in()
    refused = client.post(ADD, typed(client.get(ADD), name="PT_A", reason="x" * 256))
    assert refused.status_code == 422
    assert "x" * 256 in refused.content.decode()
    assert not RoutePartition.objects.exists()


def test_who_may_only_read_is_not_asked_for_a_reason(installed: None) -> None:
    site.add_partition("PT_A")
    url = reverse("callrouting/route_partition configure", args=["PT_A"])
    assert 'name="reason"' in sign_in().get(url).content.decode()
    reader = sign_in("reader", ["Standard CCM Read Only"])
    assert 'name="reason"' not in reader.get(url).content.decode()


def test_without_a_form_it_is_cut_to_what_fits() -> None:
    request = RequestFactory().post("/", {"reason": "x" * 300})
    assert len(typed_reason(request)) == LONGEST
    assert not ReasonForm({"reason": "x" * 300}).is_valid()
    assert ReasonForm({}).is_valid()
