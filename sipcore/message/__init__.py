"""SIP messages: parse, read, change, serialise. Use the names here; the modules are inside."""

from sipcore.message.address import STAR, NameAddr, Star, written
from sipcore.message.framer import FramingError, KeepAlive, StreamFramer
from sipcore.message.grammar import LWS, printable, quote, unquote
from sipcore.message.headers import Headers
from sipcore.message.message import CSeq, Message, Request, Response, make_response
from sipcore.message.params import Params
from sipcore.message.parser import Limits, parse_leniently, parse_message
from sipcore.message.reasons import REASONS
from sipcore.message.uri import OtherUri, SipUri, is_ip, join_host_port, parse_uri
from sipcore.message.via import BRANCH_COOKIE, Via, is_unique

__all__ = [
    "BRANCH_COOKIE",
    "LWS",
    "REASONS",
    "STAR",
    "CSeq",
    "FramingError",
    "Headers",
    "KeepAlive",
    "Limits",
    "Message",
    "NameAddr",
    "OtherUri",
    "Params",
    "Request",
    "Response",
    "SipUri",
    "Star",
    "StreamFramer",
    "Via",
    "is_ip",
    "is_unique",
    "join_host_port",
    "make_response",
    "parse_leniently",
    "parse_message",
    "parse_uri",
    "printable",
    "quote",
    "unquote",
    "written",
]
