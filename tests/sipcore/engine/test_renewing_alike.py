"""Whatever phones do: what recognizes refreshes ends as what reads each request with care."""

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sipcore.digest import ALGORITHMS
from sipcore.message import Limits
from sipcore.ports import (
    LineRecord,
    NumberRecord,
    PhoneRecord,
    SecurityProfileRecord,
    Settings,
)
from tests.sipcore.engine.ladder import Ladder
from tests.sipcore.site import DIGEST_OFF, DIGEST_ON, Handset, Site, handsets, number, user

WHITE, GREEN = "SEP000000001001", "SEP000000001003"


class Careful(Ladder):
    """One that recognizes nothing: what it does is what is right."""

    def __init__(self) -> None:
        super().__init__()
        self.engine._registering.recognizes = lambda *_: False  # type: ignore[method-assign]  # on purpose


# -- what phones do ------------------------------------------------------------------------------


def usual(phone: Handset) -> list[bytes]:
    return [phone.register()]


def afresh(phone: Handset) -> list[bytes]:
    phone.challenge = ""
    return usual(phone)


def wrong_password(phone: Handset) -> list[bytes]:
    right, phone.password = phone.password, "wrong"
    found = usual(phone)
    phone.password = right
    return found


def old_count(phone: Handset) -> list[bytes]:
    phone.uses[phone.challenge] = max(phone.uses[phone.challenge] - 1, 0)
    return usual(phone)


def old_cseq(phone: Handset) -> list[bytes]:
    phone.cseq = max(phone.cseq - 2, 0)
    return usual(phone)


def removal(phone: Handset) -> list[bytes]:
    return [phone.register(Expires=0)]


def too_brief(phone: Handset) -> list[bytes]:
    return [phone.register(Expires=30)]


def elsewhere(phone: Handset) -> list[bytes]:
    return [phone.register(Contact="<sip:x@198.51.100.77:5062>")]


def restarted(phone: Handset) -> list[bytes]:
    phone.call_id += "x"
    return usual(phone)


def new_tag(phone: Handset) -> list[bytes]:
    return [phone.register(From=f"<sip:{phone.number}@192.0.2.1>;tag=n{phone.cseq}")]


def without_rport(phone: Handset) -> list[bytes]:
    host, port = phone.flow.remote
    return [phone.register(Via=f"SIP/2.0/UDP {host}:{port};branch=z9hG4bK-n{phone.cseq}")]


def odd_port(phone: Handset) -> list[bytes]:
    host, port = phone.flow.remote
    via = f"SIP/2.0/UDP {host}:0{port};branch=z9hG4bK-o{phone.cseq};rport"
    return [phone.register(Via=via)]


def reused_branch(phone: Handset) -> list[bytes]:
    host, port = phone.flow.remote
    via = f"SIP/2.0/UDP {host}:{port};branch=z9hG4bK-r{phone.number};rport"
    return [phone.register(Via=via), phone.register(Via=via)]


def compact(phone: Handset) -> list[bytes]:
    return [phone.register().replace(b"\r\nVia: ", b"\r\nv: ")]


def twice(phone: Handset) -> list[bytes]:
    return usual(phone) * 2


def by_two_paths(phone: Handset) -> list[bytes]:
    (request,) = usual(phone)
    return [request, request.replace(b"branch=z9hG4bK", b"branch=z9hG4bKp")]


ODD = (
    *(afresh, wrong_password, old_count, old_cseq, removal, too_brief, elsewhere, restarted),
    *(new_tag, without_rport, odd_port, reused_branch, compact, twice, by_two_paths),
)


# -- what administrators do ----------------------------------------------------------------------


def new_password(site: Site) -> None:
    site.put(user("swhite", "another"))


def old_password(site: Site) -> None:
    site.put(user("swhite", "secret1"))


def put_profile(site: Site, profile: SecurityProfileRecord) -> None:
    """Give both phones the profile, for on a line that they share the two ways do differ.

    Who asks for a challenge names only the line. With care it is challenged in MD5 when the line's
    phones differ in algorithm, and one that is recognized in its own (see `test_renewing`).
    """
    for name in (WHITE, GREEN):
        site.put(replace(site.phones[name], security_profile=profile))


def digest_off(site: Site) -> None:
    put_profile(site, DIGEST_OFF)


def digest_on(site: Site) -> None:
    put_profile(site, DIGEST_ON)


def fewer_lines(site: Site) -> None:
    site.put(replace(site.phones[WHITE], lines=site.phones[WHITE].lines[1:]))


def not_active(site: Site) -> None:
    site.put(replace(site.phones[WHITE], is_active=False))


def active(site: Site) -> None:
    site.put(replace(site.phones[WHITE], is_active=True))


def another_user(site: Site) -> None:
    site.put(replace(site.phones[WHITE], digest_user="bjones"))


def own_user(site: Site) -> None:
    site.put(replace(site.phones[WHITE], digest_user="swhite"))


def shared_user(site: Site) -> None:
    site.put(replace(site.phones[GREEN], digest_user="swhite"))


def user_apart(site: Site) -> None:
    site.put(replace(site.phones[GREEN], digest_user="mgreen"))


def shared_line(site: Site) -> None:
    green = site.phones[GREEN]
    site.put(replace(green, lines=(*green.lines[:2], LineRecord(3, number("1001")))))


def longer_interval(site: Site) -> None:
    site.put(Settings(keepalive_interval_s=300))


def usual_interval(site: Site) -> None:
    site.put(Settings())


def other(value: object) -> Any:
    """Return another value that a field may have."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 7
    if value in ALGORITHMS:
        return next(each for each in ALGORITHMS if each != value)
    if isinstance(value, str):
        return f"{value}9"
    if isinstance(value, frozenset):
        return frozenset({"TCP"})
    if isinstance(value, Limits):
        return replace(value, message_octets=12_000)
    return ("PT_Other",)


def another(record: Any, name: str) -> Any:
    return replace(record, **{name: other(getattr(record, name))})


def in_phone(name: str, site: Site) -> None:
    site.put(another(site.phones[WHITE], name))


def in_profile(name: str, site: Site) -> None:
    put_profile(site, another(site.phones[WHITE].security_profile, name))


def in_line(name: str, site: Site) -> None:
    phone = site.phones[WHITE]
    first = [another(line, name) for line in phone.lines[:1]]
    site.put(replace(phone, lines=(*first, *phone.lines[1:])))


def in_number(name: str, site: Site) -> None:
    phone = site.phones[WHITE]
    first = [replace(line, number=another(line.number, name)) for line in phone.lines[:1]]
    site.put(replace(phone, lines=(*first, *phone.lines[1:])))


def in_settings(name: str, site: Site) -> None:
    site.put(another(site.settings, name))


def each_field() -> list[Callable[[Site], None]]:
    """Change every field of every record that a REGISTER may be judged by; new ones, too."""
    return [
        partial(change, each.name)
        for change, record in (
            (in_phone, PhoneRecord),
            (in_profile, SecurityProfileRecord),
            (in_line, LineRecord),
            (in_number, NumberRecord),
            (in_settings, Settings),
        )
        for each in fields(record)
        if (record, each.name) not in RECORDS
    ]


RECORDS = {(PhoneRecord, "security_profile"), (PhoneRecord, "lines"), (LineRecord, "number")}
"""Fields that hold records whose fields are changed themselves."""

CHANGES = (
    *(new_password, old_password, digest_off, digest_on, fewer_lines, not_active, active),
    *(another_user, own_user, shared_user, user_apart, shared_line),
    *(longer_interval, usual_interval),
    *each_field(),
)


# -- both ladders --------------------------------------------------------------------------------

Step = Callable[["Both"], None]


class Both:
    """Does everything with both, and compares all that can be seen of them."""

    def __init__(self) -> None:
        self.quick, self.careful = Ladder(), Careful()
        self.phones = handsets()

    def wait(self, seconds: float) -> None:
        self.agree(*(ladder.wait(seconds) for ladder in (self.quick, self.careful)))

    def change(self, change: Callable[[Site], None]) -> None:
        for ladder in (self.quick, self.careful):
            change(ladder.site)

    def send(
        self, number: str, build: Callable[[Handset], list[bytes]], *, is_kept: bool = True
    ) -> None:
        phone = self.phones[number]
        for request in build(phone):
            answers = [
                play(ladder, request, phone, is_kept=is_kept)
                for ladder in (self.quick, self.careful)
            ]
            self.agree(*answers)
            for answer in answers[0]:
                phone.take(answer)

    def send_into(self, change: Callable[[Site], None], number: str) -> None:
        """Register; while that waits for the disk, the configuration becomes another one."""
        phone = self.phones[number]
        request = phone.register()
        answers = []
        for ladder in (self.quick, self.careful):
            ladder.holds_commits = True
            sent = ladder.receive(request, phone.flow)
            change(ladder.site)
            answers.append(sent + ladder.commit())
            ladder.holds_commits = False
        self.agree(*answers)
        for answer in answers[0]:
            phone.take(answer)

    def agree(self, one: list[bytes], other: list[bytes]) -> None:
        assert lines_of(one) == lines_of(other)
        assert self.quick.disk == self.careful.disk
        assert self.quick.rules == self.careful.rules
        assert self.quick.counts() == self.careful.counts()


def lines_of(answers: list[bytes]) -> list[list[bytes]]:
    """Sort the fields of each answer: their order is free (7.3.1)."""
    return [[start, *sorted(fields)] for start, *fields in (a.split(b"\r\n") for a in answers)]


def play(ladder: Ladder, request: bytes, phone: Handset, *, is_kept: bool) -> list[bytes]:
    ladder.holds_commits = not is_kept
    sent = ladder.receive(request, phone.flow)
    sent += [answer for save in ladder.take_unsaved() for answer in ladder.fail(save.ticket)]
    ladder.holds_commits = False
    return sent


NUMBERS = st.sampled_from(("1001", "1001", "1002", "1003"))
STEPS = st.one_of(
    st.builds(lambda number: lambda both: both.send(number, usual), NUMBERS),
    st.builds(lambda number: lambda both: both.send(number, usual), NUMBERS),
    st.builds(
        lambda number, odd: lambda both: both.send(number, odd), NUMBERS, st.sampled_from(ODD)
    ),
    st.builds(lambda number: lambda both: both.send(number, usual, is_kept=False), NUMBERS),
    st.builds(
        lambda seconds: lambda both: both.wait(seconds),
        st.sampled_from((0.01, 1.0, 60.0, 140.0, 601.0)),
    ),
    st.builds(lambda change: lambda both: both.change(change), st.sampled_from(CHANGES)),
    st.builds(
        lambda change, number: lambda both: both.send_into(change, number),
        st.sampled_from(CHANGES),
        NUMBERS,
    ),
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=4, max_size=40))
def test_both_ways_end_alike(steps: list[Step]) -> None:
    both = Both()
    for step in steps:
        step(both)


def test_each_odd_thing_after_a_refresh_that_was_recognized() -> None:
    for odd in ODD:
        both = Both()
        for build in (*(usual,) * 5, odd, odd, odd, usual, usual, usual):
            both.send("1001", build)
            both.wait(10)
        assert any(save.renewed for save in both.quick.saves)
        assert not any(save.renewed for save in both.careful.saves)


def test_each_change_after_a_refresh_that_was_recognized() -> None:
    for change in CHANGES:
        both = Both()
        for _ in range(5):
            both.send("1001", usual)
        both.change(change)
        for _ in range(3):
            both.send("1001", usual)


def test_each_change_while_a_registration_waits_for_the_disk() -> None:
    for change in CHANGES:
        for before in range(4):
            both = Both()
            for _ in range(before):
                both.send("1001", usual)
            both.send_into(change, "1001")
            for _ in range(3):
                both.send("1001", usual)
