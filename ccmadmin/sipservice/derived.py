"""H(A1) of a user in every algorithm that a security profile can ask a phone for."""

from collections.abc import Iterator, Mapping

from ccmadmin.models import PhoneSecurityProfile
from sipcore.digest import ha1

ALGORITHMS: tuple[str, ...] = tuple(PhoneSecurityProfile.Algorithm.values)


def octets_of(userid: str, realm: str, password: str) -> bytes:
    """Return the H(A1) of all algorithms in a row: a third of what they take as texts."""
    return b"".join(_each(userid, realm, password))


def _each(userid: str, realm: str, password: str) -> list[bytes]:
    return [bytes.fromhex(ha1(name, userid, realm, password)) for name in ALGORITHMS]


def _places() -> dict[str, slice]:
    places, start = {}, 0
    for name, octets in zip(ALGORITHMS, _each("", "", ""), strict=True):
        places[name] = slice(start, start + len(octets))
        start += len(octets)
    return places


_PLACES = _places()


class Derived(Mapping[str, str]):
    """`octets_of` a user, by algorithm and in hexadecimal digits; made when it is asked for."""

    __slots__ = ("_octets",)

    def __init__(self, octets: bytes) -> None:
        self._octets = octets

    def __getitem__(self, algorithm: str) -> str:
        return self._octets[_PLACES[algorithm]].hex()

    def __iter__(self) -> Iterator[str]:
        return iter(_PLACES)

    def __len__(self) -> int:
        return len(_PLACES)
