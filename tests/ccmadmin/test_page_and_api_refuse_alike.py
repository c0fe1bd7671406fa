"""What third-party phones cannot have is refused on page and API in the same words."""

from urllib.parse import quote

from django.test import Client
from django.urls import reverse

from tests.ccmadmin import site
from tests.ccmadmin.pages.api.caller import Caller, token_of
from tests.ccmadmin.visitor import sign_in, text_of, typed

NAME = "SEP000000001002"


def api() -> Caller:
    return Caller(token_of(site.administrator("script")))


def complaint(response: object, path: str) -> str:
    """Return the one message of the API at `path`."""
    (problem,) = response.json()["errors"]  # type: ignore[attr-defined]  # of the test client
    assert problem["path"] == path
    return str(problem["message"])


def assert_page_says(response: object, message: str) -> None:
    assert response.status_code == 422  # type: ignore[attr-defined]  # of the test client
    assert " ".join(message.split()) in " ".join(text_of(response).split())  # type: ignore[arg-type]


def line_page(client: Client, index: int) -> str:
    return f"{reverse('callrouting/directory_number add')}?phone={NAME}&line={index}"


def add_line_on_page(index: int, number: str) -> object:
    client = sign_in()
    url = line_page(client, index)
    opened = client.get(url)
    if opened.status_code != 200:
        return opened
    return client.post(url, typed(opened, number=number))


def test_tls_for_a_third_party_phone(installed: None) -> None:
    values = {"phone_model": site.BASIC, "transport_type": "TLS"}
    refused = api().put(f"phone-security-profiles/{quote('With TLS')}/", values)
    assert refused.status_code == 400
    message = complaint(refused, "transport_type")
    assert "TLS" in message
    assert "third-party" in message.lower()

    client = sign_in()
    model = quote(site.BASIC)
    url = f"{reverse('system/phone_security_profile add')}?type={model}"
    opened = client.get(url)
    assert_page_says(
        client.post(url, typed(opened, name="With TLS", transport_type="TLS")), message
    )


def test_second_line_on_a_basic_phone(installed: None) -> None:
    site.add_phone(NAME, [site.add_number("1002")])
    lines = [
        {"index": index, "directory_number": {"number": number}}
        for index, number in ((1, "1002"), (2, "1003"))
    ]
    refused = api().patch(f"phones/{NAME}/", {"lines": lines})
    assert refused.status_code == 400
    message = refused.json()["errors"][0]["message"]
    assert message.startswith(f"Line 2 is one too many for {NAME}")
    assert message in text_of(add_line_on_page(2, "1003"))  # type: ignore[arg-type]
    assert [line["index"] for line in api_lines()] == [1]


def test_ninth_line_on_an_advanced_phone(installed: None) -> None:
    numbers = [site.add_number(f"100{index}") for index in range(1, 9)]
    site.add_phone(NAME, numbers, model=site.ADVANCED)
    lines = [
        {"index": index, "directory_number": {"number": f"100{index}"}} for index in range(1, 10)
    ]
    refused = api().patch(f"phones/{NAME}/", {"lines": lines})
    assert refused.status_code == 400
    message = refused.json()["errors"][0]["message"]
    assert message.startswith(f"Line 9 is one too many for {NAME}")
    assert message in text_of(add_line_on_page(9, "1009"))  # type: ignore[arg-type]
    assert len(api_lines()) == 8


def api_lines() -> list[dict[str, object]]:
    lines: list[dict[str, object]] = api_reader().get(f"phones/{NAME}/").json()["lines"]
    return lines


def api_reader() -> Caller:
    return Caller(token_of(site.administrator("reader"), "read"))


def test_more_license_units_than_granted(installed: None) -> None:
    for index in range(8):  # 48 of the 50 units of the starter grant
        site.add_phone(f"SEP0000000020{index:02}", model=site.ADVANCED)
    refused = api().put(f"phones/{NAME}/", {"phone_model": site.BASIC})
    assert refused.status_code == 400
    message = refused.json()["errors"][0]["message"]
    for figure in ("48", "3", "50"):
        assert figure in message
    client = sign_in()
    url = f"{reverse('device/phone add')}?type={quote(site.BASIC)}"
    assert_page_says(client.post(url, typed(client.get(url), name="000000001002")), message)


def test_shared_digest_user_is_saved_with_the_same_warning(installed: None) -> None:
    user = site.add_user("swhite")
    site.add_phone(NAME, digest_user=user)
    answer = api().put(
        "phones/SEP000000001003/", {"phone_model": site.BASIC, "digest_user": "swhite"}
    )
    assert answer.status_code == 201
    (warning,) = [text for text in answer.json()["warnings"] if "swhite" in text]
    client = sign_in()
    for name in (NAME, "SEP000000001003"):
        assert name in warning
        page = client.get(reverse("device/phone configure", args=[name]))
        assert " ".join(warning.split()) in " ".join(text_of(page).split())
