import subprocess
import sys
from pathlib import Path

PROGRAM = """
from pathlib import Path
from ccmadmin.sipservice.allocator import return_large_tables

def anonymous_kib():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:"))

return_large_tables()
bytearray(8_000_000)  # from here on glibc would keep what is smaller
before = anonymous_kib()
tables = [bytearray(4_000_000) for _ in range(10)]
last = tables.pop()
del tables
print(anonymous_kib() - before)
"""


def test_a_large_table_goes_back_to_the_system_though_something_behind_it_stays() -> None:
    project = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=project, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 8_000
