"""`dataclass` for values of which a message makes some twenty.

Python assigns each field of a frozen dataclass by a call; for a REGISTER that adds up to an eighth
of all the work. mypy checks that nobody changes a frozen value, so at run time it is one that can
be hashed and compared, and that is made without these calls.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    from dataclasses import dataclass as _dataclass

    def dataclass(*, frozen=False, **options):
        return _dataclass(unsafe_hash=frozen, **options)
