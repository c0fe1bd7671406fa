"""What end users and application users have in common."""

import pytest
from django.core.exceptions import ValidationError

from ccmadmin.models import EndUser
from ccmadmin.services import records
from tests.ccmadmin.site import ACTOR, add_user, administrator

pytestmark = pytest.mark.usefixtures("installed")


def test_a_user_id_cannot_be_changed() -> None:
    for user in (add_user("swhite"), administrator("admin")):
        user.userid = "another"
        with pytest.raises(ValidationError, match="cannot be changed from") as raised:
            records.save(user, actor=ACTOR)
        assert list(raised.value.message_dict) == ["userid"]


@pytest.mark.parametrize("userid", ["swhite", "SWhite"])
def test_a_user_id_is_unique_in_any_case(userid: str) -> None:
    add_user("swhite")
    with pytest.raises(ValidationError) as raised:
        add_user(userid)
    assert list(raised.value.message_dict) == ["userid"]
    assert len(raised.value.message_dict["userid"]) == 1


@pytest.mark.parametrize("userid", ["", " swhite", "swhite ", None])
def test_a_user_id_is_a_word_of_its_own(userid: str | None) -> None:
    with pytest.raises(ValidationError) as raised:
        records.save(EndUser(userid=userid, last_name="White"), actor=ACTOR)
    assert list(raised.value.message_dict) == ["userid"]
