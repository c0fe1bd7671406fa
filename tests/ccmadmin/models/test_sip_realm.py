"""SIP Realm: encrypted at rest, and nothing that a header cannot hold."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from ccmadmin.models import SipRealm
from ccmadmin.services import records
from tests.ccmadmin.site import ACTOR

pytestmark = pytest.mark.usefixtures("installed")


def realm(**values: str) -> SipRealm:
    known = {"realm": "carrier.example", "user": "us", "digest_credentials": "Secret-77"}
    return SipRealm(**{**known, **values})


def test_the_password_is_encrypted_and_stays_out_of_the_log() -> None:
    change = records.save(realm(), actor=ACTOR)
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest_credentials FROM ccmadmin_siprealm")
        assert "Secret-77" not in str(cursor.fetchall())
    assert change is not None
    assert "Secret-77" not in str(change.after)


@pytest.mark.parametrize("value", ['a"b', "a\\b", "a\nb"])
@pytest.mark.parametrize("field", ["realm", "user"])
def test_what_cannot_stand_between_quotes_is_refused(field: str, value: str) -> None:
    with pytest.raises(ValidationError) as raised:
        records.save(realm(**{field: value}), actor=ACTOR)
    assert list(raised.value.message_dict) == [field]


def test_a_realm_stands_once() -> None:
    records.save(realm(), actor=ACTOR)
    with pytest.raises(ValidationError, match="belongs to another SIP Realm"):
        records.save(realm(user="others"), actor=ACTOR)
