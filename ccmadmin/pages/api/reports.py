"""Pages that are no records but have something to tell: the License Unit Report and others."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from ccmadmin.models import DirectoryNumber, RegionRelationship
from ccmadmin.pages.api import paging
from ccmadmin.pages.api.base import ApiView
from ccmadmin.pages.api.errors import Problem, Refused
from ccmadmin.pages.page import Page
from ccmadmin.services import about, licensing, route_plan


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


class PlannedSerializer(serializers.Serializer[licensing.Planned]):
    model = serializers.CharField(help_text="The phone type.")
    units_each = serializers.IntegerField(help_text="License units that one phone consumes.")
    phones_now = serializers.IntegerField(help_text="Active phones of the type that exist.")
    phones = serializers.IntegerField(help_text="Phones that were asked about.")
    units = serializers.IntegerField(help_text="License units that those would consume.")


class CalculationSerializer(serializers.Serializer[licensing.Calculation]):
    """What phones would consume. Nothing is stored."""

    authorized = serializers.IntegerField(help_text="License units of all grants together.")
    units = serializers.IntegerField(help_text="License units that the phones would consume.")
    missing = serializers.IntegerField(help_text="License units that would have to be granted.")
    rows = PlannedSerializer(many=True, help_text="The phone types, each with its share.")


class PlanLineSerializer(serializers.Serializer[route_plan.PlanLine]):
    phone = serializers.CharField(help_text="The device name.")
    index = serializers.IntegerField(help_text="The line of that phone.")


class RoutePlanEntrySerializer(serializers.Serializer[route_plan.Entry]):
    key = serializers.CharField(help_text="The key among the directory numbers.")
    pattern = serializers.CharField(help_text="The pattern or directory number.")
    partition = serializers.CharField(help_text="The route partition; empty: <None>.")
    type = serializers.CharField(help_text="Directory Number, or Unassigned DN.")
    lines = PlanLineSerializer(many=True, help_text="The lines that calls to it ring.")


class RelationshipSerializer(serializers.Serializer[Any]):
    region = serializers.CharField(help_text="The region that keeps the relationship.")
    other_region = serializers.CharField(help_text="The region at the other end.")
    audio_codec = serializers.CharField(help_text="The best codec that calls may use.")
    video_call_bandwidth = serializers.IntegerField(
        allow_null=True, help_text="In kbps; null: the system's default."
    )


class PackageSerializer(serializers.Serializer[about.Package]):
    name = serializers.CharField(help_text="The package.")
    version = serializers.CharField(help_text="As installed.")
    licence = serializers.CharField(help_text="As the package declares it.")


class AboutSerializer(serializers.Serializer[about.About]):
    """What the product is, and what it is built on."""

    version = serializers.CharField(help_text="Of the product.")
    revision = serializers.IntegerField(help_text="The newest change of the configuration.")
    licence = serializers.CharField(help_text="Of the product.")
    database = serializers.CharField(help_text="Where the configuration is stored.")
    packages = PackageSerializer(many=True, help_text="Other people's work in the product.")


class ReportView(ApiView):
    """A view without records; permission is that of its page."""

    page: Page = Page(key="", title="")
    serializer_class: type[serializers.BaseSerializer[Any]]


class LicenseUnitReportView(ReportView):
    serializer_class = LicenseUnitReportSerializer

    def get(self, request: Request) -> Response:
        return Response(self.serializer_class(licensing.report()).data)


class LicenseUnitCalculatorView(ReportView):
    """The parameters are phone types, each with a number of phones."""

    serializer_class = CalculationSerializer

    def get(self, request: Request) -> Response:
        asked = request.query_params.dict()
        found = licensing.calculate(asked)
        problems = [Problem(model, "invalid", text) for model, text in found.errors.items()]
        problems += [
            Problem(name, "unknown-parameter", f"There is no phone type “{name}”.")
            for name in sorted(set(asked) - {row.model for row in found.rows})
        ]
        if problems:
            raise Refused(*problems)
        return Response(self.serializer_class(found).data)


class RoutePlanReportView(ReportView):
    """`?type=unassigned` finds the numbers that no phone carries."""

    serializer_class = paging.listing(RoutePlanEntrySerializer)

    def get(self, request: Request) -> Response:
        kind = request.query_params.get("type", "")
        if kind not in ("", "unassigned"):
            text = f"“{kind}” is no type. It can be “unassigned”, or be left out."
            raise Refused(Problem("type", "invalid", text))
        numbers = DirectoryNumber.objects.select_related("route_partition")
        found, frame = paging.part_of(request, numbers.unassigned() if kind else numbers)
        results = {**frame, "results": route_plan.entries(found)}
        return Response(self.serializer_class(results).data)


class RegionMatrixView(ReportView):
    """The relationships that are kept; every other pair has the system's default."""

    serializer_class = paging.listing(RelationshipSerializer)

    def get(self, request: Request) -> Response:
        kept = RegionRelationship.objects.select_related("region", "other_region")
        ordered = kept.order_by("region__name", "other_region__name")
        found, frame = paging.part_of(request, ordered)
        return Response(self.serializer_class({**frame, "results": found}).data)


class AboutView(ReportView):
    serializer_class = AboutSerializer

    def get(self, request: Request) -> Response:
        return Response(self.serializer_class(about.about()).data)


REPORTS: Mapping[str, type[ReportView]] = {
    "callrouting/route_plan_report": RoutePlanReportView,
    "help/about": AboutView,
    "system/license_unit_calculator": LicenseUnitCalculatorView,
    "system/license_unit_report": LicenseUnitReportView,
    "system/region_matrix": RegionMatrixView,
}
