"""Where the API's resources stand: `/api/v1/phones/SEP001122334455/`."""

from django.urls import reverse

from ccmadmin.pages.page import Page


def url_name(page: Page, resource: str = "") -> str:
    return f"api {page.api} {resource}".rstrip()


def collection_url(page: Page) -> str:
    return reverse(url_name(page))


def record_url(page: Page, key: str) -> str:
    return reverse(url_name(page, "record"), args=[key])
