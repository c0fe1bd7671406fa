"""`python -m bench`: measure, print the table, write docs/benchmarks.md."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from bench import report
from bench.measuring import QUICK, Result, Row, Sizes, bench
from bench.rows import calls, live, memory, registrations, scale, start

ROWS: dict[str, Row] = {
    "registrations": registrations.measure,
    "calls": calls.measure,
    "scale": scale.measure,
    "memory": memory.measure,
    "start": start.measure,
    "live": live.measure,
    "import": live.measure_import,
}


def options(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="Measures against the targets.")
    parser.add_argument(
        "--quick", action="store_true", help="small sizes, one round, no file; for trying out"
    )
    parser.add_argument(
        "--only", action="append", choices=ROWS, help="measure this only, no file; may be repeated"
    )
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    wanted = options(words)
    results: list[Result] = []
    with bench(QUICK if wanted.quick else Sizes()) as run:
        for name in wanted.only or ROWS:
            results += ROWS[name](run)
    print(report.table(results) + "\n" + report.notes(results))
    if not wanted.quick and not wanted.only:
        text = report.document(results, datetime.now(UTC).date())
        report.PLACE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
