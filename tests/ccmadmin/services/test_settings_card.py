"""What to enter in a phone, block by block."""

import pytest

from ccmadmin.models import CallManager, Phone
from ccmadmin.services import records
from ccmadmin.services.settings_card import Block, blocks, plain_text
from tests.ccmadmin import site
from tests.ccmadmin.site import ACTOR, ADVANCED

pytestmark = pytest.mark.usefixtures("installed")

NAME = "SEP000000001001"


def phone(**values: object) -> Phone:
    numbers = [site.add_number("1001"), site.add_number("1009")]
    return site.add_phone(NAME, numbers, model=ADVANCED, **values)


def settings(card: list[Block]) -> list[dict[str, tuple[str, str]]]:
    return [{each.label: (each.value, each.note) for each in block.settings} for block in card]


def test_the_server_comes_first_then_a_block_for_each_line() -> None:
    card = blocks(phone(digest_user=site.add_user("swhite", digest_credentials="Secret-77")))
    assert [block.title for block in card] == ["Server", "Line 1", "Line 2"]
    server, one, two = settings(card)
    node = CallManager.objects.get()
    assert server["Proxy, registrar, server"] == (node.host_name, "")
    assert server["Port"] == (str(node.sip_phone_port), "")
    assert server["Realm, if it asks"] == ("ccmsipline", "")
    assert server["Registration interval"] == ("120", "seconds, or more")
    assert one["User name, number, user part"][0] == "1001"
    assert two["User name, number, user part"][0] == "1009"
    assert two["Authorization ID, auth user"] == ("swhite", "")
    assert one["SIP address, if it asks"][0] == f"sip:1001@{node.host_name}"


def test_the_transport_is_the_security_profiles() -> None:
    profile = site.add_security_profile(transport_type="UDP")
    (server, *_lines) = settings(blocks(phone(phone_security_profile=profile)))
    assert server["Transport"] == ("UDP", "never TLS")


def test_another_port_stands_in_the_address() -> None:
    node = CallManager.objects.get()
    node.sip_phone_port = 5070
    records.save(node, actor=ACTOR)
    (_server, line, _other) = settings(blocks(phone()))
    assert line["SIP address, if it asks"][0] == f"sip:1001@{node.host_name}:5070"


def test_the_password_is_named_never_told_unless_it_was_just_made() -> None:
    profile = site.add_security_profile()
    user = site.add_user("swhite", digest_credentials="Secret-77")
    made = phone(digest_user=user, phone_security_profile=profile)
    line = settings(blocks(made))[1]
    assert line["Password"] == ("", "The Digest Credentials of swhite.")
    assert "Secret-77" not in plain_text(blocks(made))
    assert settings(blocks(made, "just-made"))[1]["Password"] == ("just-made", "")
    assert "Password: just-made" in plain_text(blocks(made, "just-made"))


def test_what_is_missing_is_said_where_it_would_stand() -> None:
    made = phone(phone_security_profile=site.add_security_profile())
    line = settings(blocks(made))[1]
    assert line["Authorization ID, auth user"] == ("", f"{NAME} has no Digest User yet.")
    made.digest_user = site.add_user("swhite")
    records.save(made, actor=ACTOR)
    assert settings(blocks(made))[1]["Password"][1] == "swhite has no Digest Credentials yet."


def test_a_profile_that_does_not_verify_takes_any_password() -> None:
    made = phone(digest_user=site.add_user("swhite"))
    assert "does not verify it" in settings(blocks(made))[1]["Password"][1]


def test_further_nodes_of_the_group_are_told() -> None:
    made = phone()
    node = CallManager(name="node-2", host_name="192.0.2.12", sip_phone_port=5062)
    records.save(node, actor=ACTOR)
    group = made.device_pool.callmanager_group
    members = [CallManager.objects.exclude(name="node-2").get(), node]
    records.save(group, actor=ACTOR, lists={"members": members}, standard=True)
    assert settings(blocks(made))[0]["Further server"][0] == "192.0.2.12:5062"


def test_plain_text_has_a_paragraph_for_each_block() -> None:
    text = plain_text(blocks(phone()))
    assert text.startswith("Server\nProxy, registrar, server: ")
    assert "\n\nLine 1\nUser name, number, user part: 1001\n" in text
