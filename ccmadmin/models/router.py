"""Which database a model lives in: configuration in `default`, SIP's own writes in `runtime`."""

from typing import Any

from django.conf import settings
from django.db import models

CONFIGURATION_ALIAS = "default"


class RuntimeRouter:
    """Send models of `ccmadmin.models.runtime` to the alias in `RUNTIME_ALIAS`."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        return settings.RUNTIME_ALIAS if is_runtime(model) else CONFIGURATION_ALIAS

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        return self.db_for_read(model)

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: Any
    ) -> bool:
        names = RUNTIME_MODELS if app_label == "ccmadmin" else frozenset()
        belongs = settings.RUNTIME_ALIAS if model_name in names else CONFIGURATION_ALIAS
        return db == belongs


RUNTIME_MODELS = frozenset(
    {
        "binding",
        "callrecord",
        "chosencolumns",
        "failedattempt",
        "probecall",
        "registrationattempt",
        "savedsearch",
        "serverstate",
        "session",
    }
)


def is_runtime(model: type[models.Model]) -> bool:
    return model._meta.app_label == "ccmadmin" and model._meta.model_name in RUNTIME_MODELS
