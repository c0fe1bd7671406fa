"""Phones that do anything at any time: nothing breaks, each call has a record, nothing is left."""

from dataclasses import replace
from random import Random
from urllib.parse import quote

import pytest

from sipcore.message import Request, Response
from tests.sipcore.callcontrol.office import ANSWER, AUDIO, VIDEO, Handset, Office
from tests.sipcore.site import binding, flow, phone

SEEDS = range(50)
STEPS = 250
REFEREED = 5
"""How many of the seeds have a second opinion on all that is sent: it takes longer."""
STATUSES = (100, 180, 183, 200, 200, 200, 302, 404, 408, 422, 481, 486, 491, 500, 503, 603)
NUMBERS = ("1001", "1002", "1003", "1009", "1009", "5555")
METHODS = ("INVITE", "INVITE", "INVITE", "UPDATE", "UPDATE", "INFO", "BYE", "OPTIONS", "SUBSCRIBE")
SESSIONS = ("", "90", "200;refresher=uas", "200;refresher=uac", "7200", "10")
BODIES = (b"", AUDIO, AUDIO + VIDEO, ANSWER, VIDEO, b"odd")


class Monkeys:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.office = Office()
        self.office.is_refereed = seed < REFEREED
        self.office.configure(phone("SEP000000002009", "bjones", "1009"))
        for record in list(self.office.site.phones.values()):
            lines = (replace(line, busy_trigger=6, max_calls=6) for line in record.lines)
            self.office.configure(replace(record, lines=tuple(lines)))
        self.handsets = [
            self.office.handset("1001"),
            self.office.handset("1002", place=flow("198.51.100.2", 40002, "TCP", 2)),
            self.office.handset("1003", place=flow("198.51.100.3", 40003, "TCP", 3)),
            self.office.handset("1009", "SEP000000002009", place=flow("198.51.100.9")),
        ]
        shared = binding("SEP000000001003", "1009", self.handsets[2].flow)
        self.office.bindings.put(shared)
        self.dialed: list[str] = []
        self.refers = 0
        self.desks = [[handset] for handset in self.handsets]
        self.sanity = self.random.choice((0.2, 0.5, 0.8))
        self.actions = (
            self.dial,
            self.answer,
            self.speak,
            self.speak,
            self.speak,
            self.acknowledge,
            self.transfer,
            self.transfer,
            self.take_over,
            self.take_another_line,
            self.confirm,
            self.give_up,
            self.let_time_pass,
            self.break_connection,
        )

    def step(self) -> None:
        handset = self.random.choice(self.random.choice(self.desks))
        handset.is_off = self.random.random() < 0.02
        if self.random.random() < self.sanity:
            self.obey(handset)
        else:
            self.random.choice(self.actions)(handset)

    def obey(self, handset: Handset) -> None:
        """Read all the post, and do what a phone does."""
        while handset.inbox:
            handset = self.line(handset)
            message = self.read(handset)
            if isinstance(message, Response):
                is_answer = message.cseq.method == "INVITE" and message.status == 200
                if is_answer and handset.invited is not None:
                    handset.acks(self.random.choice((b"", ANSWER)))
            elif message.method == "INVITE":
                self.ring(handset, message)
                handset.answers(self.random.choice((200, 200, 200, 486)), ANSWER, to=message)
            elif message.method != "ACK":
                handset.answers(200, ANSWER, to=message)

    def desk(self, handset: Handset) -> list[Handset]:
        [desk] = [desk for desk in self.desks if any(each is handset for each in desk)]
        return desk

    def line(self, handset: Handset) -> Handset:
        """Return the line of the phone that the next message is for."""
        call_id = handset.inbox[0].call_id
        return next((each for each in self.desk(handset) if each.call_id == call_id), handset)

    def read(self, handset: Handset) -> Request | Response:
        message = handset.inbox[0]
        return handset.expects(message.method if isinstance(message, Request) else message.status)

    def ring(self, handset: Handset, invite: Request) -> None:
        if self.random.random() < 0.5:
            handset.answers(180, to=invite)
            return
        rseq = self.random.choice((1, 1, 2, 5))
        body = self.random.choice((b"", ANSWER, AUDIO))
        tag = self.random.choice(("", "", "other"))
        handset.answers(183, body, to=invite, tag=tag, Require="100rel", RSeq=str(rseq))

    def headers(self) -> dict[str, str]:
        """Choose what a phone says it can do."""
        return {
            self.random.choice(("Supported", "Require")): self.random.choice(
                ("timer", "100rel", "100rel, timer")
            ),
            "Session_Expires": self.random.choice(SESSIONS),
            "Allow": self.random.choice(("INVITE", "INVITE, UPDATE")),
        }

    def dial(self, handset: Handset) -> None:
        body, number = self.random.choice(BODIES), self.random.choice(NUMBERS)
        headers = self.headers() if self.random.random() < 0.5 else {}
        handset.dials(number, body, scheme="sip", **headers)
        self.dialed.append(handset.call_id)

    def take_another_line(self, handset: Handset) -> None:
        """Begin a second call: the first one goes on beside it."""
        desk = self.desk(handset)
        if len(desk) < 3:
            desk.append(replace(handset, count=handset.count + 1000 * len(desk)))

    def transfer(self, handset: Handset) -> None:
        """Send a REFER to a number, or to another call of the same phone."""
        if not handset.peer_tag or not handset.call_id:
            return
        self.refers += 1
        other = self.random.choice(self.desk(handset))
        named = quote(f"{other.call_id};to-tag={other.peer_tag};from-tag={other.tag}")
        number = self.random.choice(NUMBERS)
        tail = self.random.choice(("", f"?Replaces={named}", f"?Replaces={named}"))
        refer_sub = self.random.choice(("true", "false"))
        handset.sends("REFER", Refer_To=f"<sip:{number}@x{tail}>", Refer_Sub=refer_sub)

    def take_over(self, handset: Handset) -> None:
        """Send an INVITE that replaces a call of any phone."""
        other = self.random.choice(self.random.choice(self.desks))
        flag = self.random.choice(("", "", ";early-only"))
        named = f"{other.call_id};to-tag={other.peer_tag};from-tag={other.tag}{flag}"
        handset.dials("1002", self.random.choice(BODIES), Replaces=named, **self.headers())
        self.dialed.append(handset.call_id)

    def acknowledge(self, handset: Handset) -> None:
        """Send a PRACK for the last reliable response, or for nothing."""
        found = [
            message
            for message in handset.inbox
            if isinstance(message, Response) and "RSeq" in message.headers
        ]
        rack = f"{found[-1].headers.get('RSeq')} {found[-1].cseq}" if found else "1 1 INVITE"
        if found:
            handset.peer_tag = found[-1].to.tag
        if handset.call_id:
            handset.sends("PRACK", self.random.choice((b"", b"", ANSWER, AUDIO)), RAck=rack)

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
        if request.method == "INVITE" and self.random.random() < 0.3:
            self.ring(handset, request)
            return
        body = self.random.choice(BODIES)
        headers = self.headers() if self.random.random() < 0.2 else {}
        status = self.random.choice(STATUSES)
        if status == 302:
            headers["Contact"] = f"<sip:{self.random.choice(NUMBERS)}@x>"
        handset.answers(status, body, to=request, reason="", **headers)

    def speak(self, handset: Handset) -> None:
        if handset.call_id:
            method = self.random.choice(METHODS)
            if method == "INVITE" and not handset.peer_tag:
                self.dialed.append(handset.call_id)
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
    records = monkeys.office.records
    assert {record.call_id for record in records} >= set(monkeys.dialed)
    assert len(monkeys.dialed) <= len(records) <= len(monkeys.dialed) + monkeys.refers
    for record in monkeys.office.records:
        assert record.ended_at >= record.started_at
        assert record.status >= 400 or record.answered_at is not None
