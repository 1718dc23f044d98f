"""Arm and fire on board: a hazardous command passes once, soon after it was armed by its token. Pure."""

__all__ = ["ARMED_COUNT_MAX", "ARMED_NS", "ArmingDesk"]

ARMED_NS = 60_000_000_000
"""How long an arming lasts."""

ARMED_COUNT_MAX = 8
"""Armings that may be open at the same time; one more drops the oldest."""


class ArmingDesk:
    """Tokens that were announced and not yet used.

    It has no snapshot: a token used after the last one would be good again, so a crash disarms everything.
    """

    def __init__(self) -> None:
        self._armed: dict[tuple[int, int, int], int] = {}

    def arm(self, application: int, command_id: int, token: int, now_ns: int) -> None:
        """Open the way for one command of an application, until 60 s from now."""
        self._forget(now_ns)
        while len(self._armed) >= ARMED_COUNT_MAX:
            del self._armed[next(iter(self._armed))]
        self._armed[(application, command_id, token)] = now_ns + ARMED_NS

    def fire(self, application: int, command_id: int, token: int, now_ns: int) -> bool:
        """Return whether the command was armed with this token; the arming is used up."""
        self._forget(now_ns)
        return self._armed.pop((application, command_id, token), None) is not None

    def _forget(self, now_ns: int) -> None:
        self._armed = {key: until_ns for key, until_ns in self._armed.items() if until_ns > now_ns}
