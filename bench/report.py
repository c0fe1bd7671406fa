"""The table, on the terminal and in docs/benchmarks.md."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bench import machine
from bench.measuring import Result

PLACE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
HEADER = ("measure", "target", "ccmadmin", "compared with", "result", "met")

HOW = Path(__file__).with_name("how.md").read_text("utf-8")


def cells(results: Sequence[Result]) -> list[tuple[str, ...]]:
    return [
        (
            each.measure,
            each.target,
            each.ours,
            each.compared,
            each.outcome,
            "yes" if each.is_met else "no",
        )
        for each in results
    ]


def table(results: Sequence[Result]) -> str:
    rows = [HEADER, tuple("---" for _ in HEADER), *cells(results)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def notes(results: Sequence[Result]) -> str:
    return "".join(f"* {each.measure}: {each.note}.\n" for each in results if each.note)


def document(results: Sequence[Result], today: date, rounds: int) -> str:
    about = "".join(f"| {name} | {value} |\n" for name, value in machine.description())
    turns = "one round" if rounds == 1 else f"{rounds} rounds"
    return (
        f"# Benchmarks\n\n{HOW}\n## Results, {today.isoformat()}, {turns}\n\n{table(results)}\n"
        f"Notes:\n\n{notes(results)}\n## Machine and versions\n\n| | |\n|---|---|\n{about}"
    )
