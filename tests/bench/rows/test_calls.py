import pytest

from bench.load.calling import Called
from bench.rows.calls import check


def test_a_run_in_which_calls_fail_does_not_count() -> None:
    check(Called(done=5000, failed=5))
    with pytest.raises(RuntimeError, match="6 calls failed"):
        check(Called(done=5000, failed=6))
