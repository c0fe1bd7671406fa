"""The system's randomness as the engine's `Tokens`."""

import secrets


class SystemTokens:
    def hex(self, octets: int) -> str:
        return secrets.token_hex(octets)
