from bench import site
from bench.load.phones import Phone, phone_of
from sipcore.digest import find_credentials, ha1, verify
from sipcore.message import Request, parse_message
from tests.bench.load.registrar import NONCE, Registrar


def sent_by(phone: Phone, sent: list[bytes]) -> Request:
    phone.register(0)
    request = parse_message(sent[-1])
    assert isinstance(request, Request)
    request.check()
    return request


def test_the_first_register_is_whole_and_without_credentials() -> None:
    sent: list[bytes] = []
    request = sent_by(Phone(7, 5060, 20000, sent.append), sent)
    assert request.to.sip_uri.user == site.number(7)
    assert request.contact.uri == f"sip:{site.number(7)}@127.0.0.1:20000"
    assert "Authorization" not in request.headers


def test_a_challenge_is_answered_and_its_nonce_kept_with_a_growing_count() -> None:
    sent: list[bytes] = []
    phone = Phone(7, 5060, 20000, sent.append)
    phone.register(0)
    with_port = Registrar()
    phone.take_challenge(with_port.answer(sent[-1]))
    with_port.line.close()
    secret = ha1("MD5", site.number(7), site.REALM, site.password(7))
    for count in ("00000001", "00000002"):
        request = sent_by(phone, sent)
        credentials = find_credentials(request.headers, "Authorization", site.REALM)
        assert credentials is not None
        assert (credentials.nonce, credentials.nc) == (NONCE, count)
        assert verify(credentials, "REGISTER", secret)


def test_another_password_makes_another_answer() -> None:
    sent: list[bytes] = []
    phone = Phone(7, 5060, 20000, sent.append)
    phone.nonce = b"n"
    phone.set_password("changed")
    credentials = find_credentials(sent_by(phone, sent).headers, "Authorization", site.REALM)
    assert credentials is not None
    assert verify(credentials, "REGISTER", ha1("MD5", site.number(7), site.REALM, "changed"))


def test_an_answer_tells_whose_it_is_and_to_which_request() -> None:
    start = b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:9;"
    assert phone_of(start + b"branch=z9hG4bK-12-34;rport=9\r\nTo: x") == (12, 34)
    assert phone_of(start + b"rport=9;branch=z9hG4bK-12-34\r\nTo: x") == (12, 34)
