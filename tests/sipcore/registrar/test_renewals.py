"""What is remembered of phones, and when not; whole refreshes are in `engine/test_renewing.py`."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from sipcore.authentication import Authenticator
from sipcore.bindings import Bindings
from sipcore.ports import Settings
from sipcore.registrar.outline import Outline, outline_of
from sipcore.registrar.renewals import Renewals
from tests.sipcore.site import DIGEST_OFF, FixedTokens, Site, binding, handsets, small_site, user

PHONE, OTHER = "SEP000000001001", "SEP000000001003"


class Desk:
    """The memory of a registrar, with one phone that is bound."""

    def __init__(self, memory: int = 10) -> None:
        self.site, self.bindings, tokens = small_site(), Bindings(), FixedTokens()
        self.authenticator = Authenticator(self.site, tokens)
        self.renewals = Renewals(self.site, self.bindings, self.authenticator, tokens, memory)
        self.handset = handsets()["1001"]
        self.handset.challenge = self.authenticator.challenge(
            self.site.phones[PHONE].security_profile, "198.51.100.1", 0.0
        )
        self.binding = binding(PHONE, "1001", self.handset.flow)
        self.bindings.put(self.binding)

    def outline(self, **headers: object) -> Outline:
        found = outline_of(self.handset.register(**headers), self.handset.flow)
        assert found is not None
        return found

    def note(self, **headers: object) -> None:
        judged = self.renewals.judged(self.outline(**headers), self.site.phones[PHONE])
        self.renewals.note(judged, self.binding)


def test_a_phone_that_was_noted_is_found_when_it_says_the_same():
    desk = Desk()
    assert desk.renewals.find(desk.outline()) is None
    desk.note()
    standing = desk.renewals.find(desk.outline())
    assert standing is not None
    assert (standing.binding, standing.userid) == (desk.binding, "swhite")
    assert desk.renewals.find(desk.outline(User_Agent="other")) is None
    desk.handset.cseq = 0
    assert desk.renewals.find(desk.outline()) is None  # an old one


def test_a_refresh_moves_the_binding_on():
    desk = Desk()
    desk.note()
    outline = desk.outline()
    standing = desk.renewals.find(outline)
    assert standing is not None
    renewed = desk.renewals.renew(standing, outline, desk.handset.flow, 50.0)
    assert renewed is not None
    assert renewed.known is desk.binding
    after = renewed.renewal.binding
    assert after == replace(desk.binding, cseq=outline.cseq, expires_at=185.0)
    assert standing.binding is after
    assert renewed.answer.startswith(b"SIP/2.0 200 OK\r\n")
    assert desk.renewals.find(desk.outline()) is None  # not in force before `after` is


def test_a_refresh_in_the_name_of_another_user_is_left_to_be_judged_with_care():
    desk = Desk()
    desk.note()
    desk.handset.userid, desk.handset.password = "mgreen", "secret3"
    outline = desk.outline()
    standing = desk.renewals.find(outline)
    assert standing is not None
    assert desk.renewals.renew(standing, outline, desk.handset.flow, 50.0) is None


def test_what_proves_too_little_is_not_noted():
    desk = Desk()
    phone = desk.site.phones[PHONE]
    stranger = replace(phone, security_profile=DIGEST_OFF)
    desk.renewals.note(desk.renewals.judged(desk.outline(), stranger), desk.binding)
    behind = replace(desk.binding, path=("<sip:p;lr>",))
    desk.renewals.note(desk.renewals.judged(desk.outline(), phone), behind)
    desk.handset.challenge = ""
    desk.note()
    assert len(desk.renewals) == 0


def test_a_change_that_does_not_concern_the_phone_makes_no_difference():
    desk = Desk()
    desk.note()
    desk.site.put(user("bjones", "new"), replace(desk.site.phones[OTHER], is_active=False))
    standing = desk.renewals.find(desk.outline())
    assert standing is not None
    assert standing.revision == desk.site.revision


def test_a_profile_that_asks_for_the_same_has_the_phone_recognized_and_counts_at_once():
    desk = Desk()
    desk.note()
    phone = desk.site.phones[PHONE]
    profile = replace(phone.security_profile, nonce_validity_s=30)
    desk.site.put(replace(phone, security_profile=profile, calling_search_space=()))
    outline = desk.outline()
    standing = desk.renewals.find(outline)
    assert standing is not None
    assert standing.profile is profile
    assert desk.renewals.renew(standing, outline, desk.handset.flow, 31.0) is None  # nonce too old
    assert desk.renewals.renew(standing, outline, desk.handset.flow, 29.0) is not None


def inactive(site: Site) -> None:
    site.put(replace(site.phones[PHONE], is_active=False))


def other_transports(site: Site) -> None:
    profile = replace(site.phones[PHONE].security_profile, transports=frozenset({"TCP"}))
    site.put(replace(site.phones[PHONE], security_profile=profile))


def user_of_another(site: Site) -> None:
    site.put(replace(site.phones[PHONE], digest_user="mgreen"))


def user_of_two(site: Site) -> None:
    site.put(replace(site.phones[OTHER], digest_user="swhite"))


def another_interval(site: Site) -> None:
    site.put(Settings(keepalive_interval_s=300))


@pytest.mark.parametrize(
    "change", [inactive, other_transports, user_of_another, user_of_two, another_interval]
)
def test_a_change_that_may_concern_the_phone_has_it_judged_anew(change: Callable[[Site], None]):
    desk = Desk()
    desk.note()
    change(desk.site)
    assert desk.renewals.find(desk.outline()) is None
    assert desk.renewals.find(desk.outline()) is None


def test_it_remembers_only_so_many():
    desk = Desk(memory=3)
    for number in range(10):
        desk.note(User_Agent=f"phone {number}")
    assert len(desk.renewals) <= 3
