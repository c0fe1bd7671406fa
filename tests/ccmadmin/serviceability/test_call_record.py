"""Call Records."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from ccmadmin.models import CallRecord
from ccmadmin.serviceability.call_record import clock
from tests.ccmadmin.pages.test_guard import group_for
from tests.ccmadmin.visitor import sign_in, text_of


def call(**values: object) -> CallRecord:
    start = timezone.now()
    defaults: dict[str, object] = {
        "node": "node-1",
        "outcome": "accepted",
        "rule": "answered",
        "status": 200,
        "summary": "SEP000000001002 answered.",
        "call_id": "x@192.0.2.41",
        "caller_phone": "SEP000000001001",
        "caller_number": "1001",
        "dialed": "1002",
        "called_number": "1002",
        "called_phone": "SEP000000001002",
        "started_at": start,
        "answered_at": start + datetime.timedelta(seconds=5),
        "ended_at": start + datetime.timedelta(seconds=70),
        "cause": 16,
        "ended_by": "caller",
    }
    return CallRecord.objects.create(**{**defaults, **values})


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00:00"), (65, "0:01:05"), (3661, "1:01:01")])
def test_a_duration_reads_like_a_telephone_bill(seconds: int, text: str) -> None:
    assert clock(seconds) == text


def test_a_call_is_listed_with_its_duration(installed: None) -> None:
    call()
    text = text_of(sign_in().get(reverse("serviceability/call_record")))
    assert "1001 1002 1002 SEP000000001002 0:01:05 SEP000000001002 answered. Caller" in text


def test_the_page_of_a_call_has_parties_times_and_cause(installed: None) -> None:
    record = call(status=404, rule="number-not-found", outcome="refused", summary="No 1003.")
    url = reverse("serviceability/call_record configure", args=[str(record.pk)])
    text = text_of(sign_in().get(url))
    assert "No 1003. Rule number-not-found" in text
    assert "Calling Number 1001" in text
    assert "Cause 16" in text
    assert "Call from 1001 to 1002" in text


def test_only_who_may_read_phones_is_led_to_them(installed: None) -> None:
    url = reverse("serviceability/call_record configure", args=[str(call().pk)])
    assert len(sign_in().get(url).context["devices"]) == 2
    group = group_for("serviceability/call_record", may_update=False)
    assert sign_in("few", groups=[group]).get(url).context["devices"] == []
