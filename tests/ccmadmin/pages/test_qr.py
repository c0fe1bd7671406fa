"""QR codes: images in the page itself, of which nobody reads the text."""

from base64 import b64decode
from urllib.parse import unquote

from ccmadmin.pages.qr import image


def drawn(uri: str) -> str:
    kind, _comma, data = uri.partition(",")
    assert kind.startswith("data:image/svg+xml")
    return b64decode(data).decode() if kind.endswith("base64") else unquote(data)


def test_a_code_is_an_image_without_its_text() -> None:
    svg = drawn(image("otpauth://totp/x?secret=ABC&issuer=<script>"))
    assert svg.startswith("<svg")
    assert "ABC" not in svg


def test_another_text_makes_another_code() -> None:
    assert image("one") != image("two")


def test_a_text_that_is_too_long_has_no_code() -> None:
    assert image("x" * 5000) == ""
