"""An authenticator with a small site behind it and a phone before it."""

from dataclasses import replace

from sipcore.authentication import Authenticator, Challenged, Failures, Passed, Refused, Verdict
from sipcore.message import Request, parse_message
from tests.sipcore.site import (
    DIGEST_ON,
    FixedTokens,
    Handset,
    Site,
    handsets,
    small_site,
)

PHONE = "SEP000000001001"
SHA_256 = replace(DIGEST_ON, name="Third-party SHA-256", algorithm="SHA-256")


class Door:
    """An authenticator, and the handset of swhite (1001) in front of it."""

    def __init__(self, site: Site | None = None) -> None:
        self.site = site or small_site()
        self.authenticator = Authenticator(self.site, FixedTokens(), Failures(limit=3))
        self.handset = handsets()["1001"]
        self.now = 0.0

    def knock(self, handset: Handset | None = None, **headers: object) -> Verdict:
        """Send one REGISTER; keep the challenge when there is one."""
        handset = handset or self.handset
        request = read(handset.register(**headers))
        verdict = self.authenticator.check(request, None, handset.flow, self.now)
        if not isinstance(verdict, Passed):
            handset.take(verdict.answer(request, "tag").to_bytes())
        return verdict

    def enter(self, handset: Handset | None = None) -> Verdict:
        """Answer the challenge, and once more if another one comes."""
        verdict = self.knock(handset)
        for _ in range(2):
            if isinstance(verdict, Challenged):
                verdict = self.knock(handset)
        return verdict


def read(data: bytes) -> Request:
    message = parse_message(data)
    assert isinstance(message, Request)
    return message


def refusal(verdict: Verdict) -> Refused:
    assert isinstance(verdict, Refused), verdict
    return verdict
