"""Who sent a request, by digest: RFC 3261 section 22, RFC 7616, and CallManager's rules."""

from sipcore.authentication.authenticator import (
    Authenticator,
    Challenged,
    Passed,
    Refused,
    Verdict,
)
from sipcore.authentication.failures import Failures
from sipcore.authentication.reasons import shown

__all__ = ["Authenticator", "Challenged", "Failures", "Passed", "Refused", "Verdict", "shown"]
