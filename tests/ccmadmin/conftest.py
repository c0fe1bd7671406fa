"""Every test that uses `installed` starts from a fresh installation, in both databases."""

from collections.abc import Sequence

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from ccmadmin.models import PhoneModel
from ccmadmin.services import setup
from tests.ccmadmin.pages.api.caller import Caller, token_of
from tests.ccmadmin.site import administrator


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Install once into the test databases; each test's transaction is undone behind it."""
    with django_db_blocker.unblock():
        setup.make_key_file()
        setup.install()


@pytest.fixture
def installed(db: None) -> None:
    """A fresh installation; it is made again after a test that emptied the tables."""
    if not PhoneModel.objects.exists():
        setup.install()


@pytest.fixture
def script(installed: None) -> Caller:
    """A script that may do everything."""
    return Caller(token_of(administrator()))


@pytest.fixture
def empty(db: None) -> None:
    """No records at all, as before the set-up."""
    call_command("flush", verbosity=0, interactive=False)


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    for item in items:
        wants = {"installed", "empty", "script"} & set(getattr(item, "fixturenames", ()))
        if wants and item.get_closest_marker("django_db") is None:
            item.add_marker(pytest.mark.django_db(databases="__all__"))
