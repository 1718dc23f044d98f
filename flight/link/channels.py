"""How virtual channels share the frames of a link: guaranteed shares first, then the most urgent."""

from collections.abc import Sequence

from flight.link.errors import LocalLinkError


class Shares:
    """Guaranteed shares of channels, kept over calls by credit.

    A channel with a share has at least that part of the frames as long as it has frames to send; what it does
    not use goes to the most urgent of the others. No credit is saved up beyond one frame while idle.

    Parameters
    ----------
    permille
        Guaranteed thousandths of each channel, most urgent channel first; the sum is at most 1000.

    Raises
    ------
    LocalLinkError
        When a share is negative or the sum is above 1000.
    """

    __slots__ = ("_credits", "_permille")

    def __init__(self, permille: Sequence[int]) -> None:
        if min(permille, default=0) < 0 or sum(permille) > 1000:
            msg = f"shares must be >= 0 and <= 1000 in sum, got {tuple(permille)} permille (channels)"
            raise LocalLinkError(msg, field="shares")
        self._permille = tuple(permille)
        self._credits = [0] * len(permille)

    def snapshot(self) -> tuple[int, ...]:
        """Return the credits, for `restore`."""
        return tuple(self._credits)

    def restore(self, state: tuple[int, ...]) -> None:
        """Take over the credits of the same channels."""
        self._credits = list(state)

    def allot(self, waiting: Sequence[int], count: int) -> list[int]:
        """Return how many of `count` frames each channel gets; `waiting` are the frames that each has."""
        given = [0] * len(waiting)
        left = count
        for index, permille in enumerate(self._permille):
            credit = self._credits[index] + permille * count
            take = min(credit // 1000, waiting[index], left)
            given[index] = take
            left -= take
            has_more = waiting[index] > take
            self._credits[index] = credit - 1000 * take if has_more else min(credit - 1000 * take, 999)
        for index, frames in enumerate(waiting):
            more = min(frames - given[index], left)
            given[index] += more
            left -= more
            self._credits[index] = max(0, self._credits[index] - 1000 * more)
        return given
