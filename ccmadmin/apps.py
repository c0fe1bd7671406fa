"""The one Django application."""

from django.apps import AppConfig


class CcmadminConfig(AppConfig):
    name = "ccmadmin"
    verbose_name = "CallManager Administration"
