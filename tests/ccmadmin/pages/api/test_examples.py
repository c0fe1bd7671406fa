"""The examples show what matters; that they work, the round trips show."""

from ccmadmin.pages.api.examples import EXAMPLES


def test_the_phone_shows_both_ways_to_name_a_directory_number() -> None:
    numbers = [line["directory_number"] for line in EXAMPLES["phones"]["lines"]]
    assert [type(number) for number in numbers] == [str, dict]


def test_examples_name_records_that_come_before_them() -> None:
    order = list(EXAMPLES)
    assert order.index("end-users") < order.index("phones")
    assert order.index("route-partitions") < order.index("calling-search-spaces")
