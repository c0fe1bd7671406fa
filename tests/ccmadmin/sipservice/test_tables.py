from ccmadmin.sipservice.rows import Delta, NumberRow, PartitionRow, PhoneRow, UserRow
from ccmadmin.sipservice.tables import Table, Tables
from sipcore.ports import Settings
from tests.ccmadmin.sipservice.values import tables


def names() -> Table[str, PartitionRow]:
    table: Table[str, PartitionRow] = Table(lambda row: row.name)
    table.update({1: PartitionRow("A"), 2: PartitionRow("B")})
    return table


def test_a_row_is_found_by_its_natural_key() -> None:
    assert names().find("B") == PartitionRow("B")
    assert names().find("C") is None
    assert len(names()) == 2


def test_a_renamed_row_is_found_by_its_new_name_only() -> None:
    table = names()
    table.update({1: PartitionRow("C")})
    assert table.ids == {"B": 2, "C": 1}


def test_two_rows_can_swap_their_names() -> None:
    table = names()
    table.update({1: PartitionRow("B"), 2: PartitionRow("A")})
    assert table.ids == {"A": 2, "B": 1}
    assert len(table) == 2


def test_a_name_can_go_over_to_a_new_row() -> None:
    table = names()
    table.update({3: PartitionRow("A"), 1: None})
    assert table.ids == {"A": 3, "B": 2}


def test_a_row_that_was_never_there_can_be_gone() -> None:
    table = names()
    table.update({9: None})
    assert len(table) == 2


def test_phones_are_indexed_by_user_and_by_number() -> None:
    made = tables()
    assert [made.phones_of_user.of(user) for user in (1, 2)] == [(1,), (2,)]
    assert [made.phones_of_number.of(number) for number in (1, 2)] == [(1,), (1, 2)]


def test_the_index_follows_a_phone_that_changes_and_one_that_goes() -> None:
    made = tables()
    white: PhoneRow = made.phones.rows[1]
    changed = white._replace(digest_user_id=2, number_ids=white.number_ids[:1])
    made.apply(Delta(11, phones={1: changed, 2: None}))
    assert [made.phones_of_user.of(user) for user in (1, 2)] == [(), (1,)]
    assert [made.phones_of_number.of(number) for number in (1, 2)] == [(1,), ()]
    assert made.phones.ids == {"SEP1": 1}


def test_a_phone_with_one_number_on_two_buttons_is_indexed_once() -> None:
    made = tables()
    white: PhoneRow = made.phones.rows[1]
    made.apply(Delta(11, phones={1: white._replace(number_ids=(1, 1))}))
    assert made.phones_of_number.of(1) == (1,)


def test_two_numbers_can_swap_and_a_number_can_change_its_partition() -> None:
    made = tables()
    first, other = made.numbers.rows[1], made.numbers.rows[3]
    made.numbers.update({1: first._replace(partition_id=2), 3: other._replace(partition_id=1)})
    assert (made.numbers.id_of("1001", 2), made.numbers.id_of("1001", 1)) == (1, 3)
    assert made.numbers.id_of("1001", 9) is None
    made.numbers.update({1: None, 3: other._replace(number="1003"), 9: None})
    assert made.number_ids("1001") == []
    assert made.number_ids("1003") == [3]
    assert len(made.numbers) == 2


def test_a_number_is_listed_in_every_partition() -> None:
    made = tables()
    made.apply(Delta(11, numbers={4: NumberRow("1001", None, "", None, True)}))
    assert made.number_ids("1001") == [4, 1, 3]
    assert made.number_ids("7777") == []


def test_revision_and_settings_follow_and_settings_stay_when_they_do_not_change() -> None:
    made = tables()
    made.apply(Delta(11, settings=Settings(realm="other")))
    made.apply(Delta(12, users={1: UserRow("swhite")}))
    assert made.revision == 12
    assert made.settings.realm == "other"


def test_fresh_tables_hold_revision_0() -> None:
    assert Tables().revision == 0
