"""A phone that answers every call at once: 100, 180, 200; it remembers nothing of it."""

from bench.children import HOST

SDP = (
    b"v=0\r\n"
    b"o=bench 1 1 IN IP4 127.0.0.1\r\n"
    b"s=-\r\n"
    b"c=IN IP4 127.0.0.1\r\n"
    b"t=0 0\r\n"
    b"m=audio 49170 RTP/AVP 0 8 101\r\n"
    b"a=rtpmap:0 PCMU/8000\r\n"
    b"a=rtpmap:8 PCMA/8000\r\n"
    b"a=rtpmap:101 telephone-event/8000\r\n"
    b"a=sendrecv\r\n"
)
WITH_SDP = b"Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%b" % (len(SDP), SDP)
EMPTY = b"Content-Length: 0\r\n\r\n"
COPIED = (b"Via:", b"From:", b"Call-ID:", b"CSeq:", b"Record-Route:")


def answers(request: bytes, port: int) -> list[bytes]:
    """Return what the phone at `port` sends when this request comes."""
    if request.startswith(b"INVITE "):
        copied, to = _copied(request)
        tagged = b"%bTo: %b;tag=callee\r\n" % (copied, to)
        contact = b"Contact: <sip:callee@%b:%d>\r\n" % (HOST.encode(), port)
        return [
            b"SIP/2.0 100 Trying\r\n%bTo: %b\r\n%b" % (copied, to, EMPTY),
            b"SIP/2.0 180 Ringing\r\n%b%b%b" % (tagged, contact, EMPTY),
            b"SIP/2.0 200 OK\r\n%b%b%b" % (tagged, contact, WITH_SDP),
        ]
    if request.startswith(b"BYE "):
        copied, to = _copied(request)
        return [b"SIP/2.0 200 OK\r\n%bTo: %b\r\n%b" % (copied, to, EMPTY)]
    return []


def _copied(request: bytes) -> tuple[bytes, bytes]:
    """Return the header lines that a response repeats, and the value of To."""
    copied, to = [], b""
    for line in request.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]:
        if line.startswith(COPIED):
            copied.append(line + b"\r\n")
        elif line.startswith(b"To:"):
            to = line[3:].strip()
    return b"".join(copied), to


def value(message: bytes, name: bytes) -> bytes:
    """Return the value of a header that stands on one line."""
    start = message.index(b"\r\n%b:" % name) + len(name) + 3
    return message[start : message.index(b"\r\n", start)].strip()
