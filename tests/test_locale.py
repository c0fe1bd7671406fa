"""The catalogues of `locale/` are complete, fit their texts, and are what the product reads."""

import ast
import gettext
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings

PROJECT = Path(__file__).resolve().parent.parent
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


@dataclass
class Entry:
    """One text with its translations, one for each plural form."""

    flags: str = ""
    parts: dict[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> list[str]:
        return [text for name, text in self.parts.items() if name.startswith("msgid")]

    @property
    def translations(self) -> list[str]:
        return [text for name, text in self.parts.items() if name.startswith("msgstr")]


def catalogue(language: str, ending: str) -> Path:
    return PROJECT / "locale" / language / "LC_MESSAGES" / f"django.{ending}"


def entries(language: str) -> Iterator[Entry]:
    """Read the .po file; its first entry is the header."""
    text = catalogue(language, "po").read_text("utf-8")
    for block in text.split("\n\n")[1:]:
        entry = Entry()
        name = ""
        for line in block.splitlines():
            start = re.match(r'(msg\w+(?:\[\d\])?) (".*")$', line)
            if line.startswith("#"):
                entry.flags += line if line.startswith("#,") else ""
            elif start:
                name = start[1]
                entry.parts[name] = ast.literal_eval(start[2])
            elif line.startswith('"'):
                entry.parts[name] += ast.literal_eval(line)
        if entry.parts:
            yield entry


def placeholders(text: str) -> list[str]:
    return sorted(set(re.findall(r"%\(\w+\)s|\{\w*\}|<[/\w]+>", text)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_none_is_in_doubt(language: str) -> None:
    for entry in entries(language):
        assert all(entry.translations), f"not translated: {entry.texts}"
        assert "fuzzy" not in entry.flags, f"in doubt: {entry.texts}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_values_the_blanks_and_the_end_of_their_texts(language: str) -> None:
    for entry in entries(language):
        for translation, text in zip(entry.translations, entry.texts, strict=True):
            values = [name for name in placeholders(text) if name not in ("<None>",)]
            there = [name for name in placeholders(translation) if not name.startswith("<K")]
            assert there == values, text
            for at in (0, -1):
                assert translation[at].isspace() == text[at].isspace(), repr(text)
            assert text.endswith(".") == translation.endswith("."), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_holds_what_the_readable_one_says(language: str) -> None:
    with catalogue(language, "mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    count = 0
    for entry in entries(language):
        text, *plural = entry.texts
        count += len(entry.translations)
        if plural:
            found = [compiled.ngettext(text, plural[0], n) for n in (1, 2)]
        else:
            found = [compiled.gettext(text)]
        assert found == entry.translations, f"run make texts: {text}"
    assert len(compiled._catalog) == count + 1, "run make texts"  # type: ignore[attr-defined]


def test_the_templates_of_verdicts_are_those_of_sipcore() -> None:
    shown = "import verdict_texts as v; print(v.collect(), end='')"
    done = subprocess.run(
        [sys.executable, "-c", shown], cwd=PROJECT / "tools", capture_output=True, check=True
    )
    stored = (PROJECT / "ccmadmin/models/verdict_texts.py").read_text("utf-8")
    assert done.stdout.decode() == stored, "run make texts"


@pytest.mark.external
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_marked_text_is_in_the_catalogue(language: str, tmp_path: Path) -> None:
    """Collects the texts again, in a copy, as `make texts` does (this needs gettext)."""
    for folder in ("ccmadmin", "templates", "sipcore", "tools", "locale", "manage.py"):
        subprocess.run(["cp", "-r", str(PROJECT / folder), str(tmp_path)], check=True)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    subprocess.run([str(tmp_path / "tools/texts")], check=True, capture_output=True)
    wanted = catalogue(language, "po").relative_to(PROJECT)
    collected = (tmp_path / wanted).read_text("utf-8")
    assert collected == (PROJECT / wanted).read_text("utf-8"), "run make texts"


def test_german_says_password_in_one_word_as_django_does() -> None:
    """The sentences of Django's own validators stand beside ours, and say “Passwort”."""
    said = [text for entry in entries("de") for text in entry.translations]
    assert not [text for text in said if "kennw" in text.casefold()]
