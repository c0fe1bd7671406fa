from bench import site
from bench.servers import kamailio
from sipcore import digest


def test_subscribers_have_the_passwords_of_the_site() -> None:
    expected = digest.ha1("MD5", site.number(4), site.REALM, site.password(4))
    assert kamailio.ha1(4) == expected


def test_the_configuration_is_whole() -> None:
    text = kamailio.CONFIGURATION.format(workers=2, port=5099, url="postgres://u@h/d", realm="r")
    assert "listen=udp:127.0.0.1:5099" in text
    assert text.count("{") == text.count("}")
