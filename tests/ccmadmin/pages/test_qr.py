"""QR codes: drawn into the page, without a style that the policy would forbid."""

from ccmadmin.pages.qr import svg


def test_a_code_is_svg_without_style_or_text() -> None:
    drawn = svg("otpauth://totp/x?secret=ABC&issuer=<script>")
    assert drawn.startswith("<svg")
    assert "style=" not in drawn
    assert "ABC" not in drawn


def test_another_text_makes_another_code() -> None:
    assert svg("one") != svg("two")
