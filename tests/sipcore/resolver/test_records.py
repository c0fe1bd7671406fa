from collections import Counter
from random import Random

from sipcore.resolver.records import Answer, Naptr, Srv, first_order, in_order, sip_services


def srv(priority: int, weight: int, name: str) -> Srv:
    return Srv(priority, weight, 5060, name)


def test_a_lower_priority_number_comes_first():
    records = [srv(30, 0, "c"), srv(10, 0, "a"), srv(20, 0, "b")]
    assert [each.target for each in in_order(records, lambda total: 0)] == ["a", "b", "c"]


def test_the_draw_is_compared_with_the_running_sum():
    records = [srv(0, 1, "one"), srv(0, 3, "three"), srv(0, 0, "none")]
    totals = []

    def highest(total: int) -> int:
        totals.append(total)
        return total

    assert [each.target for each in in_order(records, highest)] == ["three", "one", "none"]
    assert totals == [4, 1, 0]
    # "all those with weight 0 are placed at the beginning of the list": 0 draws them
    assert in_order(records, lambda total: 0)[0].target == "none"
    assert in_order(records, lambda total: 1)[0].target == "one"
    assert in_order(records, lambda total: 2)[0].target == "three"


def test_weights_share_the_requests_out():
    random = Random(7)
    records = [srv(0, 10, "little"), srv(0, 70, "much"), srv(0, 20, "some")]
    first = Counter(
        in_order(records, lambda total: random.randint(0, total))[0].target for _ in range(4000)
    )
    assert 0.65 < first["much"] / 4000 < 0.75
    assert 0.16 < first["some"] / 4000 < 0.24


def test_a_record_with_weight_0_is_hardly_ever_first():
    random = Random(7)
    records = [srv(0, 0, "spare"), srv(0, 99, "main")]
    first = Counter(
        in_order(records, lambda total: random.randint(0, total))[0].target for _ in range(4000)
    )
    assert 0 < first["spare"] < 120


def test_a_draw_out_of_range_still_yields_every_record():
    records = [srv(0, 1, "a"), srv(0, 1, "b")]
    assert {each.target for each in in_order(records, lambda total: total + 5)} == {"a", "b"}


def test_only_terminal_sip_services_count():
    good = Naptr(1, 1, "S", "sip+D2U", "_sip._udp.example.com")
    others = [
        Naptr(1, 1, "u", "E2U+sip", "", "!.*!sip:x@y!"),
        Naptr(1, 1, "a", "SIP+D2U", "host.example.com"),
        Naptr(1, 1, "s", "SIP+D2U", ""),
        Naptr(1, 1, "s", "SIP+D2U", "_sip._udp.example.com", "!.*!x!"),
        Naptr(1, 1, "s", "AAA+D2T", "_diameter._tcp.example.com"),
    ]
    assert sip_services([*others, good]) == [good]


def test_the_first_order_counts_and_the_preference_sorts_it():
    late = Naptr(20, 1, "s", "SIP+D2U", "late")
    second = Naptr(10, 60, "s", "SIP+D2U", "second")
    first = Naptr(10, 50, "s", "SIP+D2T", "first")
    assert first_order([late, second, first]) == [first, second]


def test_records_read_as_in_a_zone_file():
    answer = Answer(
        (Naptr(10, 20, "s", "SIP+D2U", "_sip._udp.example.com"),),
        (srv(1, 2, "a.example.com"), srv(0, 0, "")),
        ("192.0.2.1",),
    )
    assert answer.lines == (
        '10 20 "s" "SIP+D2U" "" _sip._udp.example.com.',
        "1 2 5060 a.example.com.",
        "0 0 5060 .",
        "192.0.2.1",
    )
