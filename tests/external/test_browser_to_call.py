"""From an empty installation to a call, by hand: the ten steps of the guide's Table C-2.

A signed-in administrator makes two users and two phones in Chromium; two baresip processes are
given exactly what was typed; the pages follow by themselves.
"""

import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.external.console import Console
from tests.phones.baresip import Account, Baresip, baresip
from tests.phones.process import wait_for
from tests.phones.product import Product
from tests.phones.site import ADVANCED, BASIC

pytestmark = [pytest.mark.external, pytest.mark.xdist_group("browser")]

SAM = {"userid": "swhite", "first": "Sam", "last": "White", "password": "c4llMe1001"}
BEA = {"userid": "bjones", "first": "Bea", "last": "Jones", "password": "c4llMe1002"}
TALK_S = 1.5


def test_ten_steps_and_a_call(empty_site: Product, console: Console, tmp_path: Path) -> None:
    site = empty_site
    console.sign_in(site)
    # 1. The facts are gathered: two users, two phones, numbers 1001 and 1002 in PT_Internal.
    add_partition_and_space(console)
    for user in (SAM, BEA):
        add_user(console, user)  # 2.
    look_at_standard_sip_profile(console)  # 3.
    add_digest_profile(console, ADVANCED, "Advanced - Digest UDP")  # 4.
    add_digest_profile(console, BASIC, "Basic - Digest UDP")
    add_phone(console, ADVANCED, "000000001001", "Advanced - Digest UDP")  # 5.
    add_line(console, "1001", "Sam White")  # 6.
    add_phone(console, BASIC, "000000001002", "Basic - Digest UDP")
    add_line(console, "1002", "Bea Jones")
    associate(console, "swhite", "SEP000000001001")  # 7.
    associate(console, "bjones", "SEP000000001002")
    set_digest_user(console, "SEP000000001001", "swhite")  # 8.
    set_digest_user(console, "SEP000000001002", "bjones")
    expect(console.page.get_by_role("region", name="Registration")).to_contain_text("Never")

    # 9. The phones' own side; the page that is open shows it without a reload.
    sam = Account("1001", SAM["userid"], SAM["password"], site.sip_port)
    bea = Account("1002", BEA["userid"], BEA["password"], site.sip_port)
    console.page.evaluate("window.notReloaded = true")
    with (
        baresip(tmp_path / "sam", sam, tone_hz=440) as sam_phone,
        baresip(tmp_path / "bea", bea, tone_hz=700) as bea_phone,
    ):
        registration = console.page.get_by_role("region", name="Registration")
        expect(registration.get_by_text("Registered", exact=True)).to_be_visible()
        assert console.page.evaluate("window.notReloaded")
        list_shows_both_registered(console)
        # 10. Calls.
        call_and_hear(sam_phone, bea_phone)
        look_at_call_record(console)
        callee_hangs_up(sam_phone, bea_phone)


def add_partition_and_space(console: Console) -> None:
    console.add_new("Call Routing", "Partition")
    console.fill(Name="PT_Internal", Description="Numbers of the house")
    console.save("Add successful")
    console.add_new("Call Routing", "Calling Search Space")
    console.fill(Name="CSS_Internal")
    console.page.get_by_role("button", name="Add a row").click()
    console.fill_in("Partition 1", "PT_Internal")
    console.save("Add successful")


def add_user(console: Console, user: dict[str, str]) -> None:
    console.add_new("User Management", "End User")
    console.fill(User_ID=user["userid"], Last_Name=user["last"], First_Name=user["first"])
    exactly = {"exact": True}
    console.page.get_by_label("Digest Credentials", **exactly).fill(user["password"])
    console.page.get_by_label("Confirm Digest Credentials").fill(user["password"])
    console.save("Add successful")
    assert user["password"] not in console.page.content()


def look_at_standard_sip_profile(console: Console) -> None:
    console.open_menu("Device", "SIP Profile")
    console.page.get_by_role("link", name="Standard SIP Profile", exact=True).click()
    expect(console.page.get_by_text("third-party phone").first).to_be_visible()
    expect(console.page.get_by_role("button", name="Save")).to_have_count(0)


def add_digest_profile(console: Console, model: str, name: str) -> None:
    console.add_new("System", "SIP Phone Security Profile")
    console.choose_type(model)
    console.fill(Name=name, Transport_Type="UDP")
    console.page.get_by_label("Enable Digest Authentication").focus()
    console.page.keyboard.press("Space")
    console.save("Add successful")


def add_phone(console: Console, model: str, mac: str, profile: str) -> None:
    console.add_new("Device", "Phone")
    console.choose_type(model)
    # An error first: what was typed stays, the field is marked, and the cure is named.
    console.fill(MAC_Address="12", Description="Test phone", Device_Pool="Default")
    console.page.get_by_role("button", name="Save").first.click()
    expect(console.page.get_by_role("alert")).to_contain_text("MAC Address")
    expect(console.page.get_by_label("Description", exact=True)).to_have_value("Test phone")
    console.fill(
        MAC_Address=mac,
        Device_Pool="Default",
        Calling_Search_Space="CSS_Internal",
        Device_Security_Profile=profile,
        SIP_Profile="Standard SIP Profile",
    )
    console.save("Add successful")
    expect(console.page.get_by_role("button", name="Reset")).to_have_count(0)


def add_line(console: Console, number: str, display: str) -> None:
    console.page.get_by_role("link", name="Line [1] - Add a new DN").click()
    console.fill(Directory_Number=number, Route_Partition="PT_Internal")
    console.page.get_by_label("Display (Internal Caller ID)", exact=True).fill(display)
    console.save("")
    console.page.get_by_role("link", name="Configure Device").click()
    expect(
        console.page.get_by_role("link", name=f"Line [1] - {number} in PT_Internal")
    ).to_be_visible()


def associate(console: Console, userid: str, name: str) -> None:
    console.open_menu("User Management", "End User")
    console.page.get_by_role("link", name=userid, exact=True).click()
    console.page.get_by_role("link", name="Device Association").click()
    console.page.get_by_label(f"Associate {name}").check()
    console.page.get_by_role("button", name="Save Selected/Changes").click()
    expect(console.page.get_by_role("status").first).to_be_visible()


def set_digest_user(console: Console, name: str, userid: str) -> None:
    console.open_menu("Device", "Phone")
    console.page.get_by_role("link", name=name, exact=True).click()
    console.fill(Digest_User=userid)
    console.save("Update successful")


def list_shows_both_registered(console: Console) -> None:
    console.open_menu("Device", "Phone")
    for name in ("SEP000000001001", "SEP000000001002"):
        row = console.page.get_by_role("row", name=name)
        expect(row).to_contain_text("Registered")
        expect(row).to_contain_text("127.0.0.1")


def call_and_hear(caller: Baresip, called: Baresip) -> None:
    """Call, talk, hold, resume, talk, hang up by the caller; each must hear the other's tone."""
    dial_and_answer(caller, called)
    time.sleep(TALK_S)  # what is said in this time is measured below
    caller.ask("hold")
    wait_for("hold at the called phone", lambda: "sendonly" in called.log)
    caller.ask("resume")
    wait_for("resume", lambda: caller.log.count("a=sendrecv") >= 2)
    time.sleep(TALK_S)
    caller.ask("hangup")
    called.event("CALL_CLOSED")
    assert caller.heard_hz() == pytest.approx(700, abs=15)
    assert called.heard_hz() == pytest.approx(440, abs=15)


def dial_and_answer(caller: Baresip, called: Baresip) -> None:
    caller.ask("dial", "1002")
    assert "1001" in called.event("CALL_INCOMING")["peeruri"]
    caller.event("CALL_RINGING")
    called.ask("accept")
    caller.event("CALL_ESTABLISHED")
    called.event("CALL_ESTABLISHED")


def callee_hangs_up(caller: Baresip, called: Baresip) -> None:
    dial_and_answer(caller, called)
    called.ask("hangup")
    caller.event("CALL_CLOSED")


def look_at_call_record(console: Console) -> None:
    console.open_menu("Serviceability", "Call Records")
    row = console.page.get_by_role("row").filter(has_text="1001").first
    expect(row).to_contain_text("1002")
    row.get_by_role("link").first.click()
    main = console.page.get_by_role("main")
    for text in ("SEP000000001001", "SEP000000001002", "1001", "1002"):
        expect(main).to_contain_text(text)
