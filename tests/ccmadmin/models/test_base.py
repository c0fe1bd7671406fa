"""The guarded door, natural keys and what records and rows have in common."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils import timezone

from ccmadmin.models import (
    ApiToken,
    CallingSearchSpace,
    ChangeLog,
    DirectoryNumber,
    Guarded,
    LineAppearance,
    Phone,
    PhoneModel,
    Record,
    RoutePartition,
    Row,
    SealedSecrets,
    WrittenAroundServices,
    list_model,
    row_fields,
)
from ccmadmin.models.base import allow_writes
from ccmadmin.models.router import is_runtime
from ccmadmin.services import records
from tests.ccmadmin.site import ACTOR, add_number, add_partition, add_phone

MODELS = [model for model in apps.get_app_config("ccmadmin").get_models() if not is_runtime(model)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_configuration_model_is_guarded(model: type[Guarded]) -> None:
    assert issubclass(model, Record | Row | ChangeLog | SealedSecrets)
    rows = model._default_manager.all()
    attempts = (
        lambda: model().save(),
        lambda: model(pk=1).delete(),
        lambda: rows.update(pk=1),
        lambda: rows.delete(),
        lambda: rows.create(),
        lambda: rows.bulk_create([model()]),
        lambda: rows.bulk_update([model(pk=1)], ["pk"]),
    )
    for attempt in attempts:
        with pytest.raises(WrittenAroundServices, match=r"services\.records"):
            attempt()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_has_a_label_and_a_help_text(model: type[Guarded]) -> None:
    inherited = {"id", "password", "last_login"}
    for field in model._meta.fields:
        assert field.name in inherited or field.help_text, field
        assert str(field.verbose_name) != field.name.replace("_", " ") or field.name in inherited


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_list_is_of_rows_that_name_their_record(model: type[Guarded]) -> None:
    if not issubclass(model, Record):
        return
    for name in model.LISTS:
        row = list_model(model, name)
        assert row._meta.get_field(row.PARENT).related_model is model
        assert row.PARENT not in row_fields(row)


@pytest.mark.usefixtures("installed")
def test_the_door_is_closed_again_after_a_service_wrote() -> None:
    partition = add_partition()
    partition.description = "around"
    with pytest.raises(WrittenAroundServices):
        partition.save()
    with allow_writes():
        partition.save()
    with pytest.raises(WrittenAroundServices):
        RoutePartition.objects.all().delete()


@pytest.mark.usefixtures("installed")
def test_what_is_no_configuration_may_be_noted_at_any_time() -> None:
    assert ApiToken.objects.update(last_used_at=timezone.now()) == 0
    with pytest.raises(WrittenAroundServices):
        ApiToken.objects.update(last_used_at=timezone.now(), scope="write")


@pytest.mark.usefixtures("installed")
def test_a_record_is_found_by_its_natural_key() -> None:
    partition = add_partition("PT_Internal")
    open_to_all = add_number("1002")
    number = add_number("1002", partition)
    assert number.key == "1002@PT_Internal"
    assert DirectoryNumber.by_key("1002@PT_Internal") == number
    assert DirectoryNumber.by_key("1002") == open_to_all
    with pytest.raises(RoutePartition.DoesNotExist, match="There is no Partition “PT_Intern”"):
        RoutePartition.by_key("PT_Intern")


@pytest.mark.usefixtures("installed")
def test_a_phone_is_found_however_its_name_is_typed() -> None:
    phone = add_phone("SEP00000000ABCD")
    for typed in ("SEP00000000ABCD", "00:00:00:00:ab:cd", "0000.0000.abcd", "sep00000000abcd"):
        assert Phone.by_key(typed) == phone


@pytest.mark.usefixtures("installed")
def test_a_name_that_is_taken_is_refused_with_name_and_cure() -> None:
    add_partition("PT_Internal")
    with pytest.raises(ValidationError) as raised:
        add_partition("PT_Internal")
    assert raised.value.message_dict == {
        "name": [
            "Name “PT_Internal” belongs to another Partition already. Choose a different one."
        ]
    }


@pytest.mark.usefixtures("installed")
def test_complete_reads_documents_in_a_fixed_number_of_queries(
    django_assert_num_queries: object,
) -> None:
    partition = add_partition()
    for number in ("1001", "1002", "1003"):
        add_phone(f"SEP00000000{number}", [add_number(number, partition)])
    assert callable(django_assert_num_queries)
    with django_assert_num_queries(2):
        found = [records.document(phone) for phone in Phone.objects.complete()]
    assert [phone["lines"][0]["directory_number"] for phone in found] == [
        "1001@PT_Internal",
        "1002@PT_Internal",
        "1003@PT_Internal",
    ]


def test_row_fields_leave_out_record_and_order() -> None:
    assert row_fields(list_model(CallingSearchSpace, "members")) == ("partition",)
    assert row_fields(LineAppearance)[:2] == ("index", "directory_number")


@pytest.mark.usefixtures("installed")
def test_a_standard_record_cannot_be_changed_renamed_or_deleted() -> None:
    model = PhoneModel.by_key("Cisco 7961")
    model.max_lines = 99
    with pytest.raises(ValidationError, match="came with the product and cannot be changed"):
        records.save(model, actor=ACTOR)
    with pytest.raises(ValidationError, match="came with the product and cannot be deleted"):
        records.delete(model, actor=ACTOR)
