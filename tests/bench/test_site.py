import pytest

from bench import site
from ccmadmin.models import (
    Binding,
    ChangeLog,
    DirectoryNumber,
    EndUser,
    LineAppearance,
    Phone,
)
from ccmadmin.models.base import WrittenAroundServices
from ccmadmin.sipservice.loader import load_tables

pytestmark = pytest.mark.django_db(databases=["default", "runtime"])


@pytest.fixture
def phones() -> int:
    site.prepare(3, is_digest=True)
    site.add_phones(range(3))
    return 3


@pytest.mark.usefixtures("phones")
def test_each_phone_has_its_user_its_number_and_its_line() -> None:
    phone = Phone.by_key(site.device(2))
    assert phone.digest_user == EndUser.by_key(site.number(2))
    assert phone.digest_user is not None
    assert phone.digest_user.digest_credentials == site.password(2)
    line = LineAppearance.objects.get(phone=phone)
    assert line.directory_number == DirectoryNumber.objects.get(number=site.number(2))


@pytest.mark.usefixtures("phones")
def test_the_call_server_reads_them_as_any_other() -> None:
    tables = load_tables()
    assert len(tables.phones) == len(tables.numbers) == 3
    user = tables.users.find(site.number(0))
    assert user is not None
    assert user.ha1


@pytest.mark.usefixtures("phones")
def test_the_phones_are_in_no_change_log_and_the_guard_stays_shut() -> None:
    assert not ChangeLog.objects.filter(model="Phone").exists()
    with pytest.raises(WrittenAroundServices):
        Phone.objects.update(description="")


@pytest.mark.usefixtures("phones")
def test_bindings_are_replaced() -> None:
    site.bind(range(3), 5060)
    site.bind(range(2), 5070)
    assert set(Binding.objects.values_list("local_port", flat=True)) == {5070}
    assert Binding.objects.count() == 2


def test_rows_are_written_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "ROWS_AT_ONCE", 2)
    site.insert(DirectoryNumber(pk=i, number=site.number(i)) for i in range(1, 6))
    assert DirectoryNumber.objects.count() == 5
