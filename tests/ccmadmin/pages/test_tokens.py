"""The colours of tokens.css: readable on each other in the light and in the dark (WCAG 2.1 AA)."""

import re
from itertools import product

import pytest
from django.conf import settings

TOKENS = (settings.BASE_DIR / "static/css/tokens.css").read_text()
TEXT, CONTROL = 4.5, 3.0

PAIRS = [
    *product(("ink", "ink-2", "accent", "bad"), ("page", "panel", "panel-2"), (TEXT,)),
    *product(("good", "warn", "bad", "idle"), ("panel", "panel-2"), (TEXT,)),
    *((name, f"{name}-wash", TEXT) for name in ("good", "warn", "bad")),
    *product(("ink", "ink-2"), ("good-wash", "warn-wash", "bad-wash", "accent-wash"), (TEXT,)),
    ("accent", "accent-wash", TEXT),
    ("accent-ink", "accent", TEXT),
    ("accent-ink", "accent-strong", TEXT),
    ("banner-ink", "banner", TEXT),
    ("banner-soft", "banner", TEXT),
    *product(("focus",), ("page", "panel", "panel-2"), (CONTROL,)),
    *product(("line-strong",), ("panel",), (CONTROL,)),
]


def colour(name: str, *, is_dark: bool) -> str:
    found = re.search(rf"--{name}: (?:light-dark\((#\w+), (#\w+)\)|(#\w+));", TOKENS)
    assert found is not None, name
    return found[3] or found[2 if is_dark else 1]


def luminance(text: str) -> float:
    parts = [int(text[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_text_and_controls_stand_out(front: str, back: str, least: float, is_dark: bool) -> None:
    assert contrast(colour(front, is_dark=is_dark), colour(back, is_dark=is_dark)) >= least


@pytest.mark.parametrize("name", ["base", "menu", "find", "form"])
def test_the_other_sheets_use_only_names_for_colours(name: str) -> None:
    sheet = (settings.BASE_DIR / f"static/css/{name}.css").read_text()
    raw = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet))
    assert raw <= {"#fff"}  # print is white on any screen
