"""Whose turn it is, and who loses a message when too many wait."""

from sipcore.ports import Flow
from sipcore.transport.intake import MESSAGE_OCTETS, FairQueue, Intake, Waiting

SERVER = ("192.0.2.1", 5060)


def flow(host: str, port: int = 5060, connection: int = 0) -> Flow:
    return Flow("TCP" if connection else "UDP", SERVER, (host, port), connection)


def filled(intake: Intake, *senders: tuple[str, int], is_registered: bool = False) -> None:
    """Put a message for each (host, how many), named by the host and its number."""
    for host, many in senders:
        for number in range(many):
            intake.put(
                b"%s%d" % (host.encode(), number), flow(host), 0, is_registered=is_registered
            )


def emptied(intake: Intake) -> list[bytes]:
    taken = []
    while (waiting := intake.take()) is not None:
        taken.append(waiting.data)
    return taken


def test_senders_take_turns_and_each_keeps_its_order() -> None:
    intake = Intake()
    filled(intake, ("a", 4), ("b", 1), ("c", 2))
    assert emptied(intake) == [b"a0", b"b0", b"c0", b"a1", b"c1", b"a2", b"a3"]
    assert not intake


def test_registered_phones_and_answers_go_first_and_leave_one_turn_in_five() -> None:
    intake = Intake()
    filled(intake, ("s", 3))
    filled(intake, ("r", 5), is_registered=True)
    for number in range(3):
        data = b"a%d\r\nAuthorization: x" % number
        intake.put(data, flow("a"), 0, is_registered=False)
    assert b"".join(each[:1] for each in emptied(intake)) == b"arasrarrsrs"


def test_the_newest_of_the_longest_line_goes_when_too_much_waits() -> None:
    intake = Intake(4 * (MESSAGE_OCTETS + 2))
    filled(intake, ("a", 10), ("b", 1), ("c", 1))
    assert emptied(intake) == [b"a0", b"b0", b"c0", b"a1"]
    assert intake.dropped == 8


def test_a_flood_never_costs_another_its_message() -> None:
    intake = Intake(100 * (MESSAGE_OCTETS + 2))
    for number in range(50):
        filled(intake, ("flood", 100), (f"{number}x", 1))
    taken = emptied(intake)
    assert {b"%dx0" % number for number in range(50)} <= set(taken)


def test_a_request_that_is_repeated_while_it_waits_is_read_once() -> None:
    intake = Intake()
    for _ in range(3):
        filled(intake, ("a", 2))
    assert emptied(intake) == [b"a0", b"a1"]
    filled(intake, ("a", 2))
    assert emptied(intake) == [b"a0", b"a1"], "what has been read may come again"


def test_over_a_connection_nothing_is_repeated_and_all_is_read() -> None:
    intake = Intake()
    for _ in range(3):
        intake.put(b"x", flow("a", 49152, 7), 0, is_registered=False)
    assert emptied(intake) == [b"x"] * 3


def test_long_messages_count_for_more() -> None:
    queue = FairQueue(20_000)
    for _ in range(3):
        assert queue.put("small", Waiting(b"x", flow("small"), 0)) == []
    dropped = queue.put("big", Waiting(b"y" * 19_000, flow("big"), 0))
    assert [each.flow.remote[0] for each in dropped] == ["big"]


def test_the_longest_line_is_found_again_after_it_was_served() -> None:
    queue = FairQueue(5 * (MESSAGE_OCTETS + 1))
    for number, host in enumerate(("a", "a", "a", "b", "b")):
        queue.put(host, Waiting(b"%d" % number, flow(host), 0))
    for _ in range(5):
        queue.take()
    assert len(queue) == 0
    for number in range(9):
        queue.put("c", Waiting(b"%d" % number, flow("c"), 0))
    assert len(queue) == 1


def test_messages_of_a_connection_are_counted_until_they_are_taken_or_dropped() -> None:
    intake = Intake(2 * (MESSAGE_OCTETS + 1))
    for _ in range(3):
        intake.put(b"x", flow("a", 49152, 7), 0, is_registered=False)
    assert intake.waiting_of(7) == 2
    emptied(intake)
    assert intake.waiting_of(7) == 0
