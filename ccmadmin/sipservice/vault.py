"""Opens the secrets of users; the clear text never leaves it."""

import logging
from dataclasses import dataclass, field

from cryptography.fernet import InvalidToken, MultiFernet

from ccmadmin.sipservice.derived import octets_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Vault:
    """What secrets of one time were sealed with, and the realm that they are for."""

    cipher: MultiFernet = field(repr=False)
    realm: str

    def open(self, userid: str, sealed: bytes) -> bytes:
        """Return `octets_of` a user; nothing when the secret does not fit the key file."""
        try:
            password = self.cipher.decrypt(sealed).decode()
        except InvalidToken:
            log.error("the Digest Credentials of %s do not fit the key file", userid)
            return b""
        return octets_of(userid, self.realm, password) if password else b""
