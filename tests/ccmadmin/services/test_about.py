"""What the product says of itself agrees with how it is packaged."""

import re
import tomllib
from email.message import Message
from importlib import metadata
from typing import cast

from django.conf import settings

from ccmadmin.services.about import LICENCE, PACKAGES, VERSION, licence_of, packages

PROJECT = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text("utf-8"))["project"]


def test_version_licence_and_packages_are_those_of_the_project() -> None:
    assert PROJECT["version"] == VERSION
    assert PROJECT["license"] == LICENCE
    assert sorted(re.split("[<>=]", name)[0] for name in PROJECT["dependencies"]) == list(PACKAGES)


def test_every_package_tells_its_licence() -> None:
    for package in packages():
        assert package.licence, package.name
        assert len(package.licence) < 60, package.name


def test_a_licence_is_found_where_older_packages_declare_it() -> None:
    told = Message()
    told["License"] = "a whole text\nof many lines"
    told["Classifier"] = "License :: OSI Approved :: MIT License"
    assert licence_of(cast(metadata.PackageMetadata, told)) == "MIT License"
