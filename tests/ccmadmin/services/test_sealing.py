"""Secrets of changes: encrypted in a table of their own, and nowhere else."""

import pytest
from django.db import connection

from ccmadmin.models import SealedSecrets
from ccmadmin.services import records
from ccmadmin.services.sealing import unseal
from tests.ccmadmin import site
from tests.ccmadmin.site import ACTOR

pytestmark = pytest.mark.usefixtures("installed")


def test_what_a_deletion_took_is_kept_and_cannot_be_read_in_the_database() -> None:
    user = site.add_user("swhite", digest_credentials="s3cret-word")
    gone = records.delete(user, actor=ACTOR)
    assert unseal(gone) == {"digest_credentials": "s3cret-word"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT secrets FROM ccmadmin_sealedsecrets")
        ((stored,),) = cursor.fetchall()
    assert stored.startswith("gAAAA")


def test_a_change_without_secrets_keeps_nothing() -> None:
    user = site.add_user("swhite")
    assert not SealedSecrets.objects.exists()
    gone = records.delete(user, actor=ACTOR)
    assert unseal(gone) == {}
    assert not SealedSecrets.objects.exists()
