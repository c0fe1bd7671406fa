import hashlib

import pytest

from ccmadmin.sipservice.derived import ALGORITHMS, Derived, octets_of

TEXT = b"swhite:a realm:secret1"


def test_each_algorithm_has_its_hash() -> None:
    found = Derived(octets_of("swhite", "a realm", "secret1"))
    assert dict(found) == {
        "MD5": hashlib.md5(TEXT).hexdigest(),
        "SHA-256": hashlib.sha256(TEXT).hexdigest(),
        "SHA-512-256": hashlib.new("sha512_256", TEXT).hexdigest(),
    }
    assert len(found) == len(ALGORITHMS)


def test_an_algorithm_that_no_profile_can_ask_for_has_none() -> None:
    found = Derived(octets_of("swhite", "a realm", "secret1"))
    assert found.get("SHA-1") is None
    with pytest.raises(KeyError):
        found["SHA-1"]


def test_printing_it_tells_nothing() -> None:
    found = Derived(octets_of("swhite", "a realm", "secret1"))
    assert found["MD5"] not in repr(found)
    assert found["MD5"] not in str(found)
