import pytest

from tests.sipcore.callcontrol.ladders import Three
from tests.sipcore.callcontrol.office import Handset, Office, call


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def alice(office: Office) -> Handset:
    """Line 1001 on an Advanced phone."""
    return office.handset("1001")


@pytest.fixture
def bob(office: Office) -> Handset:
    """Line 1002 on a Basic phone."""
    return office.handset("1002")


@pytest.fixture
def carol(office: Office) -> Handset:
    """Line 1003 on an Advanced phone."""
    return office.handset("1003")


@pytest.fixture
def talking(alice: Handset, bob: Handset, carol: Handset) -> Three:
    """Alice has called Bob."""
    call(alice, bob)
    return alice, bob, carol
