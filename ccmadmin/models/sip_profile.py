"""SIP Profile: what CallManager obeys for any phone, and what only Cisco phones download."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from ccmadmin.models.base import Record
from ccmadmin.models.fields import DescriptionField, NameField

LARGEST = 2147483647


def _number(
    label: StrOrPromise, default: int, low: int, high: int, help_text: StrOrPromise
) -> "models.PositiveIntegerField[int, int]":
    return models.PositiveIntegerField(
        label,
        default=default,
        validators=(MinValueValidator(low), MaxValueValidator(high)),
        help_text=help_text,
    )


def _uri(
    label: StrOrPromise, default: str, help_text: StrOrPromise
) -> "models.CharField[str, str]":
    return models.CharField(label, max_length=128, default=default, help_text=help_text)


class SipProfile(Record):
    """Third-party phones use the fields of "SIP Profile Information" only: the first five."""

    class UserInfo(models.TextChoices):
        NONE = "None", _("None")
        PHONE = "Phone", _("Phone")
        IP = "IP", "IP"

    class DtmfLevel(models.TextChoices):
        MINUS_6 = "6 dB below nominal", _("6 dB below nominal")
        MINUS_3 = "3 dB below nominal", _("3 dB below nominal")
        NOMINAL = "Nominal", _("Nominal")
        PLUS_3 = "3 dB above nominal", _("3 dB above nominal")
        PLUS_6 = "6 dB above nominal", _("6 dB above nominal")

    class OffOn(models.TextChoices):
        OFF = "Off", _("Off")
        ON = "On", _("On")

    class DndControl(models.TextChoices):
        USER = "User", _("User")
        ADMIN = "Admin", _("Admin")

    class TelnetLevel(models.TextChoices):
        DISABLED = "Disabled", _("Disabled")
        LIMITED = "Limited", _("Limited")
        ENABLED = "Enabled", _("Enabled")

    # -- SIP Profile Information
    name = NameField(
        _("Name"), unique=True, help_text=_("Up to 50 characters, unique among SIP profiles.")
    )
    description = DescriptionField(
        _("Description"), help_text=_("What the profile is for; up to 50 characters.")
    )
    default_mtp_telephony_event_payload_type = _number(
        _("Default MTP Telephony Event Payload Type"),
        101,
        96,
        127,
        _("RFC 2833 payload type that a media termination point offers, 96-127."),
    )
    redirect_by_application = models.BooleanField(
        _("Redirect by Application"),
        default=False,
        help_text=_("On: a 302 from the phone is dialed with its rerouting calling search space."),
    )
    disable_early_media_on_180 = models.BooleanField(
        _("Disable Early Media on 180"),
        default=False,
        help_text=_(
            "On: session data in a 180 is ignored, and the caller's phone makes the tone."
        ),
    )
    outgoing_t38_invite_include_audio_mline = models.BooleanField(
        _("Outgoing T.38 INVITE Include Audio mline"),
        default=False,
        help_text=_("On: an offer of fax keeps its audio stream."),
    )
    # -- Parameters used in Phone
    timer_invite_expires = _number(
        _("Timer Invite Expires (seconds)"), 180, 1, LARGEST, _("Expires header of the INVITE.")
    )
    timer_register_delta = _number(
        _("Timer Register Delta (seconds)"),
        5,
        0,
        32767,
        _("How long before its expiry the phone registers again."),
    )
    timer_register_expires = _number(
        _("Timer Register Expires (seconds)"), 3600, 1, LARGEST, _("Expires of the REGISTER.")
    )
    timer_t1 = _number(
        _("Timer T1 (msec)"), 500, 1, LARGEST, _("First wait before a request is repeated.")
    )
    timer_t2 = _number(
        _("Timer T2 (msec)"), 4000, 1, LARGEST, _("Longest wait before a request is repeated.")
    )
    retry_invite = _number(_("Retry INVITE"), 6, 1, LARGEST, _("How often an INVITE is repeated."))
    retry_non_invite = _number(
        _("Retry Non-INVITE"), 10, 1, LARGEST, _("How often any other request is repeated.")
    )
    start_media_port = _number(
        _("Start Media Port"), 16384, 16384, 32766, _("First RTP port, even, 16384-32766.")
    )
    stop_media_port = _number(
        _("Stop Media Port"), 32766, 16384, 32766, _("Last RTP port, 16384-32766.")
    )
    call_pickup_uri = _uri(
        _("Call Pickup URI"), "x-cisco-serviceuri-pickup", _("What the key PickUp calls.")
    )
    call_pickup_group_other_uri = _uri(
        _("Call Pickup Group Other URI"),
        "x-cisco-serviceuri-opickup",
        _("What the key OPickUp calls."),
    )
    call_pickup_group_uri = _uri(
        _("Call Pickup Group URI"), "x-cisco-serviceuri-gpickup", _("What the key GPickUp calls.")
    )
    meet_me_service_uri = _uri(
        _("Meet Me Service URI"), "x-cisco-serviceuri-meetme", _("What the key MeetMe calls.")
    )
    user_info = models.CharField(
        _("User Info"),
        max_length=5,
        choices=UserInfo,
        default=UserInfo.NONE,
        help_text=_("The user parameter that the phone adds to the URIs that it dials."),
    )
    dtmf_db_level = models.CharField(
        _("DTMF DB Level"),
        max_length=20,
        choices=DtmfLevel,
        default=DtmfLevel.NOMINAL,
        help_text=_("Loudness of the tones that the phone sends."),
    )
    call_hold_ring_back = models.CharField(
        _("Call Hold Ring Back"),
        max_length=3,
        choices=OffOn,
        default=OffOn.OFF,
        help_text=_("Whether the phone rings when a call is left on hold."),
    )
    anonymous_call_block = models.CharField(
        _("Anonymous Call Block"),
        max_length=3,
        choices=OffOn,
        default=OffOn.OFF,
        help_text=_("Whether the phone refuses callers who hide their number."),
    )
    caller_id_blocking = models.CharField(
        _("Caller ID Blocking"),
        max_length=3,
        choices=OffOn,
        default=OffOn.OFF,
        help_text=_("Whether the phone hides its own number."),
    )
    do_not_disturb_control = models.CharField(
        _("Do Not Disturb Control"),
        max_length=5,
        choices=DndControl,
        default=DndControl.USER,
        help_text=_("Who may switch Do Not Disturb."),
    )
    telnet_level = models.CharField(
        _("Telnet Level for 7940 and 7960"),
        max_length=8,
        choices=TelnetLevel,
        default=TelnetLevel.DISABLED,
        help_text=_("What may be done on the phone over Telnet."),
    )
    timer_keep_alive_expires = _number(
        _("Timer Keep Alive Expires (seconds)"),
        120,
        1,
        LARGEST,
        _("How often the phone asks the backup node whether it is there."),
    )
    timer_subscribe_expires = _number(
        _("Timer Subscribe Expires (seconds)"), 120, 1, LARGEST, _("Expires of the SUBSCRIBE.")
    )
    timer_subscribe_delta = _number(
        _("Timer Subscribe Delta (seconds)"),
        5,
        3,
        15,
        _("How long before its expiry the phone subscribes again, 3-15."),
    )
    maximum_redirections = _number(
        _("Maximum Redirections"), 70, 1, LARGEST, _("How many redirections the phone follows.")
    )
    off_hook_to_first_digit_timer = _number(
        _("Off Hook To First Digit Timer (milliseconds)"),
        15000,
        0,
        15000,
        _("How long the phone waits for the first digit, 0-15000."),
    )
    call_forward_uri = _uri(
        _("Call Forward URI"), "x-cisco-serviceuri-cfwdall", _("What the key CFwdAll calls.")
    )
    abbreviated_dial_uri = _uri(
        _("Abbreviated Dial URI"), "x-cisco-serviceuri-abbrdial", _("What the key AbbrDial calls.")
    )
    conference_join_enabled = models.BooleanField(
        _("Conference Join Enabled"),
        default=True,
        help_text=_("On: the others stay connected when the one who joined them leaves."),
    )
    rfc_2543_hold = models.BooleanField(
        _("RFC 2543 Hold"),
        default=False,
        help_text=_("On: hold is signalled with the address 0.0.0.0."),
    )
    semi_attended_transfer = models.BooleanField(
        _("Semi Attended Transfer"),
        default=True,
        help_text=_("On: a call can be transferred while the target still rings."),
    )
    enable_vad = models.BooleanField(
        _("Enable VAD"), default=False, help_text=_("On: the phone sends nothing in silence.")
    )
    stutter_message_waiting = models.BooleanField(
        _("Stutter Message Waiting"),
        default=False,
        help_text=_("On: an interrupted dial tone tells of waiting messages."),
    )
    is_standard = models.BooleanField(
        _("Standard"), default=False, editable=False, help_text=_("Came with the product.")
    )

    class Meta:
        verbose_name = _("SIP Profile")
        verbose_name_plural = _("SIP Profiles")
        ordering = ("name",)

    def clean(self) -> None:
        start, stop = self.number_in("start_media_port"), self.number_in("stop_media_port")
        if start is not None and start % 2:
            text = _("Start Media Port %(start)s is odd, but RTP uses even ports. Take %(next)s.")
            error = ValidationError(text, params={"start": start, "next": start + 1})
            raise ValidationError({"start_media_port": error})
        if start is not None and stop is not None and stop <= start:
            text = _("Stop Media Port %(stop)s must be greater than Start Media Port %(start)s.")
            error = ValidationError(text, params={"start": start, "stop": stop})
            raise ValidationError({"stop_media_port": error})
