"""A small site made over REST for tests with real phones."""

from typing import Any
from urllib.parse import quote

from tests.phones.baresip import Account
from tests.phones.product import Product

BASIC = "Third-party SIP Device (Basic)"
ADVANCED = "Third-party SIP Device (Advanced)"
STANDARD_PROFILE = {
    BASIC: "Third-party SIP Device Basic - Standard SIP Non-Secure Profile",
    ADVANCED: "Third-party SIP Device Advanced - Standard SIP Non-Secure Profile",
}
DIGEST_PROFILE = {BASIC: "Basic - Digest Required", ADVANCED: "Advanced - Digest Required"}


def add_digest_profiles(product: Product) -> None:
    for model, name in DIGEST_PROFILE.items():
        product.put(
            f"phone-security-profiles/{quote(name, safe='')}/",
            name=name,
            phone_model=model,
            enable_digest_authentication=True,
        )


def phone_values(name: str, user: str | None, *numbers: str, **changes: Any) -> dict[str, Any]:
    """Return what PUT /phones/NAME/ wants; a Basic phone with the digest profile by default."""
    model = changes.pop("model", BASIC)
    profile = DIGEST_PROFILE if changes.pop("digest", True) else STANDARD_PROFILE
    return {
        "name": name,
        "phone_model": model,
        "device_pool": "Default",
        "phone_button_template": model,
        "location": "Hub_None",
        "common_phone_profile": "Standard Common Phone Profile",
        "phone_security_profile": profile[model],
        "sip_profile": "Standard SIP Profile",
        "digest_user": user,
        "lines": [
            {"index": index, "directory_number": {"number": number, "route_partition": None}}
            for index, number in enumerate(numbers, 1)
        ],
        **changes,
    }


def add_user(product: Product, userid: str, password: str) -> None:
    product.put(
        f"end-users/{userid}/", userid=userid, last_name=userid, digest_credentials=password
    )


def add_phone(product: Product, name: str, user: str | None, *numbers: str, **changes: Any) -> Any:
    """Add the phone and wait until the SIP server knows it."""
    answer = product.put(f"phones/{name}/", **phone_values(name, user, *numbers, **changes))
    product.settle()
    return answer


def add_user_with_phone(product: Product, number: str, *, digest: bool = True) -> Account:
    """Add user u<number> with a Basic phone and return what to type into the phone."""
    userid, password = f"u{number}", f"secret{number}"
    add_user(product, userid, password)
    add_phone(product, f"SEP{number:0>12}", userid, number, digest=digest)
    return Account(number, userid, password, product.sip_port)
