from ccmadmin.sipservice.rows import Delta, NumberRow, PartitionRow


def test_the_key_of_a_number_tells_no_partition_from_one() -> None:
    assert NumberRow("1001", None, "", None, True).key == ("1001", None)
    assert NumberRow("1001", 3, "", None, True).key == ("1001", 3)


def test_a_delta_knows_whether_many_phones_are_concerned() -> None:
    assert not Delta(1, users={1: None}, phones={1: None}, numbers={1: None}).touches_shared
    assert Delta(1, partitions={1: PartitionRow("PT")}).touches_shared
    assert Delta(1, models={1: None}).touches_shared
