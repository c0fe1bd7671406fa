"""What the schema says of signing in."""

from ccmadmin.pages.api.root import schema


def test_both_ways_to_sign_in_are_described() -> None:
    schemes = schema()["components"]["securitySchemes"]
    assert schemes["token"]["scheme"] == "bearer"
    assert schemes["session"] == {"type": "apiKey", "in": "cookie", "name": "sessionid"}
    operation = schema()["paths"]["/api/v1/phones/"]["get"]
    assert operation["security"] == [{"token": []}, {"session": []}]
