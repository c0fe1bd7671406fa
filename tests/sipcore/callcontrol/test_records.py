from sipcore.callcontrol.lines import Party
from sipcore.callcontrol.records import CallLog
from sipcore.ports import Decision
from tests.sipcore.site import number, phone

DECISION = Decision("refused", "busy", 486)


def test_record_of_a_stranger_holds_what_it_said() -> None:
    log = CallLog("c\x00" * 200, 1.0, caller_number="<b>\udcff", dialed="1002\n")
    record = log.close(2.0, status=403, cause=21, ended_by="system", decision=DECISION)
    assert len(record.call_id) == 255
    assert record.call_id.isprintable()
    assert record.caller_number == "<b>\N{REPLACEMENT CHARACTER}"
    assert record.dialed == "1002\N{REPLACEMENT CHARACTER}"
    assert (record.caller_phone, record.called_number, record.answered_at) == ("", "", None)
    assert (record.started_at, record.ended_at) == (1.0, 2.0)


def test_record_of_a_known_caller_holds_its_line() -> None:
    caller = phone("SEP000000001001", "", "1001")
    log = CallLog("c", 1.0, "x", "1002", Party(caller, caller.lines[0]), number("1002", ""))
    record = log.close(2.0, status=486, cause=17, ended_by="called", decision=DECISION)
    assert (record.caller_phone, record.caller_number) == ("SEP000000001001", "1001")
    assert (record.caller_partition, record.called_partition) == ("PT_Internal", "")
    assert (record.status, record.cause, record.ended_by) == (486, 17, "called")
    assert record.decision is DECISION
