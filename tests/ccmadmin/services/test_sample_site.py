"""The sample site."""

import pytest

from ccmadmin.models import DirectoryNumber, EndUser, Phone, Record
from ccmadmin.services import records, sample_site
from tests.ccmadmin.site import add_user

pytestmark = pytest.mark.usefixtures("installed")


def test_it_has_three_phones_with_users_and_a_shared_line() -> None:
    told = sample_site.install()
    assert [phone.userid for phone in told] == ["swhite", "bjones", "lmoran"]
    assert told[0].numbers == ("1001", "1100")
    assert told[0].registrar.endswith(":5060")
    assert DirectoryNumber.by_key("1100@PT_Internal").appearances.count() == 2
    for phone in told:
        user = EndUser.by_key(phone.userid)
        assert user.digest_credentials == phone.password
        assert user.primary_extension is not None


def test_everything_in_it_can_register_as_it_is() -> None:
    sample_site.install()
    made: list[Record] = [*Phone.objects.all(), *EndUser.objects.all()]
    assert [record.warnings() for record in made] == [[]] * 6


def test_running_again_changes_nothing_and_tells_nothing() -> None:
    sample_site.install()
    revision = records.current_revision()
    assert sample_site.install() == []
    assert records.current_revision() == revision


def test_nothing_is_added_where_one_of_its_users_exists() -> None:
    add_user("bjones")
    assert sample_site.install() == []
    assert not Phone.objects.exists()
