from django.utils import timezone

from ccmadmin.models import ProbeCall
from ccmadmin.models.router import is_runtime


def test_a_test_call_is_runtime_data() -> None:
    assert is_runtime(ProbeCall)


def test_it_is_named_by_its_time_and_line() -> None:
    call = ProbeCall(phone="SEP000000001002", number="1002", requested_at=timezone.now())
    assert str(call).endswith(" SEP000000001002 1002")
    assert not call.is_over
    call.state = ProbeCall.State.OVER
    assert call.is_over


def test_every_field_has_a_help_text() -> None:
    for field in ProbeCall._meta.concrete_fields:
        assert field.primary_key or field.help_text, field.name
