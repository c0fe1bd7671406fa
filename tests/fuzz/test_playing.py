"""The fuzzer's play of phones, with octets from a die: each ends with nothing left."""

import random

import pytest

from tests.fuzz.playing import Play


class Dice:
    """Chooses as `atheris.FuzzedDataProvider` does, at random and without an end."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def ConsumeIntInRange(self, lowest: int, highest: int) -> int:  # noqa: N802 - atheris
        return self._random.randint(lowest, highest)

    def ConsumeBytes(self, count: int) -> bytes:  # noqa: N802 - atheris
        return self._random.randbytes(count)

    def remaining_bytes(self) -> int:
        return 1


@pytest.mark.parametrize("seed", range(60))
def test_whatever_phones_do_nothing_is_left_after_a_day(seed: int) -> None:
    Play(Dice(seed)).run()
