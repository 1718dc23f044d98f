"""What an application counts of its own mail, commands and steps."""

__all__ = ["Counters"]


class Counters:
    """Counts that housekeeping reports and ``ResetCounters`` zeroes."""

    __slots__ = (
        "accepted", "completed", "decode_error", "failed", "lost", "overrun", "published", "received",
        "rejected", "step",
    )  # fmt: skip

    def __init__(self) -> None:
        self.restore((0,) * len(self.__slots__))

    def snapshot(self) -> tuple[int, ...]:
        """Return all counts, in the order of ``__slots__``."""
        return (
            self.accepted, self.completed, self.decode_error, self.failed, self.lost,
            self.overrun, self.published, self.received, self.rejected, self.step,
        )  # fmt: skip

    def restore(self, counts: tuple[int, ...]) -> None:
        """Set all counts, in the order of ``__slots__``."""
        self.accepted, self.completed, self.decode_error, self.failed, self.lost = counts[:5]
        self.overrun, self.published, self.received, self.rejected, self.step = counts[5:]
