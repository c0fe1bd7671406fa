"""Relative times with the exact one beside, and Copy as curl on every page."""

from datetime import timedelta

import pytest
from django.template import engines
from django.utils import timezone

from ccmadmin.pages.tags import ago, exactly, moment


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (59, "just now"),
        (-30, "just now"),
        (61, "1 minute ago"),
        (3599, "59 minutes ago"),
        (7300, "2 hours ago"),
        (86401, "1 day ago"),
        (6 * 86400 + 5, "6 days ago"),
        (-7290, "in 2 hours"),
    ],
)
def test_a_time_is_said_from_now(seconds: int, words: str) -> None:
    assert ago(timezone.now() - timedelta(seconds=seconds)) == words


def test_beyond_a_week_it_is_a_date() -> None:
    at = timezone.now() - timedelta(days=8)
    assert ago(at) == f"{timezone.localtime(at):%Y-%m-%d}"


def test_the_exact_time_stands_beside_it_in_the_visitors_zone() -> None:
    at = timezone.now().replace(microsecond=0) - timedelta(hours=2, seconds=5)
    with timezone.override("Europe/Oslo"):
        html, local = moment(at), timezone.localtime(at)
    assert f'datetime="{local.isoformat()}"' in html
    assert f'title="{local:%Y-%m-%d %H:%M:%S} {local.tzname()}"' in html
    assert html.endswith(">2 hours ago</time>")


def test_where_seconds_matter_the_exact_time_comes_first_with_its_zone() -> None:
    at = timezone.now() - timedelta(hours=2, seconds=5)
    with timezone.override("Europe/Oslo"):
        html, local = exactly(at), timezone.localtime(at)
    assert f">{local:%Y-%m-%d %H:%M:%S} {local.tzname()}</time>" in html
    assert html.endswith("(2 hours ago)</span>")


def test_no_time_is_nothing() -> None:
    template = engines["django"].from_string('{{ at|moment|default:"-" }}{{ missing|moment }}')
    assert template.render({"at": None}) == "-"
