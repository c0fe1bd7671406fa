from sipcore.groups import Groups


def test_a_key_has_its_values_in_the_order_in_which_they_came():
    groups: Groups[str, int] = Groups()
    for value in (3, 1, 2):
        groups.add("a", value)
    groups.add("b", 9)
    assert groups.of("a") == (3, 1, 2)
    assert groups.of("b") == (9,)
    assert groups.of("c") == ()
    assert len(groups) == 2


def test_a_value_is_there_once():
    groups: Groups[str, int] = Groups()
    for value in (1, 1, 2, 1):
        groups.add("a", value)
    assert groups.of("a") == (1, 2)


def test_a_key_without_values_is_not_there():
    groups: Groups[str, int] = Groups()
    for value in (1, 2, 3):
        groups.add("a", value)
    for value in (2, 7, 1):
        groups.discard("a", value)
    assert groups.of("a") == (3,)
    groups.discard("a", 7)
    assert "a" in groups
    groups.discard("a", 3)
    groups.discard("a", 3)
    assert "a" not in groups
    assert len(groups) == 0


def test_a_key_that_had_several_values_can_have_several_again():
    groups: Groups[str, int] = Groups()
    groups.add("a", 1)
    groups.add("a", 2)
    groups.discard("a", 1)
    groups.add("a", 3)
    assert groups.of("a") == (2, 3)
