"""License grants."""

import pytest
from django.core.exceptions import ValidationError

from ccmadmin.models import LicenseGrant
from ccmadmin.services import records
from tests.ccmadmin.site import ACTOR, ADVANCED, add_phone

pytestmark = pytest.mark.usefixtures("installed")


def test_grants_add_up() -> None:
    records.save(LicenseGrant(name="Extra", units=7), actor=ACTOR)
    assert LicenseGrant.objects.authorized_units() == 57


def test_a_grant_of_nothing_is_refused() -> None:
    with pytest.raises(ValidationError) as raised:
        records.save(LicenseGrant(name="Extra", units=0), actor=ACTOR)
    assert list(raised.value.message_dict) == ["units"]


def test_a_grant_that_phones_need_can_be_neither_deleted_nor_lowered() -> None:
    add_phone(model=ADVANCED)
    starter = LicenseGrant.by_key("Starter")
    with pytest.raises(ValidationError, match=r"phones use 6 license units.*only 0"):
        records.delete(starter, actor=ACTOR)
    starter.units = 5
    with pytest.raises(ValidationError, match="only 5"):
        records.save(starter, actor=ACTOR)
    starter.units = 6
    assert records.save(starter, actor=ACTOR)
    records.save(LicenseGrant(name="Extra", units=6), actor=ACTOR)
    records.delete(starter, actor=ACTOR)
