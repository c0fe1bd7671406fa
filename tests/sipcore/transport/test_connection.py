import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from sipcore.message import Limits
from sipcore.ports import Flow
from sipcore.transport.connection import TCP_KEEP_ALIVE, Connection, keep_alive

MESSAGE = b"OPTIONS sip:x SIP/2.0\r\nContent-Length: 0\r\n\r\n"
FLOW = Flow("TCP", ("192.0.2.1", 5060), ("192.0.2.7", 40000), 7)


class FakeTransport(asyncio.Transport):
    def __init__(self, sock: socket.socket, peer: Any = ("192.0.2.7", 40000)) -> None:
        super().__init__({"peername": peer, "sockname": ("192.0.2.1", 33333), "socket": sock})
        self.written: list[bytes] = []
        self.calls: list[str] = []

    def write(self, data: Any) -> None:
        self.written.append(data)

    def get_write_buffer_size(self) -> int:
        return sum(map(len, self.written))

    def is_closing(self) -> bool:
        return "abort" in self.calls or "close" in self.calls

    def abort(self) -> None:
        self.calls.append("abort")

    def close(self) -> None:
        self.calls.append("close")

    def pause_reading(self) -> None:
        self.calls.append("pause")

    def resume_reading(self) -> None:
        self.calls.append("resume")


class Owner:
    def __init__(self) -> None:
        self.refusal = ""
        self.messages: list[bytes] = []
        self.ends: list[str] = []

    def opened(self, connection: Connection) -> str:
        return self.refusal

    def received(self, connection: Connection, messages: list[bytes]) -> None:
        self.messages += messages

    def closed(self, connection: Connection, reason: str) -> None:
        self.ends.append(reason)


class Scene:
    def __init__(self, sock: socket.socket) -> None:
        self.now = 100.0
        self.owner = Owner()
        self.transport = FakeTransport(sock)
        self.connection = Connection(self.owner, 7, 5060, Limits(), lambda: self.now)

    def open(self) -> "Scene":
        self.connection.connection_made(self.transport)
        return self


@pytest.fixture
def scene() -> Iterator[Scene]:
    with socket.socket() as sock:
        yield Scene(sock)


def test_the_flow_has_our_listening_port_whatever_port_the_connection_has(scene: Scene) -> None:
    assert scene.open().connection.flow == FLOW


def test_a_message_in_pieces_arrives_whole(scene: Scene) -> None:
    scene.open()
    for octet in MESSAGE + MESSAGE:
        scene.connection.data_received(bytes([octet]))
    assert scene.owner.messages == [MESSAGE, MESSAGE]


def test_a_double_line_end_is_answered_with_one(scene: Scene) -> None:
    scene.open().connection.data_received(b"\r\n\r\n" + MESSAGE)
    assert scene.transport.written == [b"\r\n"]
    assert scene.owner.messages == [MESSAGE]


def test_after_a_framing_error_the_rest_is_passed_on_for_an_answer_and_the_connection_ends(
    scene: Scene,
) -> None:
    bad = b"OPTIONS sip:x SIP/2.0\r\nContent-Length: many\r\n\r\n"
    scene.open().connection.data_received(MESSAGE + bad)
    assert scene.owner.messages == [MESSAGE, bad]
    assert scene.transport.calls == ["close"]
    scene.connection.data_received(MESSAGE)
    assert len(scene.owner.messages) == 2
    scene.connection.connection_lost(None)
    assert scene.owner.ends[0].startswith("framing lost: ")


def test_a_new_connection_owes_its_first_message(scene: Scene) -> None:
    scene.open()
    assert scene.connection.owes_since == 100.0
    scene.now = 110.0
    scene.connection.data_received(MESSAGE[:10])
    assert scene.connection.owes_since == 100.0
    scene.connection.data_received(MESSAGE[10:])
    assert scene.connection.owes_since is None


def test_half_a_message_behind_a_whole_one_is_owed_from_then_on(scene: Scene) -> None:
    scene.open()
    scene.now = 110.0
    scene.connection.data_received(MESSAGE + MESSAGE[:10])
    assert scene.connection.owes_since == 110.0


def test_a_stray_line_end_is_no_debt(scene: Scene) -> None:
    scene.open().connection.data_received(MESSAGE)
    scene.connection.data_received(b"\r\n")
    assert scene.connection.owes_since is None


def test_a_peer_that_does_not_read_is_not_read_from(scene: Scene) -> None:
    scene.open().connection.pause_writing()
    scene.connection.resume_writing()
    assert scene.transport.calls == ["pause", "resume"]


def test_a_closing_connection_does_not_resume(scene: Scene) -> None:
    scene.open().connection.pause_writing()
    scene.connection.close("idle")
    scene.connection.resume_writing()
    assert scene.transport.calls == ["pause", "close"]


def test_a_refused_connection_is_aborted_with_the_reason(scene: Scene) -> None:
    scene.owner.refusal = "too many"
    scene.open()
    assert scene.transport.calls == ["abort"]
    scene.connection.connection_lost(None)
    assert scene.owner.ends == ["too many"]


def test_a_peer_that_is_gone_before_the_accept_is_dropped(scene: Scene) -> None:
    scene.transport = FakeTransport(scene.transport.get_extra_info("socket"), peer=None)
    scene.open()
    scene.connection.connection_lost(None)
    assert scene.owner.ends == ["the peer went away at once"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [(None, "closed by the peer"), (ConnectionResetError("reset"), "reset")],
)
def test_the_end_is_reported_with_its_cause(
    scene: Scene, error: Exception | None, reason: str
) -> None:
    scene.open().connection.connection_lost(error)
    assert scene.owner.ends == [reason]


def test_flows_that_were_sent_over_the_connection_are_remembered_up_to_a_number(
    scene: Scene,
) -> None:
    scene.open().connection.answers_for(FLOW)
    assert not scene.connection.also_known_as
    for number in range(100, 150):
        scene.connection.answers_for(Flow("TCP", FLOW.local, FLOW.remote, number))
    assert len(scene.connection.also_known_as) == 16


def test_a_dead_peer_is_found_in_the_same_time_whether_or_not_something_waits_for_it():
    with socket.socket() as made:
        keep_alive(made)
        silence_s, between_s, questions = TCP_KEEP_ALIVE
        assert made.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert made.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == silence_s
        waits_ms = made.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        assert waits_ms == 1000 * (silence_s + between_s * questions)
