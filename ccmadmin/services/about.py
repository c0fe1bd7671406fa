"""What this product is: its version, the revision in force, and other people's work in it."""

from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata

from django.db import connections

from ccmadmin.models.router import CONFIGURATION_ALIAS
from ccmadmin.services.changes import current_revision

VERSION = "0.1.0"
LICENCE = "Apache-2.0"
PACKAGES = (
    "argon2-cffi",
    "cryptography",
    "django",
    "django-environ",
    "django-filter",
    "django-stubs-ext",
    "djangorestframework",
    "dnspython",
    "drf-spectacular",
    "drf-spectacular-sidecar",
    "gunicorn",
    "segno",
    "whitenoise",
)


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    licence: str


@dataclass(frozen=True)
class About:
    version: str
    revision: int
    licence: str
    database: str
    packages: tuple[Package, ...]


def about() -> About:
    database = connections[CONFIGURATION_ALIAS].display_name
    return About(VERSION, current_revision(), LICENCE, database, packages())


@lru_cache(maxsize=1)
def packages() -> tuple[Package, ...]:
    """Return what the product is built on, as installed."""
    return tuple(
        Package(name, metadata.version(name), licence_of(metadata.metadata(name)))
        for name in PACKAGES
    )


def licence_of(told: metadata.PackageMetadata) -> str:
    """Return the licence that a package declares; older ones do so in different places."""
    for name in ("License-Expression", "License"):
        declared: list[str] = told.get_all(name) or []
        if declared and "\n" not in declared[0]:
            return declared[0]
    classifiers = told.get_all("Classifier") or []
    licences = [each for each in classifiers if each.startswith("License ::")]
    return ", ".join(each.rpartition(" :: ")[2] for each in licences)
