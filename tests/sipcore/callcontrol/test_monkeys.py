"""Phones that do anything at any time: nothing breaks, each call has a record, nothing is left."""

from random import Random

import pytest

from sipcore.message import Request, Response
from tests.sipcore.callcontrol.office import ANSWER, AUDIO, VIDEO, Handset, Office
from tests.sipcore.site import binding, flow, phone

SEEDS = range(50)
STEPS = 250
STATUSES = (100, 180, 183, 200, 200, 200, 302, 404, 408, 481, 486, 491, 500, 503, 603)
NUMBERS = ("1001", "1002", "1003", "1009", "1009", "5555")
METHODS = ("INVITE", "INVITE", "INVITE", "UPDATE", "UPDATE", "INFO", "BYE", "REFER", "OPTIONS")
BODIES = (b"", AUDIO, AUDIO + VIDEO, ANSWER, VIDEO, b"odd")


class Monkeys:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.office = Office()
        self.office.configure(phone("SEP000000002009", "bjones", "1009"))
        self.handsets = [
            self.office.handset("1001"),
            self.office.handset("1002", place=flow("198.51.100.2", 40002, "TCP", 2)),
            self.office.handset("1003", place=flow("198.51.100.3", 40003, "TCP", 3)),
            self.office.handset("1009", "SEP000000002009", place=flow("198.51.100.9")),
        ]
        shared = binding("SEP000000001003", "1009", self.handsets[2].flow)
        self.office.bindings.put(shared)
        self.calls = 0
        self.sanity = self.random.choice((0.2, 0.5, 0.8))
        self.actions = (
            self.dial,
            self.answer,
            self.speak,
            self.speak,
            self.speak,
            self.confirm,
            self.give_up,
            self.let_time_pass,
            self.break_connection,
        )

    def step(self) -> None:
        handset = self.random.choice(self.handsets)
        handset.is_off = self.random.random() < 0.02
        if self.random.random() < self.sanity:
            self.obey(handset)
        else:
            self.random.choice(self.actions)(handset)

    def obey(self, handset: Handset) -> None:
        """Read all the post, and do what a phone does."""
        while handset.inbox:
            message = self.read(handset)
            if isinstance(message, Response):
                if message.cseq.method == "INVITE" and message.status == 200:
                    handset.acks(self.random.choice((b"", ANSWER)))
            elif message.method == "INVITE":
                handset.answers(180, to=message)
                handset.answers(self.random.choice((200, 200, 200, 486)), ANSWER, to=message)
            elif message.method != "ACK":
                handset.answers(200, ANSWER, to=message)

    def read(self, handset: Handset) -> Request | Response:
        message = handset.inbox[0]
        return handset.expects(message.method if isinstance(message, Request) else message.status)

    def dial(self, handset: Handset) -> None:
        self.calls += 1
        handset.dials(self.random.choice(NUMBERS), self.random.choice(BODIES))

    def answer(self, handset: Handset) -> None:
        """Read some of the post, and answer a request out of it."""
        for _ in range(self.random.randint(1, 4)):
            if handset.inbox:
                message = self.read(handset)
                if isinstance(message, Request) and message.method != "ACK":
                    self.respond(handset, message)
        if handset.invite is not None:
            self.respond(handset, handset.invite)

    def respond(self, handset: Handset, request: Request) -> None:
        body = self.random.choice(BODIES)
        handset.answers(self.random.choice(STATUSES), body, to=request)

    def speak(self, handset: Handset) -> None:
        if handset.call_id:
            method = self.random.choice(METHODS)
            if method == "INVITE" and not handset.peer_tag:
                self.calls += 1
            handset.sends(method, self.random.choice(BODIES))

    def confirm(self, handset: Handset) -> None:
        if handset.invited is not None:
            handset.acks(self.random.choice(BODIES))

    def give_up(self, handset: Handset) -> None:
        if handset.invited is not None:
            handset.cancels()

    def let_time_pass(self, handset: Handset) -> None:
        self.office.wait(self.random.choice((0.1, 0.1, 0.5, 0.5, 1.0, 5.0, 33.0)))

    def break_connection(self, handset: Handset) -> None:
        if self.random.random() < 0.2:
            self.office.lose(handset)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_phones_do_nothing_breaks_and_nothing_is_left(seed: int) -> None:
    monkeys = Monkeys(seed)
    for _ in range(STEPS):
        monkeys.step()
    for handset in monkeys.handsets:
        handset.is_off = True
    monkeys.office.wait(13 * 3600.0)
    assert monkeys.office.is_at_rest()
    assert len(monkeys.office.records) == monkeys.calls
    for record in monkeys.office.records:
        assert record.ended_at >= record.started_at
        assert record.status >= 400 or record.answered_at is not None
