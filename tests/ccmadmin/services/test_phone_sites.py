"""The whole site of a phone in one transaction."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from ccmadmin.models import ChangeLog, DirectoryNumber, EndUser, LicenseGrant, Phone
from ccmadmin.services import phone_sites, records
from ccmadmin.services.phone_sites import PhoneSite
from tests.ccmadmin import site
from tests.ccmadmin.site import ACTOR, ADVANCED, BASIC

pytestmark = pytest.mark.usefixtures("installed")

NAME = "SEP000000001002"
PHONE = {"phone_model": BASIC, "name": "00-00-00-00-10-02"}
USER = {"userid": "bjones", "last_name": "Jones", "first_name": "Bea"}
LINE = {"number": "1002", "route_partition": "", "display": "Bea Jones"}


def add(**changes: Any) -> PhoneSite:
    values = {"end_user": USER, "phone": PHONE, "lines": [LINE], "actor": ACTOR, "generate": True}
    return phone_sites.add(**{**values, **changes})


def errors(**changes: Any) -> dict[str, list[str]]:
    """Return the errors of a site that must not have been written, by path."""
    before = ChangeLog.objects.count()
    with pytest.raises(ValidationError) as refused:
        add(**changes)
    assert ChangeLog.objects.count() == before
    return refused.value.message_dict


def test_one_call_makes_a_phone_that_can_register() -> None:
    made = add()
    phone = Phone.by_key(NAME)
    assert phone.digest_user == made.user == EndUser.by_key("bjones")
    line = phone.lines.get()
    assert (line.directory_number.key, line.index, line.display) == ("1002", 1, "Bea Jones")
    assert list(made.user.controlled_devices.values_list("phone__name", flat=True)) == [NAME]
    assert phone.warnings() == []
    assert len(made.credentials) == 16
    assert EndUser.by_key("bjones").digest_credentials == made.credentials
    assert made.credentials not in repr(made)


def test_credentials_may_be_given_instead() -> None:
    made = add(end_user={**USER, "digest_credentials": "Secret-77"}, generate=False)
    assert made.credentials == ""
    assert made.user.digest_credentials == "Secret-77"


def test_a_phone_without_a_name_gets_one_that_tells_its_number() -> None:
    assert add(phone={"phone_model": BASIC}).phone.name == "SEP020000001002"
    other = {**USER, "userid": "swhite"}
    shared = [{**LINE, "is_shared": True}]
    second = add(phone={"phone_model": BASIC, "name": ""}, end_user=other, lines=shared).phone.name
    assert second.startswith("SEP02")
    assert second != "SEP020000001002"


def test_an_advanced_phone_takes_several_lines_in_order() -> None:
    site.add_partition()
    lines = [{"number": n, "route_partition": "PT_Internal"} for n in ("1001", "1009", "1005")]
    made = add(phone={**PHONE, "phone_model": ADVANCED}, lines=lines)
    numbers = [line.directory_number.number for line in made.phone.lines.order_by("index")]
    assert numbers == ["1001", "1009", "1005"]


def test_a_user_that_exists_keeps_what_is_not_named() -> None:
    site.add_user("bjones", last_name="Jones", department="Sales", digest_credentials="old-one")
    made = add(end_user={"userid": "bjones", "last_name": "", "first_name": "Bea"})
    stored = EndUser.by_key("bjones")
    assert (stored.last_name, stored.first_name, stored.department) == ("Jones", "Bea", "Sales")
    assert stored.digest_credentials == made.credentials


def test_a_user_with_credentials_needs_no_others() -> None:
    site.add_user("bjones", digest_credentials="old-one")
    profile = site.add_security_profile()
    phone = {**PHONE, "phone_security_profile": profile.key}
    assert add(phone=phone, generate=False).user.digest_credentials == "old-one"


def test_a_number_on_no_phone_is_used_as_it_is() -> None:
    known = site.add_number("1002", alerting_name="Reception")
    assert add().phone.lines.get().directory_number == known


def test_every_error_comes_at_once_and_nothing_is_written() -> None:
    found = errors(
        end_user={"userid": 'b"j'},
        phone={"phone_model": BASIC, "name": "12", "device_pool": "Nowhere"},
        lines=[{"number": "10A", "route_partition": "PT_None"}, {"number": ""}],
    )
    assert set(found) == {
        "end_user.userid",
        "end_user.last_name",
        "phone.device_pool",
        "lines.0.route_partition",
        "lines.1.number",
    }
    assert "Nowhere" in found["phone.device_pool"][0]
    for model in (EndUser, Phone, DirectoryNumber):
        assert not model.objects.exists()


def test_the_phones_own_rules_are_asked() -> None:
    assert set(errors(phone={**PHONE, "name": "12"})) == {"phone.name"}
    assert "phone_model" in next(iter(errors(phone={"phone_model": "Fax"})))
    assert set(errors(lines=[])) == {"lines"}
    two = [LINE, {**LINE, "number": "1003"}]
    assert "Advanced" in errors(lines=two)["lines.1"][0]
    assert set(errors(lines=[LINE, LINE], phone={**PHONE, "phone_model": ADVANCED})) == {
        "lines.1.number"
    }


def test_too_few_license_units_are_told() -> None:
    for grant in LicenseGrant.objects.all():
        records.delete(grant, actor=ACTOR)
    assert "Not enough license units" in errors()["phone"][0]


def test_a_line_that_no_phone_can_register_is_refused() -> None:
    assert "digits only" in errors(lines=[{"number": "1XX"}])["lines.0.number"][0]


def test_a_number_of_another_phone_is_shared_only_knowingly() -> None:
    site.add_phone("SEP000000000001", [site.add_number("1002")])
    assert "SEP000000000001" in errors()["lines.0.number"][0]
    made = add(lines=[{**LINE, "is_shared": True}])
    assert made.phone.lines.get().directory_number.appearances.count() == 2


def test_the_digest_user_of_another_phone_is_refused() -> None:
    user = site.add_user("bjones", digest_credentials="x")
    site.add_phone("SEP000000000001", [site.add_number("1001")], digest_user=user)
    assert "SEP000000000001" in errors()["end_user.userid"][0]


def test_a_profile_that_verifies_wants_credentials() -> None:
    profile = site.add_security_profile()
    phone = {**PHONE, "phone_security_profile": profile.key}
    found = errors(phone=phone, generate=False)
    assert set(found) == {"end_user.digest_credentials"}
    assert add(phone=phone).credentials


def test_the_digest_user_is_set_later_only_if_it_is_free() -> None:
    user = site.add_user("bjones", digest_credentials="x")
    one = site.add_phone("SEP000000000001", [site.add_number("1001")])
    other = site.add_phone("SEP000000000002", [site.add_number("1003")])
    phone_sites.set_digest_user(phone=one, user=user, actor=ACTOR)
    assert Phone.by_key(one.name).digest_user == user
    with pytest.raises(ValidationError, match="SEP000000000001"):
        phone_sites.set_digest_user(phone=other, user=user, actor=ACTOR)


def test_association_adds_to_what_the_user_controls() -> None:
    user = site.add_user("bjones")
    for name in ("SEP000000000001", "SEP000000000002"):
        phone_sites.associate(phone=site.add_phone(name), user=user, actor=ACTOR)
    assert user.controlled_devices.count() == 2


def test_new_credentials_replace_the_old_ones_and_are_told_once() -> None:
    user = site.add_user("bjones", digest_credentials="old-one")
    told = phone_sites.renew_credentials(user=user, actor=ACTOR)
    assert EndUser.by_key("bjones").digest_credentials == told != "old-one"
    assert told not in str(list(ChangeLog.objects.values_list("before", "after")))
