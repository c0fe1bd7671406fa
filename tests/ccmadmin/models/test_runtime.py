"""What SIP and sign-in write."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ccmadmin.models import Binding, CallRecord, FailedAttempt, RegistrationAttempt, ServerState
from ccmadmin.models.runtime import DecisionFields

NOW = timezone.now()


def binding(**values: object) -> Binding:
    defaults = {
        "node": "node-1",
        "phone": "SEP000000001002",
        "number": "1002",
        "contact": "sip:1002@192.0.2.7:5060",
        "transport": "UDP",
        "local_host": "192.0.2.1",
        "local_port": 5060,
        "remote_host": "192.0.2.7",
        "remote_port": 5060,
        "call_id": "c1",
        "cseq": 1,
        "registered_at": NOW,
        "refreshed_at": NOW,
        "expires_at": timezone.now() + timedelta(seconds=135),
    }
    return Binding(**{**defaults, **values})


@pytest.mark.django_db(databases=["runtime"])
def test_a_contact_is_bound_once_to_a_line() -> None:
    binding().save()
    binding(contact="sip:1002@192.0.2.8").save()
    with pytest.raises(IntegrityError), transaction.atomic(using="runtime"):
        binding().save()
    assert str(Binding.objects.first()).startswith("SEP000000001002 1002 sip:")


def test_a_call_lasts_from_answer_to_end() -> None:
    call = CallRecord(started_at=NOW, ended_at=NOW + timedelta(seconds=90))
    assert call.duration_s == 0
    call.answered_at = NOW + timedelta(seconds=30)
    assert call.duration_s == 60
    assert ">" in str(call)


def test_everything_has_a_name() -> None:
    attempt = RegistrationAttempt(last_at=NOW, userid="swhite", rule="digest-password")
    assert str(attempt).endswith("swhite digest-password")
    assert str(ServerState(node="node-1")) == "node-1"
    assert str(FailedAttempt(at=NOW, userid="admin", address="192.0.2.7")).endswith("192.0.2.7")


@pytest.mark.parametrize("model", [Binding, CallRecord, RegistrationAttempt, ServerState])
def test_every_field_has_a_help_text(model: type[DecisionFields]) -> None:
    assert all(field.help_text for field in model._meta.fields if field.name != "id")
