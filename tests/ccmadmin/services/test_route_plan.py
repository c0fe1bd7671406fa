"""The route plan, in a fixed number of queries."""

from pytest_django import DjangoAssertNumQueries

from ccmadmin.models import DirectoryNumber
from ccmadmin.services import route_plan
from tests.ccmadmin import site


def test_numbers_are_told_with_their_lines_in_one_query(
    installed: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    site.add_phone("SEP000000001001", [site.add_number("1001")])
    site.add_number("1002")
    found = list(DirectoryNumber.objects.select_related("route_partition"))
    with django_assert_num_queries(1):
        first, second = route_plan.entries(found)
    assert (first.pattern, str(first.type)) == ("1001", "Directory Number")
    assert [str(line) for line in first.lines] == ["SEP000000001001 (1)"]
    assert (second.pattern, str(second.type), second.lines) == ("1002", "Unassigned DN", ())
