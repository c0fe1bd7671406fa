"""What drf-spectacular cannot see by itself: how one signs in, and our own kinds of field."""

from typing import Any

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerFieldExtension,
)

from ccmadmin.pages.api.authentication import SignedInUser, TokenAuthentication
from ccmadmin.pages.api.fields import KeyOrRecord


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An API token, made under User Management > API Tokens.",
        }


class SignedInScheme(SessionScheme):
    target_class = SignedInUser  # type: ignore[assignment]  # its base class has a dotted name
    name = "session"


class KeyOrRecordField(OpenApiSerializerFieldExtension):
    target_class = KeyOrRecord

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        key = {"type": "string"}
        if direction == "response":
            return key
        record = auto_schema.resolve_serializer(self.target.record, direction)
        return {"oneOf": [key, record.ref]}
