"""H(A1) of a user in every algorithm that a security profile can ask a phone for."""

from collections.abc import Iterator, Mapping

from ccmadmin.models import PhoneSecurityProfile
from sipcore.digest import ha1

ALGORITHMS: tuple[str, ...] = tuple(PhoneSecurityProfile.Algorithm.values)


def octets_of(userid: str, realm: str, password: str) -> list[bytes]:
    return [bytes.fromhex(ha1(name, userid, realm, password)) for name in ALGORITHMS]


def _places() -> dict[str, slice]:
    places, start = {}, 0
    for name, octets in zip(ALGORITHMS, octets_of("", "", ""), strict=True):
        places[name] = slice(start, start + len(octets))
        start += len(octets)
    return places


_PLACES = _places()


class Derived(Mapping[str, str]):
    """By algorithm, in hexadecimal digits; the clear text is not kept.

    Octets in a row: as a dictionary of texts they were a tenth of the memory of a phone.
    """

    __slots__ = ("_octets",)

    def __init__(self, userid: str, realm: str, password: str) -> None:
        self._octets = b"".join(octets_of(userid, realm, password))

    def __getitem__(self, algorithm: str) -> str:
        return self._octets[_PLACES[algorithm]].hex()

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)
