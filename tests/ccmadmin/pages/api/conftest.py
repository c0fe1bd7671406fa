"""A fresh installation with a script that may do everything."""

import pytest

from tests.ccmadmin.pages.api.caller import Caller, token_of
from tests.ccmadmin.site import administrator


@pytest.fixture
def script(installed: None) -> Caller:
    return Caller(token_of(administrator()))
