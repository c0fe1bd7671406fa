"""What is asked of the C library's allocator (glibc), whose ways suit programs that end soon.

It raises, again and again, the size from which memory comes as a mapping of its own and goes back
to the system when it is freed. A dictionary of 100,000 phones is outgrown step by step, and after
the first step what is outgrown stays with the process, in holes that nothing fills.
"""

import ctypes
from contextlib import suppress

# <malloc.h>; Python has no names for them.
M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3

TABLE_OCTETS = 512 * 1024
"""More than any message, less than a table of 10,000 phones."""


def return_large_tables() -> None:
    """Let memory of tables go back to the system; to be called before there are any."""
    with suppress(AttributeError):  # another C library has no mallopt
        library = ctypes.CDLL(None)
        library.mallopt(M_MMAP_THRESHOLD, TABLE_OCTETS)
        library.mallopt(M_TRIM_THRESHOLD, 2 * TABLE_OCTETS)
