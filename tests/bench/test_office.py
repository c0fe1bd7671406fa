import pytest
from django.test import Client

from bench import office, site
from ccmadmin.models import ChangeLog, DirectoryNumber, EndUser, Phone, RegistrationAttempt

pytestmark = pytest.mark.django_db(databases=["default", "runtime"])


@pytest.fixture
def furnished() -> None:
    site.prepare(10, is_digest=True)
    site.add_phones(range(10))
    office.main(10)


@pytest.mark.usefixtures("furnished")
def test_people_have_names_and_phones_say_whose_they_are() -> None:
    assert EndUser.by_key(site.number(3)).last_name == office.last_name(3)
    assert Phone.by_key(site.device(3)).description == office.description(3)


@pytest.mark.usefixtures("furnished")
def test_there_are_a_fifth_more_numbers_than_phones() -> None:
    assert DirectoryNumber.objects.count() == 12
    assert DirectoryNumber.objects.unassigned().count() == 2


@pytest.mark.usefixtures("furnished")
def test_every_record_has_its_entry_in_the_change_log_in_order() -> None:
    logged = ChangeLog.objects.filter(user="bench", source="import")
    assert logged.count() == 30
    assert logged.filter(model="Phone", key=site.device(9)).count() == 1
    assert RegistrationAttempt.objects.count() == 10


@pytest.mark.usefixtures("furnished")
def test_somebody_can_sign_in() -> None:
    client = Client()
    assert client.login(username=office.ADMINISTRATOR, password=office.PASSWORD)
    assert client.get("/device/phone/").status_code == 200
