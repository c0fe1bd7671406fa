from ccmadmin.sipservice.rows import Delta, PartitionRow


def test_a_delta_knows_whether_many_phones_are_concerned() -> None:
    assert not Delta(1, users={1: None}, phones={1: None}, numbers={1: None}).touches_shared
    assert Delta(1, partitions={1: PartitionRow("PT")}).touches_shared
    assert Delta(1, models={1: None}).touches_shared
