"""Arm and fire: a hazardous command leaves only against a token, used once, soon, for those very octets."""

import hashlib
from dataclasses import dataclass

from flight.dictionary.gateway import ArmCommand
from ground.command.build import BuiltCommand

__all__ = ["ARM_VALID_S", "Armed", "NotAuthorisedError", "TokenDesk"]

ARM_VALID_S = 60.0
"""How long an arm token is good for."""

_TOKENS_MAX = 64
_TOKEN_OCTETS = 4
_NS_PER_S = 1_000_000_000


class NotAuthorisedError(PermissionError):
    """A command may not leave the ground."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Armed:
    """A hazardous command that waits to be fired.

    Parameters
    ----------
    token : int
        What must be shown to fire it, u32; it goes up with the command, which is refused on board without it.
    valid_until_ns : int
        Time after which the token is worth nothing.
    """

    token: int
    command: BuiltCommand
    valid_until_ns: int


class TokenDesk:
    """Give out tokens and take them back, each once.

    Parameters
    ----------
    key : bytes
        Secret from which tokens are made: a keyed hash over a counter, so that a simulated run is the same
        each time and nobody without the key can guess the next token.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._count = 0
        self._armed: dict[int, Armed] = {}

    def arm(self, command: BuiltCommand, now_ns: int) -> Armed:
        """Return a token for a command.

        Raises
        ------
        NotAuthorisedError
            When too many tokens are out.
        """
        self._forget_old(now_ns)
        if len(self._armed) >= _TOKENS_MAX:
            raise NotAuthorisedError(f"armed commands must be < {_TOKENS_MAX}, got that many (arm)")
        self._count += 1
        content = self._count.to_bytes(8, "big") + command.app.to_bytes(2, "big") + command.body
        token = int.from_bytes(
            hashlib.blake2b(content, key=self._key, digest_size=_TOKEN_OCTETS).digest(), "big"
        )
        armed = Armed(token=token, command=command, valid_until_ns=now_ns + int(ARM_VALID_S * _NS_PER_S))
        self._armed[token] = armed
        return armed

    def fire(self, token: int, now_ns: int) -> BuiltCommand:
        """Take a token back and return the command it was made for.

        Raises
        ------
        NotAuthorisedError
            For a token that was never given out, was used, or is too old.
        """
        armed = self._armed.pop(token, None)
        if armed is None:
            raise NotAuthorisedError("token must be one that is out and unused (fire)")
        if now_ns > armed.valid_until_ns:
            late_s = (now_ns - armed.valid_until_ns) / _NS_PER_S
            raise NotAuthorisedError(
                f"token must be used in {ARM_VALID_S:g} s, got {late_s:.1f} s late (fire)"
            )
        return armed.command

    def require_harmless(self, command: BuiltCommand) -> None:
        """Refuse a hazardous command that comes without a token, and the arming of one by hand.

        Raises
        ------
        NotAuthorisedError
            When the command is hazardous, or arms another one on board with a token that no desk gave out.
        """
        if isinstance(command.command, ArmCommand):
            raise NotAuthorisedError(f"arming must be asked for with arm, got {command.name} directly")
        if command.hazardous:
            raise NotAuthorisedError(
                f"hazardous command must be armed and fired, got {command.name} directly"
            )

    def _forget_old(self, now_ns: int) -> None:
        for token in [token for token, armed in self._armed.items() if now_ns > armed.valid_until_ns]:
            del self._armed[token]
