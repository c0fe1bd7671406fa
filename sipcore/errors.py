"""Two kinds of error: the peer is wrong (`ParseError`), or we are (`StateError`)."""


class ParseError(ValueError):
    """The peer sent something that is not what RFC 3261 allows.

    `status` is the response that the sender deserves, `header` the header the fault is in (empty
    for the start line or the whole message), `offset` the octet where it was noticed, or -1.
    The text is safe to put into a Warning header and a log: it names header and value.
    """

    def __init__(
        self, text: str, *, status: int = 400, header: str = "", offset: int = -1
    ) -> None:
        super().__init__(text)
        self.status = status
        self.header = header
        self.offset = offset


class StateError(RuntimeError):
    """Our own code did something that the state it is in does not allow."""
