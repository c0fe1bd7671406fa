"""Refreshes that say nothing new: recognized, and yet answered as if they had been read with care.

phone                                    engine
  | REGISTER with credentials              |
  |--------------------------------------->|  like the one before? the password, the order
  |                          SaveBindings  |  renewed
  |<--------------------------- 200 -------|  when it is durable
"""

from dataclasses import replace

import pytest

from sipcore.message import Limits
from sipcore.ports import Settings
from tests.sipcore.engine.ladder import Ladder
from tests.sipcore.site import (
    Handset,
    flow,
    handsets,
    headers_of,
    status_of,
    user,
)


@pytest.fixture
def ladder() -> Ladder:
    return Ladder()


@pytest.fixture
def white() -> Handset:
    return handsets()["1001"]


@pytest.fixture
def known(ladder: Ladder, white: Handset) -> Handset:
    """A phone that has registered and refreshed once."""
    assert ladder.register(white) == 200
    ladder.wait(60)
    assert ladder.once(white) == 200
    return white


def is_renewed(ladder: Ladder) -> bool:
    """Tell whether the latest change was a refresh that had been recognized."""
    return bool(ladder.saves[-1].renewed)


def test_every_refresh_is_recognized_and_moves_the_end(ladder: Ladder, known: Handset):
    ladder.wait(60)
    assert ladder.once(known) == 200
    assert is_renewed(ladder)
    (binding,) = ladder.disk.values()
    assert (binding.cseq, binding.expires_at) == (known.cseq, ladder.now + 135)
    assert ladder.rules == ["challenged", "accepted", "refreshed", "refreshed"]
    first, second = ladder.attempts[-2:]
    assert (second.decision, second.phone, second.userid) == (
        first.decision,
        first.phone,
        first.userid,
    )
    ladder.wait(100)
    assert ladder.counts()["bindings"] == 1
    ladder.wait(40)
    assert ladder.counts() == {}


def test_the_answer_is_the_one_that_a_careful_reading_gives(ladder: Ladder, known: Handset):
    ladder.holds_commits = True
    request = known.register()
    assert ladder.receive(request, known.flow) == []
    (answer,) = ladder.commit()
    headers = headers_of(answer)
    assert headers["contact"] == [f"<{known.contact}>;expires=120"]
    assert headers["expires"] == ["120"]
    assert headers["cseq"] == [f"{known.cseq} REGISTER"]
    assert headers["content-length"] == ["0"]
    assert ";tag=" in headers["to"][0]
    (via,) = headers["via"]
    assert "rport=5060" in via
    assert via.endswith("received=198.51.100.1")


def test_a_repeated_refresh_waits_for_the_disk_and_then_gets_the_same_answer(
    ladder: Ladder, known: Handset
):
    ladder.holds_commits = True
    request, before = known.register(), len(ladder.saves)
    assert ladder.receive(request, known.flow) == []
    assert ladder.receive(request, known.flow) == []
    assert len(ladder.saves) == before + 1
    assert is_renewed(ladder)
    (answer,) = ladder.commit()
    assert ladder.receive(request, known.flow) == [answer]
    ladder.wait(32.1)
    assert status_of(ladder.receive(request, known.flow)[0]) != 200


def test_the_same_refresh_by_another_path_is_a_482(ladder: Ladder, known: Handset):
    request = known.register()
    (answer,) = ladder.receive(request, known.flow)
    assert status_of(answer) == 200
    other = request.replace(b"branch=z9hG4bK", b"branch=z9hG4bKother")
    (answer,) = ladder.receive(other, known.flow)
    assert status_of(answer) == 482


def test_a_disk_that_takes_long_makes_a_100_of_rfc_4320(ladder: Ladder, known: Handset):
    ladder.holds_commits = True
    ladder.receive(known.register(), known.flow)
    assert ladder.wait(3.4) == []
    (trying,) = ladder.wait(0.2)
    assert status_of(trying) == 100
    assert headers_of(trying)["cseq"] == [f"{known.cseq} REGISTER"]
    assert ladder.wait(60) == []
    (answer,) = ladder.commit()
    assert status_of(answer) == 200


def test_while_the_disk_is_slow_each_request_is_read_with_care(ladder: Ladder, known: Handset):
    ladder.holds_commits = True
    ladder.receive(known.register(), known.flow)
    ladder.wait(0.5)
    ladder.receive(known.register(), known.flow)
    assert [bool(each.renewed) for each in ladder.saves[-2:]] == [True, False]


def test_a_refresh_that_cannot_be_kept_is_a_503_and_the_binding_is_as_it_was(
    ladder: Ladder, known: Handset
):
    before = dict(ladder.disk)
    ladder.holds_commits = True
    ladder.receive(known.register(), known.flow)
    (answer,) = ladder.fail(ladder.saves[-1].ticket)
    assert status_of(answer) == 503
    assert headers_of(answer)["retry-after"] == ["10"]
    assert "received=198.51.100.1" in headers_of(answer)["via"][0]
    assert ladder.rules[-1] == "unavailable"
    assert ladder.attempts[-1].phone == "SEP000000001001"
    assert ladder.disk == before
    ladder.holds_commits = False
    assert ladder.once(known) == 200
    assert not is_renewed(ladder)
    assert ladder.once(known) == 200
    assert is_renewed(ladder)


def test_a_known_phone_without_credentials_is_asked_as_ever(ladder: Ladder, known: Handset):
    known.challenge = ""
    request = known.register()
    (answer,) = ladder.receive(request, known.flow)
    assert known.take(answer) == 401
    assert headers_of(answer)["to"][0].partition(";tag=")[2]
    again = headers_of(ladder.receive(request, known.flow)[0])
    assert again["to"] == headers_of(answer)["to"]  # the tag of a stateless UAS
    assert ladder.rules[-1] == "challenged"
    assert ladder.attempts[-1].phone == "SEP000000001001"
    assert "whose Digest User is swhite" in ladder.attempts[-1].decision.advice
    assert ladder.once(known) == 200
    assert is_renewed(ladder)


def test_what_is_remembered_leaves_with_the_memory(
    ladder: Ladder, known: Handset, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ladder.engine._registering._renewals, "_memory", 1)
    green = handsets()["1003"]
    ladder.register(green)
    ladder.once(green)
    assert ladder.once(known) == 200
    assert not is_renewed(ladder)


def test_on_a_line_of_several_it_is_challenged_in_its_own_algorithm(ladder: Ladder):
    """Read with care, a request without credentials names the line only, and so nobody."""
    white, site = handsets()["1001"], ladder.site
    phone, other = site.phones["SEP000000001001"], site.phones["SEP000000001003"]
    profile = replace(phone.security_profile, algorithm="SHA-256")
    site.put(replace(phone, security_profile=profile))
    assert ladder.register(white) == 200
    assert "algorithm=SHA-256" in white.challenge
    site.put(replace(other, lines=phone.lines))
    for call_id, algorithm in ((white.call_id, "SHA-256"), ("another", "MD5")):
        white.call_id, white.challenge = call_id, ""
        assert ladder.once(white) == 401
        assert f"algorithm={algorithm}" in white.challenge


# -- what is judged with care --------------------------------------------------------------------


def test_after_a_change_that_concerns_the_phone(ladder: Ladder, known: Handset):
    assert ladder.once(known) == 200
    assert is_renewed(ladder)
    ladder.site.put(Settings(keepalive_interval_s=300))
    assert ladder.once(known) == 200
    assert not is_renewed(ladder)
    assert ladder.once(known) == 200
    assert is_renewed(ladder)


def test_a_new_password_counts_at_once(ladder: Ladder, known: Handset):
    ladder.site.put(user("swhite", "new"))
    known.password = "new"
    assert ladder.once(known) == 200
    assert is_renewed(ladder)
    known.password = "secret1"
    assert ladder.once(known) == 403


def test_a_password_that_is_not_right_any_more(ladder: Ladder, known: Handset):
    ladder.site.put(user("swhite", "another"))
    assert ladder.once(known) == 403
    assert ladder.rules[-1] == "digest-password"


def test_a_wrong_password_in_an_otherwise_equal_request(ladder: Ladder, known: Handset):
    known.password = "wrong"
    assert ladder.once(known) == 403
    assert ladder.rules[-1] == "digest-password"


def test_a_nonce_count_that_comes_again(ladder: Ladder, known: Handset):
    known.uses[known.challenge] -= 1
    assert ladder.once(known) == 401
    assert ladder.rules[-1] == "nonce-count"


def test_a_nonce_that_is_too_old(ladder: Ladder, known: Handset):
    for _ in range(6):
        ladder.wait(100)
        ladder.once(known)
    assert ladder.rules[-1] == "stale-nonce"
    assert ladder.once(known) == 200
    assert is_renewed(ladder)


def test_an_old_cseq(ladder: Ladder, known: Handset):
    known.cseq -= 2
    assert ladder.once(known) == 500
    assert ladder.rules[-1] == "out-of-order"


def test_a_binding_that_has_ended_meanwhile(ladder: Ladder, known: Handset):
    ladder.wait(200)
    assert ladder.counts().get("bindings") is None
    assert ladder.once(known) == 200
    assert not is_renewed(ladder)
    assert ladder.rules[-1] == "accepted"


def test_a_line_with_several_contacts(ladder: Ladder, known: Handset):
    second = replace(known, flow=replace(known.flow, remote=("198.51.100.1", 5070)))
    assert ladder.once(second) == 200
    known.cseq, known.uses = second.cseq, second.uses
    assert ladder.once(known) == 200
    assert not is_renewed(ladder)


def test_a_phone_whose_password_is_not_verified(ladder: Ladder):
    jones = handsets()["1002"]
    ladder.register(jones)
    assert [ladder.once(jones) for _ in range(3)] == [200, 200, 200]
    assert not is_renewed(ladder)


def test_a_phone_behind_a_path(ladder: Ladder, white: Handset):
    path = "<sip:192.0.2.9;lr>"
    ladder.register(white, Path=path, Supported="path")
    for _ in range(2):
        (answer,) = ladder.receive(white.register(Path=path, Supported="path"), white.flow)
        assert headers_of(answer)["path"] == [path]
    assert not is_renewed(ladder)


def test_a_phone_that_is_blocked_because_of_wrong_passwords(ladder: Ladder, known: Handset):
    known.password = "wrong"
    for _ in range(10):
        ladder.once(known)
    known.password = "secret1"
    assert ladder.once(known) == 403
    assert ladder.rules[-1] == "too-many-failures"


def test_a_phone_over_tcp(ladder: Ladder, white: Handset):
    white.flow = flow("198.51.100.1", 40001, "TCP", connection=7)
    assert ladder.register(white) == 200
    assert [ladder.once(white) for _ in range(3)] == [200, 200, 200]
    assert not is_renewed(ladder)


def test_more_than_may_come(ladder: Ladder, white: Handset):
    ladder.site.put(Settings(limits=Limits(message_octets=800)))
    ladder.register(white)
    assert ladder.once(white, From=f"<sip:1001@192.0.2.1>;tag={'x' * 400}") == 513
    assert ladder.once(white) == 200
    assert is_renewed(ladder)


def test_nothing_while_the_configuration_cannot_be_asked(ladder: Ladder, known: Handset):
    ladder.site.is_down = True
    assert ladder.once(known) == 503
