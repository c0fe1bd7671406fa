"""Coverage-guided fuzzing with atheris: `python -m tests.fuzz reading|playing SECONDS FOLDER`.

FOLDER keeps what was found to reach new code; a crash is left there as a file, which
`python -m tests.fuzz reading|playing FILE` runs again.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import atheris

TORTURE = Path(__file__).resolve().parent.parent / "sipcore" / "torture"
LONGEST = 2048

with atheris.instrument_imports(include=["sipcore"]):
    from tests.fuzz.playing import Play
    from tests.fuzz.reading import read


def play(data: bytes) -> None:
    Play(atheris.FuzzedDataProvider(data)).run()


TARGETS: dict[str, Callable[[bytes], None]] = {"reading": read, "playing": play}


def main(target: str, what: str, folder: str = "") -> None:
    arguments = [sys.argv[0], what]
    if folder:
        found = Path(folder) / target
        found.mkdir(parents=True, exist_ok=True)
        arguments = [
            sys.argv[0],
            f"-max_total_time={what}",
            f"-max_len={LONGEST}",
            f"-artifact_prefix={found}/crash-",
            f"-dict={Path(__file__).parent / 'sip.dict'}",
            "-len_control=0",
            "-timeout=20",
            "-rss_limit_mb=1024",
            "-print_final_stats=1",
            str(found),
            *(str(each) for each in TORTURE.glob("rfc*") if target == "reading"),
        ]
    atheris.Setup(arguments, TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
