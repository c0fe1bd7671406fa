"""`python -m bench`: measure, print the table, write docs/benchmarks.md."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bench import report
from bench.measuring import QUICK, Result, Row, Sizes, bench
from bench.rows import calls, live, memory, pages, registrations, scale, start

ROWS: dict[str, Row] = {
    "registrations": registrations.measure,
    "calls": calls.measure,
    "scale": scale.measure,
    "memory": memory.measure,
    "start": start.measure,
    "live": live.measure,
    "import": live.measure_import,
    "pages": pages.measure,
}


def options(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="Measures against the targets.")
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, one round, no file; for trying out"
    )
    parser.add_argument(
        "--only", action="append", choices=ROWS, help="measure this only, no file; may be repeated"
    )
    parser.add_argument(
        "--rounds", type=int, default=0, help="how often servers take turns, instead of 3 times"
    )
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    wanted = options(words)
    results: list[Result] = []
    sizes = QUICK if wanted.quick else Sizes()
    if wanted.rounds:
        sizes = replace(sizes, rounds=wanted.rounds)
    with bench(sizes) as run:
        for name in wanted.only or ROWS:
            results += ROWS[name](run)
    print(report.table(results) + "\n" + report.notes(results))
    if not wanted.quick and not wanted.only:
        text = report.document(results, datetime.now(UTC).date(), sizes.rounds)
        report.PLACE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
