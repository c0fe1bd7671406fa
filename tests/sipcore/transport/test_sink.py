import errno

from sipcore.transport import ListenError, Sink
from sipcore.transport.sink import cause_of
from tests.sipcore.transport.recording_sink import RecordingSink


def test_the_sink_of_the_tests_is_one() -> None:
    sink: Sink = RecordingSink()
    sink.deliver([])


def test_a_listen_error_says_what_and_why() -> None:
    assert str(ListenError("udp:0.0.0.0:5060: Address already in use")).startswith("udp:")


def test_the_cause_is_the_systems_own_word() -> None:
    refused = ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed ('192.0.2.1', 1)")
    assert cause_of(refused) == "Connection refused"
    assert cause_of(OSError("no number")) == "no number"
