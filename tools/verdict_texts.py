"""Collect the sentences in which `sipcore` explains its verdicts, as templates to translate.

`sipcore` knows no Django: it stores its verdicts in English, with the values in them. The pages
recognize the sentence by its template and show the translated one (`ccmadmin.models.verdicts`).
This finds the templates: every text in a function of `sipcore` that returns a Decision, and in
the functions and constants beside it that return text. `tools/texts` runs it.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
TARGET = PROJECT / "ccmadmin/models/verdict_texts.py"
HEAD = '''"""Made by tools/texts from the sentences of sipcore; do not edit."""

from django.utils.translation import gettext_noop as _

# fmt: off
TEXTS = (
'''

PASSED_OVER = ("name", "shown", "or", "nobody", "str", "if", "else", "max", "round", "len", "self")
"""Words of an expression that say nothing about the value."""
NO_TEXTS = ("<None>", "accepted", "refreshed", "registered", "RINGING ANSWERED OVER")
"""Names and keys that only look like texts."""


def sources() -> Iterator[ast.Module]:
    for path in sorted((PROJECT / "sipcore").rglob("*.py")):
        text = path.read_text("utf-8")
        if "-> Decision:" in text:
            yield ast.parse(text)


def tellers(module: ast.Module) -> Iterator[ast.AST]:
    """Yield what holds sentences: functions that return a Decision or a text, and constants."""
    for node in ast.walk(module):
        if not isinstance(node, ast.FunctionDef) or node.returns is None:
            continue
        if ast.unparse(node.returns) in ("Decision", "str"):
            is_documented = ast.get_docstring(node) is not None
            yield from node.body[is_documented:]
    for node in module.body:
        if isinstance(node, ast.Assign):
            yield node.value


def templates(node: ast.AST, is_choice: bool = False) -> Iterator[str]:
    """Yield each text below `node`, the longest first: a sum of texts is one text."""
    made = assembled(node)
    if made is not None:
        yield from (text for text in made if is_text(text, is_choice))
    for child in parts(node) if made is not None else ast.iter_child_nodes(node):
        yield from templates(child, isinstance(node, ast.BoolOp | ast.IfExp))


def is_text(text: str, is_choice: bool) -> bool:
    """Whether people read it; a rule's key or a status has no blank, except as one of several."""
    if text in NO_TEXTS:
        return False
    words = re.sub(r"%\(\w+\)s", "", text)
    return bool(re.search("[A-Za-z]{2}", words)) and (" " in text.strip() or is_choice)


def assembled(node: ast.AST) -> list[str] | None:
    """Return the templates that `node` makes: one for each way its choices can go."""
    if isinstance(node, ast.Constant):
        return [node.value.replace("%", "%%")] if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr | ast.BinOp):
        names: dict[str, str] = {}
        pieces = [piece(part, names) for part in flat(node)]
        made = ["".join(chosen) for chosen in product(*pieces)]
        return made if any(isinstance(part, ast.Constant) for part in flat(node)) else None
    return None


def flat(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from flat(node.left)
        yield from flat(node.right)
    elif isinstance(node, ast.JoinedStr):
        yield from node.values
    else:
        yield node


def piece(part: ast.AST, names: dict[str, str]) -> list[str]:
    """Return what a part of a text can be: itself, one of two constants, or a placeholder."""
    if isinstance(part, ast.Constant):
        return [str(part.value).replace("%", "%%")]
    value = part.value if isinstance(part, ast.FormattedValue) else part
    if isinstance(value, ast.IfExp):
        sides = [assembled(value.body), assembled(value.orelse)]
        if all(sides):
            return [text for side in sides for text in side or ()]
    return [f"%({name_of(value, names)})s"]


def name_of(value: ast.AST, names: dict[str, str]) -> str:
    """Name a placeholder after what stands there; two different things get two names."""
    code = ast.unparse(value)
    if code not in names:
        words = [word for word in re.findall(r"[a-z][a-z_]+", code) if word not in PASSED_OVER]
        word = words[-1] if words else "value"
        taken = list(names.values())
        number = next(n for n in range(1, 99) if (word if n == 1 else f"{word}_{n}") not in taken)
        names[code] = word if number == 1 else f"{word}_{number}"
    return names[code]


def parts(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what stands in the placeholders of a text: it may hold texts of its own."""
    for part in flat(node):
        if isinstance(part, ast.FormattedValue):
            yield part.value
        elif not isinstance(part, ast.Constant):
            yield part


def collect() -> str:
    """Return the source of the module that lists the templates."""
    found = dict.fromkeys(
        text for module in sources() for teller in tellers(module) for text in templates(teller)
    )
    lines = [f"    _({json.dumps(text, ensure_ascii=False)})," for text in sorted(found)]
    return HEAD + "\n".join(lines) + "\n)\n"


if __name__ == "__main__":
    TARGET.write_text(collect(), "utf-8")
    sys.exit(0)
