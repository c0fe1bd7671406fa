from dataclasses import replace

from sipcore.bindings import Bindings
from sipcore.ports import Binding
from tests.sipcore.site import SERVER, binding, flow

PHONE, OTHER = "SEP000000001001", "SEP000000001002"
UDP = flow("198.51.100.1")
TCP = flow("198.51.100.2", 40001, "TCP", connection=7)


def holding(*bindings: Binding) -> Bindings:
    index = Bindings()
    for each in bindings:
        index.put(each)
    return index


def test_a_binding_is_found_by_line_by_phone_by_key_and_by_source():
    one = binding(PHONE, "1001", UDP)
    index = holding(one, binding(OTHER, "1002", TCP))
    assert index.of_line(PHONE, "1001") == (one,)
    assert index.of_phone(PHONE) == (one,)
    assert index.get(one.key) == one
    assert index.by_source(UDP) == (one,)
    assert len(index) == 2


def test_two_lines_of_one_phone_are_apart_and_share_their_source():
    one, two = binding(PHONE, "1001", UDP), binding(PHONE, "1009", UDP)
    index = holding(one, two)
    assert index.of_line(PHONE, "1009") == (two,)
    assert index.of_phone(PHONE) == index.by_source(UDP) == (one, two)


def test_nothing_is_found_where_nothing_is_bound():
    index = Bindings()
    assert index.of_line(PHONE, "1001") == index.of_phone(PHONE) == index.by_source(UDP) == ()
    assert index.get((PHONE, "1001", "sip:1001@198.51.100.1")) is None
    assert index.next_deadline() is None


def test_putting_a_binding_again_replaces_it_and_moves_its_source_and_its_end():
    one = binding(PHONE, "1001", UDP)
    elsewhere = flow("198.51.100.9")
    again = replace(one, flow=elsewhere, expires_at=200.0)
    index = holding(one, again)
    assert len(index) == 1
    assert index.by_source(UDP) == ()
    assert index.by_source(elsewhere) == (again,)
    assert index.expired(199.0) == []
    assert index.expired(200.0) == [again]


def test_a_dropped_binding_is_gone_everywhere_and_dropping_it_again_does_no_harm():
    one = binding(PHONE, "1001", UDP)
    index = holding(one)
    assert index.drop(one.key) == one
    assert index.drop(one.key) is None
    assert index.by_source(UDP) == index.of_phone(PHONE) == ()
    assert index.next_deadline() is None
    assert len(index) == 0


def test_bindings_end_in_the_order_of_their_time():
    early = binding(PHONE, "1001", UDP, expires_at=100.0)
    late = binding(OTHER, "1002", TCP, expires_at=150.0)
    index = holding(late, early)
    assert index.next_deadline() == 100.0
    assert index.expired(120.0) == [early]
    assert index.of_phone(PHONE) == ()
    assert index.next_deadline() == 150.0


def test_a_connection_that_ends_takes_its_bindings_along():
    one, two = binding(OTHER, "1002", TCP), binding(OTHER, "1009", TCP)
    other = binding(PHONE, "1001", flow("198.51.100.2", 40001, "TCP", connection=8))
    index = holding(one, two, other)
    assert index.drop_flow(TCP) == [one, two]
    assert index.of_phone(OTHER) == ()
    assert len(index) == 1


def test_an_icmp_error_over_udp_takes_nothing_away():
    index = holding(binding(PHONE, "1001", UDP))
    assert index.drop_flow(UDP) == []
    assert len(index) == 1


def test_a_loaded_udp_binding_keeps_its_flow():
    one = binding(PHONE, "1001", UDP)
    index = Bindings()
    index.load([one])
    assert index.of_phone(PHONE) == (one,)
    assert index.by_source(UDP) == (one,)


def test_a_loaded_tcp_binding_is_reached_at_its_contact_by_a_new_connection():
    contact = "sip:1002@198.51.100.2:5070;transport=tcp"
    index = Bindings()
    index.load([binding(OTHER, "1002", TCP, contact=contact)])
    (loaded,) = index.of_phone(OTHER)
    assert loaded.flow == flow("198.51.100.2", 5070, "TCP", connection=0)
    assert loaded.flow.local == SERVER


def test_a_loaded_tcp_contact_that_is_a_name_keeps_the_address_it_came_from():
    for contact in ("sip:1002@phone.example.com;transport=tcp", "tel:1002"):
        index = Bindings()
        index.load([binding(OTHER, "1002", TCP, contact=contact)])
        (loaded,) = index.of_phone(OTHER)
        assert loaded.flow == replace(TCP, connection=0)


def test_a_phone_with_a_loaded_tcp_binding_is_known_by_its_host_until_it_registers():
    index = Bindings()
    index.load([binding(OTHER, "1002", TCP)])
    new = flow("198.51.100.2", 51000, "TCP", connection=1)
    (loaded,) = index.by_source(new)
    assert index.by_source(flow("198.51.100.3", 51000, "TCP", connection=2)) == ()
    assert index.by_source(flow("198.51.100.2", 51000)) == ()
    registered = replace(loaded, flow=new)
    index.put(registered)
    assert index.by_source(new) == (registered,)
    assert index.by_source(flow("198.51.100.2", 51001, "TCP", connection=3)) == ()


def test_a_flow_is_known_while_something_is_bound_over_it():
    one = binding(PHONE, "1001", UDP)
    index = holding(one)
    assert index.is_known(UDP)
    assert not index.is_known(TCP)
    index.drop(one.key)
    assert not index.is_known(UDP)


def test_a_refresh_is_looked_at_when_the_first_end_comes_and_again_when_its_own_does():
    one = binding(PHONE, "1001", UDP, expires_at=100.0)
    index = holding(one, replace(one, expires_at=160.0))
    assert index.expired(100.0) == []
    assert index.next_deadline() == 160.0
    assert index.expired(160.0) != []


def test_a_shorter_time_counts_at_once():
    one = binding(PHONE, "1001", UDP, expires_at=3600.0)
    shorter = replace(one, expires_at=160.0)
    index = holding(one, shorter)
    assert index.expired(160.0) == [shorter]


def test_one_line_may_end_before_the_other():
    one = binding(PHONE, "1001", UDP, expires_at=100.0)
    two = binding(PHONE, "1009", UDP, expires_at=150.0)
    index = holding(two, one)
    assert index.expired(120.0) == [one]
    assert index.of_phone(PHONE) == (two,)
    assert index.expired(150.0) == [two]
    assert index.of_phone(PHONE) == ()


def test_phones_behind_one_address_are_found_together_and_leave_one_by_one():
    one, two = binding(PHONE, "1001", UDP), binding(OTHER, "1002", UDP)
    index = holding(one, two)
    assert index.by_source(UDP) == (one, two)
    index.put(replace(one, flow=TCP))
    assert index.by_source(UDP) == (two,)
    index.drop(two.key)
    assert not index.is_known(UDP)
    assert [each.phone for each in index.by_source(TCP)] == [PHONE]


def test_a_phone_stays_known_at_an_address_that_only_one_of_its_lines_has_left():
    one, two = binding(PHONE, "1001", UDP), binding(PHONE, "1009", UDP)
    index = holding(one, two, replace(one, flow=TCP))
    assert index.by_source(UDP) == (two,)
    index.drop(two.key)
    assert not index.is_known(UDP)


def test_a_binding_is_alone_when_it_is_the_very_one_and_its_line_has_no_other():
    one, other_line = binding(PHONE, "1001", UDP), binding(PHONE, "1009", UDP)
    index = holding(one)
    assert index.is_alone(one)
    assert not index.is_alone(replace(one))  # equal, but not the one that is in force
    index.put(other_line)
    assert index.is_alone(one)
    index.put(replace(one, contact="sip:1001@198.51.100.9"))
    assert not index.is_alone(one)
    index.drop(one.key)
    assert not index.is_alone(one)


def test_a_renewed_binding_takes_the_place_of_the_one_before():
    one, other_line = binding(PHONE, "1001", UDP), binding(PHONE, "1009", UDP)
    index = holding(one, other_line)
    later = replace(one, cseq=2, expires_at=235.0)
    index.renew(one, later)
    assert index.of_phone(PHONE) == index.by_source(UDP) == (later, other_line)
    assert index.expired(135.0) == [other_line]
    assert index.expired(235.0) == [later]


def test_a_phone_that_has_left_and_come_back_ends_once_and_in_its_new_time():
    one = binding(PHONE, "1001", UDP)
    later = replace(one, expires_at=one.expires_at + 50)
    index = holding(one)
    index.drop(one.key)
    index.put(later)
    assert index.expired(one.expires_at) == []
    assert index.expired(later.expires_at) == [later]
    assert index.next_deadline() is None


def test_a_phone_can_go_from_one_binding_to_several_and_back():
    one, two, three = (binding(PHONE, number, UDP) for number in ("1001", "1002", "1003"))
    index = holding(one, two, three)
    newer = replace(two, cseq=99)
    index.renew(two, newer)
    assert index.of_phone(PHONE) == (one, newer, three)
    index.drop(one.key)
    index.drop(three.key)
    assert index.of_phone(PHONE) == index.by_source(UDP) == (newer,)
    assert index.get(newer.key) is newer
    assert len(index) == 1
