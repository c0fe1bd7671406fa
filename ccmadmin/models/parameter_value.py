"""Service and Enterprise Parameters: the values in force of what `parameters` registers."""

from collections.abc import Mapping
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from ccmadmin.models.base import Record
from ccmadmin.models.parameters import ENTERPRISE_PARAMETERS, SERVICE_PARAMETERS, Parameter


class ParameterRecord(Record):
    """A parameter and its value; which parameters there are, the code knows."""

    STANDARD_IS_EDITABLE = True
    REGISTRY: ClassVar[Mapping[str, Parameter]]

    is_standard = True

    class Meta:
        abstract = True
        ordering = ("name",)

    name = models.CharField(
        _("Parameter Name"),
        max_length=100,
        unique=True,
        editable=False,
        help_text=_("The parameter."),
    )
    value = models.CharField(
        _("Parameter Value"),
        max_length=255,
        blank=True,
        default="",
        help_text=_("The value in force; the suggested value is the default."),
    )

    @property
    def parameter(self) -> Parameter:
        return self.REGISTRY[self.name]

    @classmethod
    def read(cls, name: str) -> str | int | bool:
        """Return the value in force, in its type; the default when it was never set."""
        value = cls.lookup(name).values_list("value", flat=True).first()
        parameter = cls.REGISTRY[name]
        return parameter.read(parameter.default if value is None else value)

    def clean(self) -> None:
        if self.name not in self.REGISTRY:
            text = _("There is no parameter “%(name)s”.")
            raise ValidationError({"name": ValidationError(text, params={"name": self.name})})
        try:
            self.parameter.check(self.value or "")
        except ValidationError as error:
            raise ValidationError({"value": error}) from error


class ServiceParameter(ParameterRecord):
    REGISTRY = SERVICE_PARAMETERS

    class Meta(ParameterRecord.Meta):
        verbose_name = _("Service Parameter")
        verbose_name_plural = _("Service Parameters")


class EnterpriseParameter(ParameterRecord):
    REGISTRY = ENTERPRISE_PARAMETERS

    class Meta(ParameterRecord.Meta):
        verbose_name = _("Enterprise Parameter")
        verbose_name_plural = _("Enterprise Parameters")
