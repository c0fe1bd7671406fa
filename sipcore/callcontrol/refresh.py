"""A refresh of a phone's session by us: RFC 4028 section 7.4."""

from dataclasses import dataclass

from sipcore.callcontrol.bodies import NO_BODY
from sipcore.callcontrol.conversation import Conversation
from sipcore.callcontrol.leg import Leg
from sipcore.callcontrol.session import TOO_SMALL
from sipcore.message import Response

DEAD = (408, 481)
UNKNOWN_METHOD = (405, 501)


@dataclass(slots=True, eq=False)
class Refresh:
    """By UPDATE if the phone takes it: that needs no offer and collides with nothing.

    Else by a re-INVITE with the session as the phone knows it: its version is the same, so
    nothing is negotiated anew (RFC 3264 section 8).
    """

    talk: Conversation
    leg: Leg

    def start(self, now: float) -> None:
        leg = self.leg
        if leg.can_update or not leg.described.data:
            leg.send("UPDATE", now, self._updated)
        elif self.talk.is_quiet:
            self.talk.reinvite(leg, leg.described, self._reinvited, now)
        else:
            leg.session.put_off(now)

    def _updated(self, response: Response, is_received: bool, now: float) -> None:
        if response.status < 200 or not self._is_talking:
            return
        if response.status in UNKNOWN_METHOD and self.leg.described.data:
            self.leg.can_update = False
            self.start(now)
        elif (response.status == TOO_SMALL and self.leg.session.insist(response)) or (
            not is_received and self.leg.has_moved()
        ):
            self.start(now)
        else:
            if response.status < 300:
                self.leg.follow(response, now)
            self._done(response, is_received, now)

    def _reinvited(self, response: Response, is_received: bool, now: float) -> None:
        if response.status < 300:
            self.leg.send_ack(response.cseq.number, NO_BODY)
        self._done(response, is_received, now)

    def _done(self, response: Response, is_received: bool, now: float) -> None:
        """End the call of a phone that is gone; one that only refuses is asked again."""
        if response.status < 300:
            return
        if response.status in DEAD or not is_received:
            self.talk.on_dead(self.leg, response.status, now)
        elif self.leg.session.is_known:
            self.leg.session.failed(now)
        else:
            # it has promised nothing, and any answer shows that it lives
            self.leg.session.start(now)

    @property
    def _is_talking(self) -> bool:
        return self.leg in self.talk.legs and self.leg.is_up
