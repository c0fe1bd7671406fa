"""Regions, and the one relationship of each pair of them."""

import pytest
from django.core.exceptions import ValidationError

from ccmadmin.models import Region
from ccmadmin.services import records
from tests.ccmadmin.site import ACTOR

pytestmark = pytest.mark.usefixtures("installed")


def test_a_region_is_once_in_the_relationships_of_another() -> None:
    rows = [{"other_region": "Default"}, {"other_region": "Default", "audio_codec": "G.729"}]
    with pytest.raises(ValidationError) as raised:
        records.save(Region(name="Far"), actor=ACTOR, lists={"relationships": rows})
    assert list(raised.value.message_dict) == ["relationships.1.other_region"]


def test_a_region_has_a_short_name() -> None:
    with pytest.raises(ValidationError, match="at most 30"):
        records.save(Region(name="x" * 31), actor=ACTOR)


def test_a_pair_has_one_relationship_on_either_of_the_two() -> None:
    records.save(
        Region(name="Far"), actor=ACTOR, lists={"relationships": [{"other_region": "Default"}]}
    )
    with pytest.raises(ValidationError, match="“Far” is kept on that region") as raised:
        records.save(
            Region.by_key("Default"),
            actor=ACTOR,
            lists={"relationships": [{"other_region": "Default"}, {"other_region": "Far"}]},
        )
    assert list(raised.value.message_dict) == ["relationships.1.other_region"]
