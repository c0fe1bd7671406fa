import contextlib
import socket
import threading
from collections.abc import Iterator

from bench.load.callees import answers
from bench.load.calling import Called, Caller, Calls, Step
from bench.load.wires import Wires
from sipcore.message import Request, parse_message


def caller() -> tuple[Caller, list[bytes]]:
    sent: list[bytes] = []
    return Caller("1", "2", 5060, 20000, sent.append), sent


def methods(sent: list[bytes]) -> list[str]:
    found = [parse_message(data) for data in sent]
    for message in found:
        assert isinstance(message, Request)
        message.check()
    return [message.method for message in found if isinstance(message, Request)]


def test_a_call_goes_from_invite_to_the_200_of_its_bye() -> None:
    phone, sent = caller()
    phone.dial(0)
    ends = [phone.take(answer, 0) for answer in answers(sent[-1], 9)]
    assert (ends, phone.step) == ([0, 0, 0], Step.ENDING)
    (ok,) = answers(sent[-1], 9)
    assert phone.take(ok, 0) == 200
    assert methods(sent) == ["INVITE", "ACK", "BYE"]


def test_each_call_is_a_new_one_and_old_answers_do_not_touch_it() -> None:
    phone, sent = caller()
    phone.dial(0)
    old = answers(sent[-1], 9)[-1]
    phone.dial(1)
    assert phone.take(old, 1) == 0
    assert phone.step is Step.INVITED


def test_a_refused_call_is_acknowledged_and_over() -> None:
    phone, sent = caller()
    phone.dial(0)
    busy = answers(sent[-1], 9)[-1].replace(b"SIP/2.0 200 OK", b"SIP/2.0 486 Busy Here")
    assert phone.take(busy, 0) == 486
    assert methods(sent) == ["INVITE", "ACK"]


def test_an_invite_is_repeated_until_there_is_any_answer_and_given_up_in_the_end() -> None:
    phone, sent = caller()
    result = Called()
    phone.dial(0)
    assert not phone.watch(0.6, result)
    phone.take(answers(sent[0], 9)[0], 0.7)
    assert not phone.watch(1.4, result)
    assert (result.repeated, len(sent)) == (1, 2)
    assert phone.watch(5, result)
    assert result.failed == 1


def test_the_load_counts_the_calls_that_went_through() -> None:
    with phone_server() as port, Wires(port, 2) as wires:
        phone = Caller("1", "2", port, wires.port(0), wires.sockets[0].send)
        result = Calls(wires, [phone]).run(0.2)
    assert result.done > 0
    assert (result.failed, set(result.statuses)) == (0, {200})


@contextlib.contextmanager
def phone_server() -> Iterator[int]:
    """Answer every call at the server's own address, as if it were the phone that is called."""
    with socket.socket(type=socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        port = int(server.getsockname()[1])

        def serve() -> None:
            while True:
                data, address = server.recvfrom(65535)
                if not data:
                    return
                for answer in answers(data, port):
                    server.sendto(answer, address)

        thread = threading.Thread(target=serve)
        thread.start()
        yield port
        with socket.socket(type=socket.SOCK_DGRAM) as end:
            end.sendto(b"", ("127.0.0.1", port))
        thread.join()
