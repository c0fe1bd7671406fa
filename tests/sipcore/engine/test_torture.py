"""The messages of RFC 4475 and RFC 5118 in front of the whole engine, from a stranger.

What cannot be read is answered as the parser's verdict says; the table has what is well formed,
and what is well formed and still cannot be served.
"""

import pytest

from tests.sipcore.engine.ladder import Ladder
from tests.sipcore.message.test_torture import VERDICTS, load
from tests.sipcore.site import flow, status_of

STRANGER = {403}  # an INVITE of nobody, and OPTIONS, which are answered as it would be
LOOP = {482}  # our own address is in its Via
ANSWERS = {
    "wsinv": {481},
    "intmeth": {501},
    "esc01": STRANGER,
    "escnull": {401},
    "esc02": {501},
    "lwsdisp": STRANGER,
    "longreq": STRANGER,
    "dblreq": {401},
    "semiuri": LOOP,
    "transports": STRANGER,
    "mpart01": {405},
    "unreason": set(),
    "noreason": set(),
    "escruri": STRANGER,
    "baddate": STRANGER,
    "regbadct": {401},
    "badaspec": STRANGER,
    "badbranch": LOOP,
    "unksm2": {400},
    "bext01": {420},
    "invut": STRANGER,
    "regaut01": {401},
    "bcast": set(),
    "zeromf": STRANGER,
    "cparam01": {401},
    "cparam02": {401},
    "regescrt": {401},
    "sdp01": STRANGER,
    "inv2543": STRANGER,
    "ipv6-good": {401},
    "port-ambiguous": {401},
    "port-unambiguous": {401},
    "via-received-param-with-delim": {481},
    "via-received-param-no-delim": {200},
    "ipv6-in-sdp": {400},  # with CRLF its body is shorter than its Content-Length says
    "mult-ip-in-header": {481},
    "mult-ip-in-sdp": STRANGER,
    "ipv4-mapped-ipv6": STRANGER,
    "ipv6-correct-abnf-2-colons": STRANGER,
}

OVER_TCP = {"inv2543": {400}}  # without Content-Length (20.14)


def expected(file: str, transport: str) -> set[int]:
    name = file.rpartition("/")[2].removesuffix(".dat")
    if transport == "TCP" and name in OVER_TCP:
        return OVER_TCP[name]
    if name in ANSWERS:
        return ANSWERS[name]
    verdict = VERDICTS[file]
    return {verdict["verdict"]} if verdict["answerable"] else set()


@pytest.mark.parametrize("transport", ["UDP", "TCP"])
@pytest.mark.parametrize("file", VERDICTS)
def test_each_message_gets_its_answer_and_leaves_nothing(file: str, transport: str):
    ladder = Ladder()
    connection = 1 if transport == "TCP" else 0
    sent = ladder.receive(load(file), flow("198.51.100.1", 49152, transport, connection))
    finals = [status_of(answer) for answer in sent if status_of(answer) >= 200]
    if expected(file, transport):
        assert len(finals) == 1
        assert finals[0] in expected(file, transport)
    else:
        assert sent == []
    ladder.wait(64)
    assert ladder.counts() == {}


def test_a_register_with_headers_in_its_contact_binds_the_contact_as_it_came():
    ladder = Ladder()
    data = load("rfc4475/regescrt.dat")
    ladder.receive(data, flow("198.51.100.1"))
    assert "?Route=%3Csip:sip.example.com%3E" in ladder.attempts[0].contact
