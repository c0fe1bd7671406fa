"""The service and enterprise parameters that the product obeys, under CallManager's names.

A parameter without an effect is not here: a value that does nothing is worse than none.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REALM = "SIP Station Realm"
KEEPALIVE_INTERVAL = "SIP Station KeepAlive Interval"
KEEPALIVE_GRACE = "SIP Station KeepAlive Grace Period"
CALLMANAGER_ANSWERS = "Answer Unknown Users As CallManager Does"
ALERTING_TIMER = "T301 Timer"
SESSION_EXPIRES = "SIP Session Expires Timer"
MIN_SE = "SIP Min-SE Value"
MESSAGE_SIZE = "SIP Max Incoming Message Size"
MESSAGE_HEADERS = "SIP Max Incoming Message Headers"
HEADER_SIZE = "SIP Max Incoming Header Size"
URI_SIZE = "SIP Max Incoming URI Size"
CLUSTER_ID = "Cluster ID"
LENGTH_RULE = "Minimum Password Length"
LIFETIME_RULE = "Password Lifetime"
HISTORY_RULE = "Password History"
FACTOR_RULE = "Require Second Factor"
NOBODY, WRITERS, EVERYBODY = "Nobody", "Users Who May Change", "All Users"


@dataclass(frozen=True)
class Parameter:
    """`kind` is "text", "integer", "boolean" or "choice"; `minimum` and `maximum` limit a number.

    For text they limit the length. `unit` follows the value on the page. `choices` has the values
    of a choice, and how pages say them.
    """

    name: str
    default: str
    kind: str
    section: str | Promise
    help: str | Promise
    minimum: int = 0
    maximum: int = 255
    unit: str | Promise = ""
    choices: tuple[tuple[str, Promise], ...] = ()

    def check(self, value: str) -> None:
        """Raise a ValidationError that names the parameter, the value and what is allowed."""
        params = {"name": self.name, "value": value, "min": self.minimum, "max": self.maximum}
        if self.kind == "boolean":
            if value not in {"True", "False"}:
                text = _("%(name)s “%(value)s” is neither True nor False.")
                raise ValidationError(text, code="invalid", params=params)
        elif self.kind == "choice":
            known = [choice for choice, _label in self.choices]
            if value not in known:
                text = _("%(name)s “%(value)s” is none of: %(known)s.")
                params["known"] = ", ".join(known)
                raise ValidationError(text, code="invalid", params=params)
        elif self.kind == "integer":
            is_number = value.isascii() and value.isdigit() and len(value) < 10
            if not is_number or not self.minimum <= int(value) <= self.maximum:
                text = _("%(name)s “%(value)s” is not a number from %(min)s to %(max)s.")
                raise ValidationError(text, code="invalid", params=params)
        elif not self.minimum <= len(value) <= self.maximum or not value.isprintable():
            text = _("%(name)s “%(value)s” must have %(min)s to %(max)s printable characters.")
            raise ValidationError(text, code="invalid", params=params)
        elif '"' in value or "\\" in value:
            text = _("%(name)s “%(value)s” must not contain a quote or a backslash.")
            raise ValidationError(text, code="invalid", params=params)

    def read(self, value: str) -> str | int | bool:
        """Return the value in the type of the parameter's kind."""
        if self.kind == "boolean":
            return value == "True"
        return int(value) if self.kind == "integer" else value


STATION = _("Clusterwide Parameters (Device - SIP)")
PASSWORDS = _("Passwords of Application Users")

SERVICE_PARAMETERS = {
    parameter.name: parameter
    for parameter in (
        Parameter(
            REALM,
            "ccmsipline",
            "text",
            STATION,
            _("The realm of the challenge that phones answer with their Digest User's name."),
            minimum=1,
            maximum=127,
        ),
        Parameter(
            KEEPALIVE_INTERVAL,
            "120",
            "integer",
            STATION,
            _("How long a registration lasts, whatever the phone asks. Less is refused with 423."),
            minimum=30,
            maximum=3600,
            unit=_("seconds"),
        ),
        Parameter(
            KEEPALIVE_GRACE,
            "15",
            "integer",
            STATION,
            _("How much later than due a refresh may come before the phone is unregistered."),
            minimum=0,
            maximum=300,
            unit=_("seconds"),
        ),
        Parameter(
            CALLMANAGER_ANSWERS,
            "False",
            "boolean",
            STATION,
            _(
                "True: an unknown user gets 404 and can so be told from a wrong password. "
                "False: both get the same answer, and user IDs cannot be guessed."
            ),
        ),
        Parameter(
            MESSAGE_SIZE,
            "11000",
            "integer",
            STATION,
            _("The largest message that is read. A larger one is refused with 513 or 413."),
            minimum=2048,
            maximum=65535,
            unit=_("bytes"),
        ),
        Parameter(
            MESSAGE_HEADERS,
            "100",
            "integer",
            STATION,
            _("How many header fields a message may have. More are refused with 400."),
            minimum=20,
            maximum=1000,
        ),
        Parameter(
            HEADER_SIZE,
            "8192",
            "integer",
            STATION,
            _("The longest header field that is read. A longer one is refused with 400."),
            minimum=256,
            maximum=65535,
            unit=_("bytes"),
        ),
        Parameter(
            URI_SIZE,
            "2048",
            "integer",
            STATION,
            _("The longest address of a request. A longer one is refused with 414."),
            minimum=128,
            maximum=65535,
            unit=_("bytes"),
        ),
        Parameter(
            SESSION_EXPIRES,
            "1800",
            "integer",
            STATION,
            _(
                "How long a call lasts without a sign of life of its phones. Each phone is asked "
                "for one, or gives one by itself, when half of this time has passed."
            ),
            minimum=90,
            maximum=86400,
            unit=_("seconds"),
        ),
        # CallManager's default is 1800: phones that refresh more often, as many do, are then
        # refused at first. The smallest value that RFC 4028 allows refuses nobody.
        Parameter(
            MIN_SE,
            "90",
            "integer",
            STATION,
            _("The shortest session that a phone may ask for. Less is refused with 422."),
            minimum=90,
            maximum=86400,
            unit=_("seconds"),
        ),
        Parameter(
            ALERTING_TIMER,
            "180000",
            "integer",
            _("Clusterwide Parameters (Device - General)"),
            _("How long a phone may ring before the call is given up."),
            minimum=10000,
            maximum=600000,
            unit=_("milliseconds"),
        ),
    )
}

ENTERPRISE_PARAMETERS = {
    parameter.name: parameter
    for parameter in (
        Parameter(
            CLUSTER_ID,
            "StandAloneCluster",
            "text",
            _("Enterprise Parameters"),
            _("The name of this installation; it stands beside the product's name on each page."),
            minimum=1,
            maximum=50,
        ),
        Parameter(
            LENGTH_RULE,
            "10",
            "integer",
            PASSWORDS,
            _("The fewest characters of a new password. Passwords in use stay valid."),
            minimum=8,
            maximum=128,
            unit=_("characters"),
        ),
        Parameter(
            LIFETIME_RULE,
            "0",
            "integer",
            PASSWORDS,
            _(
                "Whoever signs in with an older password must choose a new one first. 0: "
                "passwords do not expire. API tokens expire on their own date."
            ),
            maximum=3650,
            unit=_("days"),
        ),
        Parameter(
            HISTORY_RULE,
            "5",
            "integer",
            PASSWORDS,
            _(
                "How many of a user's latest passwords, the one in force included, cannot be "
                "chosen again. 0: any can."
            ),
            maximum=25,
            unit=_("passwords"),
        ),
        Parameter(
            FACTOR_RULE,
            NOBODY,
            "choice",
            _("Signing In"),
            _(
                "Who must have a second factor. Whoever signs in without one can only set it up, "
                "from the next time on. API tokens are not affected. Without the pages, "
                "“manage.py setparameter” changes it back."
            ),
            choices=(
                (NOBODY, _("Nobody")),
                (WRITERS, _("Users Who May Change")),
                (EVERYBODY, _("All Users")),
            ),
        ),
    )
}
