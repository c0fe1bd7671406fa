"""Damaged messages, of phones that are registered and in calls, never upset the engine."""

import random

import pytest

from sipcore.actions import Transmit
from tests.sipcore.engine.ladder import Ladder
from tests.sipcore.message.test_torture import VERDICTS, load
from tests.sipcore.site import Handset, handsets

SPICE = (
    *(b"\r\n", b"\r\n ", b"\xff", b"\x00", b"<", b">", b'"', b";", b":", b"@", b"%", b"%zz", b"*"),
    *(b",", b"?", b" ", b"9" * 20, b"-1", b"tel:", b"sips:", b"[::1]", b"tag=", b"Require: x\r\n"),
)
STATUSES = (b"100 T", b"180 R", b"200 OK", b"302 M", b"401 U", b"486 B", b"503 S")
IN_DIALOG = ("BYE", "ACK", "CANCEL", "INFO", "OPTIONS", "UPDATE")
SDP = "v=0\r\nm=audio 4000 RTP/AVP 0\r\nm=video 4002 RTP/AVP 31\r\n"


class Mischief:
    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.ladder = Ladder()

    def message(self, handset: Handset) -> bytes:
        kind = self.dice.random()
        call_id = f"call-{self.dice.randrange(20)}"
        uri = f"sip:100{self.dice.randint(1, 4)}@192.0.2.1"
        if kind < 0.3:
            return handset.register()
        handset.cseq += 1
        if kind < 0.6:
            return handset.request(
                "INVITE", uri, Call_ID=call_id, Content_Type="application/sdp", body=SDP
            )
        if kind < 0.7:
            return load(self.dice.choice(list(VERDICTS)))
        if kind < 0.85:
            method = self.dice.choice(IN_DIALOG)
            return handset.request(method, uri, Call_ID=call_id, To=f"<{uri}>;tag=z")
        return self.answer()

    def answer(self) -> bytes:
        """Answer something that the engine sent lately, as a phone might."""
        data = self.dice.choice(self.ladder.of(Transmit)[-20:]).data
        lines = data.split(b"\r\n")
        lines[0] = b"SIP/2.0 " + self.dice.choice(STATUSES)
        tagged = [line + b";tag=u" if line.startswith(b"To: ") else line for line in lines]
        return b"\r\n".join(tagged)

    def damaged(self, data: bytes) -> bytes:
        for _ in range(self.dice.choice((0, 0, 1, 1, 2, 4))):
            at, kind = self.dice.randrange(len(data) + 1), self.dice.random()
            cut = at + (self.dice.randint(1, 12) if kind > 0.6 else 0)
            spice = self.dice.choice(SPICE) if kind < 0.7 else b""
            data = data[:at] + spice + data[cut:]
        return data


@pytest.mark.parametrize("seed", range(4))
def test_no_damage_upsets_the_engine_and_nothing_is_left_over(seed: int):
    mischief = Mischief(seed)
    ladder, phones = mischief.ladder, list(handsets().values())
    for turn in range(600):
        handset = mischief.dice.choice(phones)
        if turn % 100 == 0:
            for each in phones:
                each.call_id = f"boot-{turn}-{each.number}"
                assert ladder.register(each) == 200
        ladder.receive(mischief.damaged(mischief.message(handset)), handset.flow)
        if mischief.dice.random() < 0.1:
            ladder.wait(mischief.dice.random() * 10)
    ladder.wait(24 * 3600)
    assert ladder.counts() == {}
    assert len(ladder.calls) > 0
