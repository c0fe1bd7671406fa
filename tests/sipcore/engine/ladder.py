"""The engine with nothing but values round it: messages go in, actions come out, time is set."""

from collections.abc import Iterable
from typing import TypeVar

from sipcore.actions import (
    Action,
    CommitFailed,
    Committed,
    FlowFailed,
    RecordAttempt,
    RecordCall,
    Resolve,
    SaveBindings,
    Transmit,
)
from sipcore.engine import Engine
from sipcore.ports import Asked, Binding, CallRecord, Flow, RegistrationAttempt
from sipcore.registrar import challenged, renewed
from tests.sipcore.site import FixedTokens, Handset, Site, small_site

A = TypeVar("A", Transmit, SaveBindings, RecordAttempt, RecordCall, Resolve)


class Ladder:
    """Collects what the engine asks for; saves are committed at once unless `holds_commits`."""

    def __init__(
        self, site: Site | None = None, bindings: Iterable[Binding] = (), first_token: int = 0
    ) -> None:
        self.site = site or small_site()
        self.engine = Engine(self.site, tokens=FixedTokens(first_token), bindings=bindings)
        self.now = 1000.0
        self.holds_commits = False
        self.disk: dict[tuple[str, str, str], Binding] = {each.key: each for each in bindings}
        self.done: list[Action] = []
        self.attempts: list[RegistrationAttempt] = []  # as if none were folded into another
        self._unsaved: list[SaveBindings] = []

    # -- in -------------------------------------------------------------------------------------

    def receive(self, data: bytes, source: Flow) -> list[bytes]:
        """Give the engine a message; return what it sends because of it."""
        self.engine.receive(data, source, self.now)
        return self.settle()

    def wait(self, seconds: float) -> list[bytes]:
        """Let time pass, stopping at every deadline as the host does."""
        until, sent = self.now + seconds, []
        while (deadline := self.engine.next_deadline()) is not None and deadline <= until:
            self.now = max(self.now, deadline)
            self.engine.expire(self.now)
            sent += self.settle()
        self.now = until
        return sent

    def commit(self) -> list[bytes]:
        """Commit what is held, then go on committing at once."""
        self.holds_commits = False
        unsaved, self._unsaved = self._unsaved, []
        for save in unsaved:
            self._commit(save)
        return self.settle()

    def fail(self, ticket: int) -> list[bytes]:
        self._unsaved = [each for each in self._unsaved if each.ticket != ticket]
        self.engine.report(CommitFailed(ticket, "disk full"), self.now)
        return self.settle()

    def take_unsaved(self) -> list[SaveBindings]:
        """Return what is held; it is for the test to fail it."""
        unsaved, self._unsaved = self._unsaved, []
        return unsaved

    def lose(self, flow: Flow) -> list[bytes]:
        self.engine.report(FlowFailed(flow, "connection reset"), self.now)
        return self.settle()

    def _save(self, save: SaveBindings) -> None:
        if self.holds_commits:
            self._unsaved.append(save)
        else:
            self._commit(save)

    def _commit(self, save: SaveBindings) -> None:
        for key in save.removed:
            self.disk.pop(key, None)
        bindings = *save.saved, *(renewal.binding for renewal in save.renewed)
        self.disk |= {each.key: each for each in bindings}
        self.attempts += [renewed(renewal) for renewal in save.renewed]
        if save.ticket:
            self.engine.report(Committed(save.ticket), self.now)

    # -- out ------------------------------------------------------------------------------------

    def settle(self) -> list[bytes]:
        """Carry out the outbox until it is empty; return what was sent."""
        sent = []
        while actions := self.engine.outbox():
            self.done += actions
            for action in actions:
                if isinstance(action, Transmit):
                    sent.append(action.data)
                elif isinstance(action, SaveBindings):
                    self._save(action)
                elif isinstance(action, RecordAttempt):
                    asked = action.attempt
                    self.attempts.append(challenged(asked) if isinstance(asked, Asked) else asked)
        return sent

    def of(self, kind: type[A]) -> list[A]:
        return [each for each in self.done if isinstance(each, kind)]

    @property
    def rules(self) -> list[str]:
        return [each.decision.rule for each in self.attempts]

    @property
    def calls(self) -> list[CallRecord]:
        return [each.call for each in self.of(RecordCall)]

    @property
    def saves(self) -> list[SaveBindings]:
        return self.of(SaveBindings)

    def counts(self) -> dict[str, int]:
        """Return what is left over: counts that are not 0."""
        return {name: count for name, count in self.engine.counts().items() if count}

    # -- a phone --------------------------------------------------------------------------------

    def register(self, handset: Handset, **headers: object) -> int:
        """Register as a phone does, answering a challenge; return the last status."""
        status = self.once(handset, **headers)
        return self.once(handset, **headers) if status == 401 else status

    def once(self, handset: Handset, **headers: object) -> int:
        (response,) = self.receive(handset.register(**headers), handset.flow)
        return handset.take(response)
