from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sipcore.digest import (
    ALGORITHMS,
    Challenge,
    DigestCredentials,
    Nonces,
    _parse_plain,
    expected_response,
    find_credentials,
    ha1,
    parse_with_care,
    verify,
)
from sipcore.errors import ParseError
from sipcore.message import Headers, parse_message

# RFC 7616 section 3.9.1
RFC7616 = DigestCredentials(
    username="Mufasa",
    realm="http-auth@example.org",
    nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
    uri="/dir/index.html",
    response="8ca523f5e9506fed4657c9700eebdbec",
    qop="auth",
    nc="00000001",
    cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
)
SHA256 = "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"


def credentials(**changes: str) -> DigestCredentials:
    """Return what a phone with the password "cisco" sends, but for the changes."""
    made = DigestCredentials("swhite", "ccmsipline", "n1", "sip:192.0.2.1", "")
    made = replace(made, **{name: changes[name] for name in changes if name != "response"})
    secret = ha1(made.algorithm, made.username, made.realm, "cisco")
    response = changes.get("response") or expected_response(made, "REGISTER", secret, b"body")
    return replace(made, response=response)


def secret_of(given: DigestCredentials) -> str:
    return ha1(given.algorithm, "swhite", "ccmsipline", "cisco")


# -- the examples of the standards ---------------------------------------------------------------


def test_the_examples_of_rfc_7616_verify() -> None:
    for algorithm, response in (("MD5", RFC7616.response), ("SHA-256", SHA256)):
        given = replace(RFC7616, algorithm=algorithm, response=response)
        secret = ha1(algorithm, "Mufasa", "http-auth@example.org", "Circle of Life")
        assert verify(given, "GET", secret)
        assert not verify(given, "POST", secret)


def test_the_example_of_rfc_2617_verifies() -> None:
    given = DigestCredentials.parse(
        'Digest username="Mufasa", realm="testrealm@host.com", '
        'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", qop=auth, '
        'nc=00000001, cnonce="0a4f113b", response="6629fae49393a05397450978507c4ef1", '
        'opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    )
    assert verify(given, "GET", ha1("MD5", "Mufasa", "testrealm@host.com", "Circle Of Life"))


def test_the_corrected_example_of_rfc_2069_verifies() -> None:
    given = DigestCredentials.parse(
        'Digest username="Mufasa", realm="testrealm@host.com", '
        'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", '
        'response="1949323746fe6a43ef61f9606e7febea", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    )
    assert given.qop == ""
    assert verify(given, "GET", ha1("MD5", "Mufasa", "testrealm@host.com", "CircleOfLife"))


def test_a_folded_authorization_without_qop_authenticates() -> None:
    # MD5(MD5("swhite:ccmsipline:cisco") : nonce : MD5("REGISTER:sip:172.18.197.224"))
    data = (
        b"REGISTER sip:172.18.197.224 SIP/2.0\r\n"
        b"Via: SIP/2.0/UDP 172.18.197.200:5060;branch=z9hG4bK1\r\n"
        b"Authorization: Digest\r\n"
        b'  username="swhite",realm="ccmsipline",\r\n'
        b'\tnonce="GBauADss2qoWr6k9y3hGGVDAqnLfoLk5",\r\n'
        b'  uri="sip:172.18.197.224",\r\n'
        b'  response="b983c55c8ced85259d31df9e1637b56b",algorithm=MD5\r\n'
        b"Content-Length: 0\r\n\r\n"
    )
    found = find_credentials(parse_message(data).headers, "Authorization", "ccmsipline")
    assert found is not None
    assert (found.username, found.qop, found.algorithm) == ("swhite", "", "MD5")
    assert verify(found, "REGISTER", ha1("MD5", "swhite", "ccmsipline", "cisco"))


# -- verifying -----------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("qop", ["", "auth", "auth-int"])
def test_every_algorithm_verifies_with_and_without_qop(algorithm: str, qop: str) -> None:
    extra = {"qop": qop, "nc": "00000001", "cnonce": "c"} if qop else {}
    given = credentials(algorithm=algorithm, **extra)
    assert verify(given, "REGISTER", secret_of(given), b"body")
    assert verify(given, "REGISTER", secret_of(given), b"other") == (qop != "auth-int")
    assert not verify(given, "INVITE", secret_of(given), b"body")
    wrong = ha1(algorithm, "swhite", "ccmsipline", "wrong")
    assert not verify(given, "REGISTER", wrong, b"body")


@pytest.mark.parametrize(
    "changed", [{"nonce": "n2"}, {"uri": "sip:other"}, {"nc": "00000002"}, {"cnonce": "d"}]
)
def test_what_is_hashed_cannot_be_changed(changed: dict[str, str]) -> None:
    given = credentials(qop="auth", nc="00000001", cnonce="c")
    assert not verify(replace(given, **changed), "REGISTER", secret_of(given))


@pytest.mark.parametrize("changed", [{"algorithm": "MD5-SESS"}, {"algorithm": "X"}, {"qop": "x"}])
def test_what_we_do_not_know_does_not_verify(changed: dict[str, str]) -> None:
    given = replace(credentials(), **changed)
    assert expected_response(given, "REGISTER", "a") == ""
    assert not verify(given, "REGISTER", "a")
    assert not verify(replace(given, response=""), "REGISTER", "a")


def test_a_user_without_a_password_never_verifies() -> None:
    empty = credentials()
    assert not verify(replace(empty, response=expected_response(empty, "X", "")), "X", "")


def test_digits_of_the_response_may_be_upper_case() -> None:
    given = credentials()
    assert verify(replace(given, response=given.response.upper()), "REGISTER", secret_of(given))


def test_odd_octets_in_a_response_are_just_wrong() -> None:
    assert not verify(replace(credentials(), response="\udce4" * 32), "REGISTER", "a")


# -- the header values ---------------------------------------------------------------------------


def test_a_challenge_is_one_header_value() -> None:
    assert str(Challenge("ccmsipline", "n1")) == (
        'Digest realm="ccmsipline", nonce="n1", algorithm=MD5, qop="auth"'
    )
    assert str(Challenge('a"b', "n1", "SHA-256", stale=True, qop="")) == (
        'Digest realm="a\\"b", nonce="n1", stale=true, algorithm=SHA-256'
    )


def test_credentials_of_real_phones_are_read() -> None:
    text = (
        'digest  username = "s\\"w", realm="ccmsipline" , nonce=n1,uri="sip:h", '
        'response="AB", algorithm="sha-256", qop="Auth", nc=00000001, cnonce="", opaque="o",'
    )
    assert DigestCredentials.parse(text) == DigestCredentials(
        'S"w'.lower(), "ccmsipline", "n1", "sip:h", "AB", "SHA-256", "auth", "00000001", "", "o"
    )


@pytest.mark.parametrize("missing", ["username", "realm", "nonce", "uri", "response"])
def test_every_required_part_is_missed(missing: str) -> None:
    parts = [f'{name}="x"' for name in ("username", "realm", "nonce", "uri", "response")]
    text = "Digest " + ",".join(part for part in parts if not part.startswith(missing))
    with pytest.raises(ParseError, match=f"{missing} is missing") as caught:
        DigestCredentials.parse(text, "Proxy-Authorization")
    assert (caught.value.status, caught.value.header) == (400, "Proxy-Authorization")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Digest",
        "Basic dTpw",
        'Digest username="a" realm="b"',
        'Digest username="a',
        "Digest username",
        'Digest username="a", username="b"',
        'Digest username="a"b, realm="c"',
        "Digest =x",
    ],
)
def test_what_cannot_be_read_is_an_error(text: str) -> None:
    with pytest.raises(ParseError):
        DigestCredentials.parse(text)


def test_the_response_stays_out_of_repr() -> None:
    assert RFC7616.response not in repr(RFC7616)


def test_credentials_print_as_a_client_writes_them() -> None:
    assert DigestCredentials.parse(str(RFC7616)) == RFC7616
    plain = credentials()
    assert DigestCredentials.parse(str(plain)) == plain


def test_credentials_of_our_realm_are_found_among_others() -> None:
    other, ours = credentials(realm="other"), credentials()
    headers = Headers(
        [
            ("Authorization", "NoOneKnowsThisScheme opaque-data=here"),
            ("Authorization", str(other)),
            ("Authorization", str(ours)),
            ("Proxy-Authorization", str(other)),
        ]
    )
    assert find_credentials(headers, "Authorization", "ccmsipline") == ours
    assert find_credentials(headers, "Proxy-Authorization", "ccmsipline") is None
    assert find_credentials(Headers(), "Authorization", "ccmsipline") is None


def test_unreadable_digest_credentials_are_an_error_not_an_absence() -> None:
    with pytest.raises(ParseError):
        find_credentials(Headers([("Authorization", "Digest x")]), "Authorization", "r")


@given(st.text())
@settings(database=None)
def test_any_text_is_credentials_or_a_parse_error(text: str) -> None:
    try:
        found = DigestCredentials.parse("Digest " + text)
    except ParseError:
        return
    assert verify(found, "REGISTER", "0" * 32) in (True, False)


# -- nonces --------------------------------------------------------------------------------------


def test_a_nonce_is_good_for_its_source_and_time() -> None:
    nonces = Nonces(b"k" * 32)
    nonce = nonces.make("192.0.2.1", 1000.0)
    assert len(nonce) == 32
    assert nonces.check(nonce, "192.0.2.1", 1000.0, 600) == "valid"
    assert nonces.check(nonce, "192.0.2.1", 1599.9, 600) == "valid"
    assert nonces.check(nonce, "192.0.2.1", 1601.0, 600) == "stale"
    assert nonces.check(nonce, "192.0.2.2", 1000.0, 600) == "foreign"


def test_a_nonce_from_the_future_is_stale() -> None:
    nonces = Nonces(b"k" * 32)
    assert nonces.check(nonces.make("a", 1000.0), "a", 10.0, 600) == "stale"


def test_another_key_makes_nonces_foreign() -> None:
    nonce = Nonces(b"k" * 32).make("a", 1.0)
    assert Nonces(b"l" * 32).check(nonce, "a", 1.0, 600) == "foreign"
    assert Nonces(b"k" * 32).check(nonce, "a", 1.0, 600) == "valid"


@pytest.mark.parametrize(
    "nonce", ["", "x", "AAAA", "A" * 32, "\u00e4" * 32, "A" * 33, "====", "\udce4"]
)
def test_invented_nonces_are_foreign(nonce: str) -> None:
    assert Nonces(b"k" * 32).check(nonce, "a", 1.0, 600) == "foreign"


@given(st.text(), st.floats(0, 1e9))
@settings(database=None)
def test_nonces_of_any_source_are_valid_at_once(source: str, now: float) -> None:
    nonces = Nonces(b"k" * 32)
    assert nonces.check(nonces.make(source, now), source, now, 600) == "valid"


def test_nonces_of_one_moment_differ_and_are_numbered_in_the_order_of_time() -> None:
    nonces = Nonces(b"key")
    made = [nonces.make("192.0.2.7 MD5", 12.5) for _ in range(100)]
    assert {len(nonce) for nonce in made} == {32}
    made.append(nonces.make("192.0.2.7 MD5", 12.501))
    stamps = [nonces.stamp(nonce) for nonce in made]
    assert stamps == sorted(set(stamps))
    assert {nonces.check(nonce, "192.0.2.7 MD5", 13, 600) for nonce in made} == {"valid"}


# -- reading fast and reading with care ----------------------------------------------------------

PARAMS = st.lists(
    st.tuples(
        st.sampled_from(["username", "realm", "nc", "qop", "x-y", "URI", ""]),
        st.sampled_from(["=", " = ", "= ", ""]),
        st.sampled_from(['"a"', '"a,b"', '"a=b"', "abc", '""', "", '"a', 'a"b', '"\\\\"', "a b"]),
    ),
    max_size=5,
)


@given(PARAMS, st.sampled_from([",", ", ", ",, ", "\t,"]))
def test_what_is_read_fast_is_what_care_would_read(
    params: list[tuple[str, str, str]], separator: str
) -> None:
    text = separator.join("".join(param) for param in params)
    fast = _parse_plain(text)
    if fast is not None:
        assert fast == parse_with_care(text, 0, "Authorization")
