"""The change log's own table."""

from ccmadmin.models import ChangeLog, SealedSecrets


def test_an_entry_reads_as_revision_action_and_record() -> None:
    entry = ChangeLog(sequence=7, action="update", model="Phone", key="SEP000000001002")
    assert str(entry) == "Revision 7: Changed Phone SEP000000001002"


def test_entries_are_listed_newest_first() -> None:
    assert tuple(ChangeLog._meta.ordering) == ("-sequence",)


def test_the_kind_of_a_record_is_said_as_on_its_page() -> None:
    assert ChangeLog(model="EndUser").get_model_display() == "End User"
    assert ChangeLog(model="Forgotten").get_model_display() == "Forgotten"
    words = dict(ChangeLog.model_words())
    assert words["PhoneSecurityProfile"] == "SIP Phone Security Profile"
    assert "LineAppearance" not in words


def test_sealed_secrets_name_their_change_and_are_no_field_of_it() -> None:
    assert str(SealedSecrets(change_id=7)) == "Secrets before revision 7"
    assert "secrets" not in {field.name for field in ChangeLog._meta.concrete_fields}
