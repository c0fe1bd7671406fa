"""Pages that are no records but have something to tell: the License Unit Report."""

from collections.abc import Mapping

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ccmadmin.pages.api.base import ApiView
from ccmadmin.pages.page import Page
from ccmadmin.services import licensing


class ModelUnitsSerializer(serializers.Serializer[licensing.ModelUnits]):
    model = serializers.CharField(help_text="The phone type.")
    units_each = serializers.IntegerField(help_text="License units that one phone consumes.")
    phones = serializers.IntegerField(help_text="Active phones of the type.")
    units = serializers.IntegerField(help_text="License units that they consume together.")


class LicenseUnitReportSerializer(serializers.Serializer[licensing.LicenseReport]):
    """Device license units: what is granted, what phones use, what is left."""

    authorized = serializers.IntegerField(help_text="License units of all grants together.")
    used = serializers.IntegerField(help_text="License units that active phones consume.")
    remaining = serializers.IntegerField(help_text="License units that are left.")
    rows = ModelUnitsSerializer(many=True, help_text="The phone types, each with its share.")


class ReportView(ApiView):
    """A view without records; permission is that of its page."""

    page: Page = Page(key="", title="")
    serializer_class: type[serializers.BaseSerializer[licensing.LicenseReport]]


class LicenseUnitReportView(ReportView):
    serializer_class = LicenseUnitReportSerializer

    def get(self, request: Request) -> Response:
        return Response(self.serializer_class(licensing.report()).data)


REPORTS: Mapping[str, type[ReportView]] = {"system/license_unit_report": LicenseUnitReportView}
