"""What is in force between two regions, whichever of them keeps it."""

from pytest_django import DjangoAssertNumQueries

from ccmadmin.models import Region
from ccmadmin.services import regions
from tests.ccmadmin.system.test_region_matrix import add_region


def test_the_matrix_is_symmetric_and_takes_one_query(
    installed: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    add_region("Bergen")
    add_region("Oslo", Bergen="GSM", Oslo="G.722")
    rows = [Region.by_key("Oslo"), Region.by_key("Bergen")]
    with django_assert_num_queries(1):
        (same, across), (back, other) = regions.matrix(rows, rows)
    assert (same.audio_codec, same.kept_by) == ("G.722", "Oslo")
    assert (across.audio_codec, across.kept_by) == (back.audio_codec, back.kept_by)
    assert across.audio_codec == "GSM"
    assert other.is_default
    assert other.kept_by == ""


def test_one_row_of_the_matrix_knows_what_the_other_region_keeps(installed: None) -> None:
    add_region("Bergen")
    add_region("Oslo", Bergen="GSM")
    [[pair]] = regions.matrix([Region.by_key("Bergen")], [Region.by_key("Oslo")])
    assert (pair.audio_codec, pair.kept_by) == ("GSM", "Oslo")
