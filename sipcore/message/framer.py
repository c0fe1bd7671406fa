"""Messages out of a stream: RFC 3261 section 18.3, keep-alives of RFC 5626 section 3.5.1."""

import re
from dataclasses import dataclass

from sipcore.errors import ParseError
from sipcore.message.grammar import printable
from sipcore.message.parser import DEFAULT_LIMITS, Limits, content_length

_LENGTH = re.compile(
    rb"\r\n(?:content-length|l)[ \t]*+:((?:[^\r\n]++|\r\n[ \t])*+)", re.IGNORECASE
)
_PING = b"\r\n\r\n"
_LINE_ENDS = b"\r\n"


@dataclass(frozen=True, slots=True)
class KeepAlive:
    """The peer sent a double CRLF; it expects a single one (RFC 5626 section 3.5.1)."""


class FramingError(ParseError):
    """The stream cannot be read on: answer what can be answered, then close the connection.

    `complete` are the messages that came before the fault, `data` what begins with it (good for
    `parse_leniently`).
    """

    def __init__(
        self, error: ParseError, complete: "list[bytes | KeepAlive]", data: bytes
    ) -> None:
        super().__init__(str(error), status=error.status, header=error.header)
        self.complete = complete
        self.data = data


class StreamFramer:
    """Cuts one connection's octets into messages; after a FramingError it returns nothing more."""

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._buffer = bytearray()
        self._searched = 0  # octets known to hold no end of the header section
        self._needed = 0  # octets of the first message, 0 while its length is not known
        self._is_broken = False

    @property
    def waiting(self) -> int:
        """Octets that are not a whole message yet."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes | KeepAlive]:
        """Return what is complete with `data`; FramingError when the stream cannot be read on."""
        complete: list[bytes | KeepAlive] = []
        if self._is_broken:
            return complete
        self._buffer += data
        try:
            while (found := self._next()) is not None:
                complete.append(found)
        except ParseError as error:
            self._is_broken = True
            raise FramingError(error, complete, bytes(self._buffer)) from None
        return complete

    def _next(self) -> bytes | KeepAlive | None:
        if not self._needed:
            ping = self._skip_line_ends()
            if ping is not None:
                return ping
            self._needed = self._measure()
        if not self._needed or len(self._buffer) < self._needed:
            return None
        message = bytes(self._buffer[: self._needed])
        del self._buffer[: self._needed]
        self._needed = self._searched = 0
        return message

    def _skip_line_ends(self) -> KeepAlive | None:
        """Drop CRLFs in front of a start line (7.5); a double one is a keep-alive."""
        start = self._buffer[:1]
        while start and start in _LINE_ENDS:
            if self._buffer.startswith(_PING):
                del self._buffer[: len(_PING)]
                return KeepAlive()
            if _PING.startswith(bytes(self._buffer[: len(_PING)])):
                break  # the rest of a double one may still come
            # Octet by octet, so that it makes no difference in what pieces they come.
            del self._buffer[:1]
            start = self._buffer[:1]
        return None

    def _measure(self) -> int:
        """Return the length of the first message, 0 while its header section is not complete."""
        end = self._buffer.find(b"\r\n\r\n", self._searched)
        if end < 0:
            self._searched = max(0, len(self._buffer) - 3)
            self._check_size(len(self._buffer))
            return 0
        head = bytes(self._buffer[:end])
        values = [_unfold(match.group(1)) for match in _LENGTH.finditer(head)]
        length = content_length(values)
        # "If a stream-based protocol (such as TCP) is used as transport, then the header field
        # MUST be used" (20.14)
        if length is None:
            raise ParseError("Content-Length is missing on a stream", header="Content-Length")
        self._check_size(end + 4 + length)
        return end + 4 + length

    def _check_size(self, octets: int) -> None:
        if octets > self._limits.message_octets:
            raise ParseError(
                f"message of more than {self._limits.message_octets} octets", status=513
            )


def _unfold(value: bytes) -> str:
    text = str(value, "latin-1")
    return printable(" ".join(text.split()))
