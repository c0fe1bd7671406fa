"""System > Location: how much bandwidth the calls of a place may use."""

from django.utils.translation import gettext_lazy as _

from ccmadmin.models import Location
from ccmadmin.pages.page import Page, Section
from ccmadmin.pages.routes import routes

PAGE = Page(
    key="system/location",
    api="locations",
    title=_("Locations"),
    model=Location,
    find_by=("name",),
    columns=("name", "audio_bandwidth", "video_bandwidth"),
    sections=(
        Section(_("Location Information"), ("name",)),
        Section(_("Audio Calls Information"), ("audio_bandwidth",)),
        Section(_("Video Calls Information"), ("video_bandwidth",)),
    ),
)
URLS = routes(PAGE)
