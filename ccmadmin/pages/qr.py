"""QR codes as SVG inside the page: no image has to be fetched, and none can be cached."""

import segno
from django.utils.safestring import SafeString, mark_safe


def svg(text: str, module_size: int = 4) -> SafeString:
    """Return the code of `text`, dark on light in every colour scheme, as scanners need it."""
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(scale=module_size, border=4, dark="#000", light="#fff")
    return mark_safe(drawn)  # noqa: S308 - drawn by segno from modules, without the text
