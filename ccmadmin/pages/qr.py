"""QR codes as images inside the page: none has to be fetched, and none can be cached."""

import segno


def image(text: str, module_size: int = 4) -> str:
    """Return the code of `text` as a data URI, "" when the text is too long for one.

    It is dark on light in every colour scheme, as scanners need it.
    """
    try:
        code = segno.make_qr(text, error="l", encoding="utf-8")
    except segno.DataOverflowError:
        return ""
    return code.svg_data_uri(scale=module_size, dark="#000", light="#fff")
