"""Messages that several tests read."""

REGISTER = (
    b"REGISTER sip:172.18.199.61 SIP/2.0\r\n"
    b"Via: SIP/2.0/UDP 172.18.199.144:5060;branch=z9hG4bK5d9fe0c18f2c1a30;rport\r\n"
    b'From: "1001" <sip:1001@172.18.199.61>;tag=8c1e8b2a6d9e\r\n'
    b"To: <sip:1001@172.18.199.61>\r\n"
    b"Call-ID: 5d1f2a9c6f8e4b7a@172.18.199.144\r\n"
    b"CSeq: 2 REGISTER\r\n"
    b"Max-Forwards: 70\r\n"
    b"Contact: <sip:1001@172.18.199.144:5060;transport=udp>;expires=3600\r\n"
    b"User-Agent: baresip v1.0.0 (x86_64/linux)\r\n"
    b'Authorization: Digest username="1001", realm="ccmsipline", '
    b'nonce="ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", uri="sip:172.18.199.61", '
    b'response="0123456789abcdef0123456789abcdef", algorithm=MD5\r\n'
    b"Content-Length: 0\r\n\r\n"
)


def request(*lines: str, method: str = "OPTIONS", body: bytes = b"") -> bytes:
    """Return a request whose mandatory fields are right; `lines` come behind them."""
    head = [
        f"{method} sip:1001@h2 SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
        "From: <sip:1002@h2>;tag=a",
        "To: <sip:1001@h2>",
        "Call-ID: c1",
        f"CSeq: 1 {method}",
        *lines,
    ]
    return "\r\n".join(head).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body
