"""Device > Device Settings > SIP Profile."""

from django.utils.translation import gettext_lazy as _

from ccmadmin.models import SipProfile
from ccmadmin.pages.page import Page, Section
from ccmadmin.pages.routes import routes

PAGE = Page(
    key="device/sip_profile",
    api="sip-profiles",
    title=_("SIP Profiles"),
    model=SipProfile,
    find_by=("name", "description"),
    columns=("name", "description"),
    sections=(
        Section(
            _("SIP Profile Information"),
            (
                "name",
                "description",
                "default_mtp_telephony_event_payload_type",
                "redirect_by_application",
                "disable_early_media_on_180",
                "outgoing_t38_invite_include_audio_mline",
            ),
            note=_("Used for every SIP phone, third-party ones included."),
        ),
        Section(
            _("Parameters used in Phone"),
            (
                "timer_invite_expires",
                "timer_register_delta",
                "timer_register_expires",
                "timer_t1",
                "timer_t2",
                "retry_invite",
                "retry_non_invite",
                "start_media_port",
                "stop_media_port",
                "call_pickup_uri",
                "call_pickup_group_other_uri",
                "call_pickup_group_uri",
                "meet_me_service_uri",
                "user_info",
                "dtmf_db_level",
                "call_hold_ring_back",
                "anonymous_call_block",
                "caller_id_blocking",
                "do_not_disturb_control",
                "telnet_level",
                "timer_keep_alive_expires",
                "timer_subscribe_expires",
                "timer_subscribe_delta",
                "maximum_redirections",
                "off_hook_to_first_digit_timer",
                "call_forward_uri",
                "abbreviated_dial_uri",
                "conference_join_enabled",
                "rfc_2543_hold",
                "semi_attended_transfer",
                "enable_vad",
                "stutter_message_waiting",
            ),
            note=_(
                "Used by Cisco phones only, which download these values. Nothing here is read "
                "for third-party phones: set the same things on the phone itself."
            ),
        ),
    ),
)
URLS = routes(PAGE)
