import os
import subprocess
import sys
import time

from bench import usage


def test_the_cpu_time_of_children_counts() -> None:
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass'])"
    with subprocess.Popen([sys.executable, "-c", script]) as process:
        end = time.monotonic() + 10
        while usage.cpu_s(process.pid) < 0.3 and time.monotonic() < end:
            time.sleep(0.05)
        family = usage.tree(process.pid)
        assert usage.cpu_s(process.pid) >= 0.3
        for pid in family:
            os.kill(pid, 9)
    assert len(family) == 2


def test_memory_of_our_own_is_part_of_what_is_resident() -> None:
    assert 0 < usage.anonymous_kib(os.getpid()) < usage.resident_kib(os.getpid())
