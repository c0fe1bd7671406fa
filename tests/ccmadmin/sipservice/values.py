"""Values of the engine, for the tests of what stores and finds them."""

from dataclasses import replace
from typing import Any

from ccmadmin.sipservice.derived import octets_of
from ccmadmin.sipservice.rows import (
    Button,
    Delta,
    ModelRow,
    NumberRow,
    PartitionRow,
    PhoneRow,
    PhoneSetup,
    SipProfileRow,
    SpaceRow,
    UserRow,
)
from ccmadmin.sipservice.tables import Tables
from sipcore.ports import (
    Binding,
    CallRecord,
    Decision,
    Flow,
    RegistrationAttempt,
    SecurityProfileRecord,
)

FLOW = Flow("UDP", ("192.0.2.1", 5060), ("192.0.2.7", 5062))
REFUSED = Decision(
    "refused", "digest-password", 403, "The password is wrong.", "a", "b", "Enter it again.", 10
)
ACCEPTED = Decision("accepted", "accepted", 200, "Registered for 120 s.")


def binding(**values: Any) -> Binding:
    made = Binding(
        phone="SEP000000001001",
        number="1001",
        partition="PT_Internal",
        contact="sip:1001@192.0.2.7:5062",
        flow=FLOW,
        call_id="call-1",
        cseq=7,
        registered_at=900.0,
        expires_at=1135.0,
        user_agent="phone 1.0",
        requested_expires_s=3600,
        path=("<sip:192.0.2.8;lr>",),
        q=0.5,
    )
    return replace(made, **values)


def attempt(**values: Any) -> RegistrationAttempt:
    made = RegistrationAttempt(
        at=1000.0,
        flow=FLOW,
        decision=REFUSED,
        phone="SEP000000001001",
        userid="swhite",
        number="1001",
        contact="<sip:1001@192.0.2.7:5062>",
        call_id="call-1",
        user_agent="phone 1.0",
        requested_expires_s=3600,
    )
    return replace(made, **values)


def call(**values: Any) -> CallRecord:
    made = CallRecord(
        call_id="call-2",
        caller_phone="SEP000000001001",
        caller_number="1001",
        caller_partition="PT_Internal",
        dialed="1002",
        called_number="1002",
        called_partition="PT_Internal",
        called_phone="SEP000000001002",
        started_at=990.0,
        ringing_at=991.0,
        answered_at=None,
        ended_at=999.0,
        status=487,
        cause=16,
        ended_by="caller",
        decision=Decision("refused", "cancelled", 487, "The caller hung up."),
    )
    return replace(made, **values)


def tables() -> Tables:
    """Two phones that share a line: white has 1001 and 1009, green has 1009."""
    made = Tables()
    made.apply(
        Delta(
            revision=10,
            users={
                1: UserRow("swhite", octets_of("swhite", "ccmsipline", "x")),
                2: UserRow("mgreen"),
            },
            partitions={1: PartitionRow("PT_A"), 2: PartitionRow("PT_B")},
            spaces={1: SpaceRow("CSS", (2, 1))},
            models={1: ModelRow("Basic", False), 2: ModelRow("Advanced", True)},
            security_profiles={1: SecurityProfileRecord("Standard")},
            sip_profiles={1: SipProfileRow("Standard", False)},
            numbers={
                1: NumberRow("1001", 1, "White", 1, True),
                2: NumberRow("1009", None, "", None, True),
                3: NumberRow("1001", 2, "", None, True),
            },
            phones={
                1: PhoneRow(
                    "SEP1",
                    1,
                    (1, 2),
                    ("W", ""),
                    PhoneSetup(2, 1, 1, 1, True, None, (Button(1, 4, 3), Button(2, 2, 2))),
                ),
                2: PhoneRow(
                    "SEP2",
                    2,
                    (2,),
                    ("G",),
                    PhoneSetup(1, 1, 1, None, True, None, (Button(1, 2, 2),)),
                ),
            },
        )
    )
    return made
