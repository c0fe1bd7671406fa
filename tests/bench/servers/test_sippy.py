import pytest

from bench.servers import sippy


def test_its_version_is_that_of_the_lock_file() -> None:
    pytest.importorskip("sippy", reason="only requirements-bench.txt installs it")
    assert sippy.version().count(".") == 2
