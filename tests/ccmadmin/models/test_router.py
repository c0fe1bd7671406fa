"""Which database a model lives in."""

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.db import connections

from ccmadmin.models import Binding, Guarded, Phone
from ccmadmin.models.router import RUNTIME_MODELS, RuntimeRouter, is_runtime

ROUTER = RuntimeRouter()


def test_every_model_that_services_do_not_guard_is_routed_there() -> None:
    models = apps.get_app_config("ccmadmin").get_models()
    unguarded = {model._meta.model_name for model in models if not issubclass(model, Guarded)}
    assert unguarded == RUNTIME_MODELS


def test_configuration_and_runtime_are_read_and_written_apart() -> None:
    assert ROUTER.db_for_read(Phone) == ROUTER.db_for_write(Phone) == "default"
    assert ROUTER.db_for_read(Binding) == ROUTER.db_for_write(Binding) == "runtime"
    assert is_runtime(Binding)
    assert not is_runtime(Phone)


def test_each_database_gets_its_own_tables_only() -> None:
    assert ROUTER.allow_migrate("default", "ccmadmin", "phone")
    assert not ROUTER.allow_migrate("runtime", "ccmadmin", "phone")
    assert ROUTER.allow_migrate("runtime", "ccmadmin", "binding")
    assert not ROUTER.allow_migrate("default", "ccmadmin", "binding")
    assert not ROUTER.allow_migrate("runtime", "auth", "permission")
    assert not ROUTER.allow_migrate("runtime", "other", "binding")


def test_one_database_can_serve_both(settings: LazySettings) -> None:
    settings.RUNTIME_ALIAS = "default"
    assert ROUTER.db_for_write(Binding) == "default"
    assert ROUTER.allow_migrate("default", "ccmadmin", "binding")
    assert ROUTER.allow_migrate("default", "ccmadmin", "phone")


@pytest.mark.django_db(databases=["default", "runtime"])
def test_the_tables_are_where_the_router_says() -> None:
    configuration = set(connections["default"].introspection.table_names())
    written_by_sip = set(connections["runtime"].introspection.table_names())
    assert "ccmadmin_phone" in configuration - written_by_sip
    assert "ccmadmin_binding" in written_by_sip - configuration
