"""The session store: Django's, with columns by which sessions can be listed."""

from ccmadmin.models import Session
from ccmadmin.models.session import SEEN, VISIT, SessionStore, name_of


def test_what_signing_in_notes_stands_in_columns(installed: None) -> None:
    store = SessionStore()
    store["_auth_user_id"] = "7"
    store[VISIT] = {"address": "192.0.2.7", "user_agent": "curl/8", "since": 100}
    store[SEEN] = 160
    store.save()
    row = Session.objects.get(session_key=store.session_key)
    assert (row.user_id, row.address, row.user_agent) == (7, "192.0.2.7", "curl/8")
    assert (row.signed_in_at.timestamp(), row.seen_at.timestamp()) == (100, 160)
    assert row.name == name_of(str(store.session_key))


def test_a_session_of_nobody_yet_has_no_user(installed: None) -> None:
    store = SessionStore()
    store.create()
    row = Session.objects.get(session_key=store.session_key)
    assert row.user_id is None
    assert row.signed_in_at is None


def test_the_row_finds_its_store() -> None:
    assert Session.get_session_store_class() is SessionStore
    assert SessionStore.get_model_class() is Session
