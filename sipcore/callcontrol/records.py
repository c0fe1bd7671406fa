"""What a call record will say, gathered while the call goes on."""

from dataclasses import dataclass

from sipcore.authentication import shown
from sipcore.callcontrol.lines import Party
from sipcore.ports import CallRecord, Decision, NumberRecord

LONGEST_TEXT = 255


@dataclass(slots=True)
class CallLog:
    """Texts from the wire are kept as they came and made fit to be shown at the end."""

    call_id: str
    started_at: float
    caller_number: str = ""
    dialed: str = ""
    caller: Party | None = None
    called: NumberRecord | None = None
    called_phone: str = ""
    ringing_at: float | None = None
    answered_at: float | None = None

    def close(
        self, now: float, *, status: int, cause: int, ended_by: str, decision: Decision
    ) -> CallRecord:
        caller, called = self.caller, self.called
        return CallRecord(
            call_id=shown(self.call_id, LONGEST_TEXT),
            caller_phone=caller.phone.name if caller else "",
            caller_number=caller.number if caller else shown(self.caller_number),
            caller_partition=caller.line.number.partition if caller else "",
            dialed=shown(self.dialed),
            called_number=called.number if called else "",
            called_partition=called.partition if called else "",
            called_phone=self.called_phone,
            started_at=self.started_at,
            ringing_at=self.ringing_at,
            answered_at=self.answered_at,
            ended_at=now,
            status=status,
            cause=cause,
            ended_by=ended_by,
            decision=decision,
        )
