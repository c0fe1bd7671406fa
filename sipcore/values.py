"""`dataclass` and `Enum` for values of which a message makes, or looks up, some twenty.

Python assigns each field of a frozen dataclass by a call; for a REGISTER that adds up to an eighth
of all the work. mypy checks that nobody changes a frozen value, so at run time it is one that can
be hashed and compared, and that is made without these calls.

Python hashes a member of an Enum by its name, in Python; a call looks some ninety of them up, in
the tables of its machines and among its timers. Members are equal only to themselves, so they can
hash as any other object.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from enum import Enum as Enum
else:
    from dataclasses import dataclass as _dataclass
    from enum import Enum as _Enum

    def dataclass(*, frozen=False, **options):
        return _dataclass(unsafe_hash=frozen, **options)

    class Enum(_Enum):
        __hash__ = object.__hash__
