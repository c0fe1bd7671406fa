"""The rules for passwords, as the enterprise parameters set them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from ccmadmin.models import ApplicationUser, EnterpriseParameter
from ccmadmin.models.base import allow_writes
from ccmadmin.models.parameters import HISTORY_RULE, LENGTH_RULE, LIFETIME_RULE
from ccmadmin.models.passwords import LONGEST_HISTORY, PasswordChange, expired_since, rules
from ccmadmin.services import records
from tests.ccmadmin import site
from tests.ccmadmin.pages.api.caller import Caller, problems, token_of

pytestmark = pytest.mark.usefixtures("installed")


def set_parameter(name: str, value: int) -> None:
    record = EnterpriseParameter.by_key(name)
    record.value = str(value)
    records.save(record, actor=site.ACTOR)


def set_password(user: ApplicationUser, password: str) -> None:
    user.set_secret("password", password)
    records.save(user, actor=site.ACTOR)


def test_the_length_is_the_parameters() -> None:
    user = site.administrator()
    with pytest.raises(ValidationError, match="at least 10 characters"):
        user.set_secret("password", "nine-char")
    set_parameter(LENGTH_RULE, 20)
    with pytest.raises(ValidationError, match="at least 20 characters"):
        user.set_secret("password", "only nineteen chars")


def test_a_password_of_the_last_few_cannot_be_chosen_again() -> None:
    set_parameter(HISTORY_RULE, 2)
    user = site.administrator()
    set_password(user, "second battery staple")
    for used in (site.PASSWORD, "second battery staple"):
        with pytest.raises(ValidationError, match="one of the last 2"):
            user.set_secret("password", used)
    set_password(user, "third battery staple")
    set_password(user, site.PASSWORD)
    assert ApplicationUser.by_key("admin").check_password(site.PASSWORD)


def test_no_history_allows_any_and_says_nothing_of_it() -> None:
    set_parameter(HISTORY_RULE, 0)
    user = site.administrator()
    user.set_secret("password", site.PASSWORD)
    assert "last" not in rules()


def test_only_so_many_hashes_are_kept() -> None:
    user = site.administrator()
    with allow_writes():
        for _time in range(LONGEST_HISTORY + 3):
            PasswordChange.note(user)
    assert PasswordChange.objects.filter(application_user=user).count() == LONGEST_HISTORY


def test_a_password_expires_only_when_the_parameter_says_so() -> None:
    user = site.administrator()
    with_age = timezone.now() - timedelta(days=31)
    with allow_writes():
        PasswordChange.objects.filter(application_user=user).update(at=with_age)
    assert expired_since(user) is None
    set_parameter(LIFETIME_RULE, 30)
    assert expired_since(user) == with_age + timedelta(days=30)
    set_parameter(LIFETIME_RULE, 32)
    assert expired_since(user) is None


def test_rest_gives_the_same_errors() -> None:
    caller = Caller(token_of(site.administrator()))
    set_parameter(LENGTH_RULE, 30)
    refused = caller.put("application-users/script/", {"password": "not of thirty characters"})
    assert refused.status_code == 400
    assert "at least 30 characters" in problems(refused)["password"]


def test_the_rules_are_told_in_sentences() -> None:
    assert rules() == (
        "Not like the user ID. At least 10 characters. "
        "None of the passwords that everybody tries first. None of the last 5 passwords."
    )
