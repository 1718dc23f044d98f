"""The barrier before the first tick, and the errors that name who does not answer."""

import time
from collections.abc import Collection

from flight.bus.exchange import Declared
from flight.bus.star import Star

__all__ = ["BarrierError", "StallError", "await_ready"]

POLL_MS = 50
DUMP_S = 1.0


class BarrierError(RuntimeError):
    """Processes were not READY in time, or ended before they were.

    Parameters
    ----------
    missing : tuple of str
        Names of the processes.
    detail : str
        What is known about them.
    """

    def __init__(self, missing: tuple[str, ...], detail: str) -> None:
        super().__init__(f"every process must be READY, got none from {', '.join(missing)} ({detail})")
        self.missing = missing


class StallError(RuntimeError):
    """A process did not answer within the wall budget.

    Parameters
    ----------
    process : str
        Its name.
    tick : int
        The tick it was to answer.
    stack : str
        Stacks of its threads.
    """

    def __init__(self, process: str, tick: int, stack: str) -> None:
        super().__init__(
            f"process must answer within its wall budget, got none from {process} in tick {tick}\n{stack}"
        )
        self.process = process
        self.tick = tick
        self.stack = stack

    @classmethod
    def of(cls, star: Star, process: str, tick: int) -> "StallError":
        """Ask a silent process for its stacks and return the error."""
        child = star.members[process].child
        if child is not None:
            child.dump()
        limit_s = time.monotonic() + DUMP_S
        while not star.stack_of(process) and time.monotonic() < limit_s:
            time.sleep(0.01)
        return cls(process, tick, star.stack_of(process) or "no stack: it did not react to the signal")


def await_ready(star: Star, names: Collection[str], timeout_s: float) -> list[Declared]:
    """Wait until processes are READY; return what their applications declared.

    Raises
    ------
    BarrierError
        After the time-out, or when one of them ended.
    """
    limit_s = time.monotonic() + timeout_s
    while missing := tuple(sorted(name for name in names if not star.members[name].is_ready)):
        if star.receive(POLL_MS) is not None:
            continue
        refused = {name: star.members[name].refusal for name in missing if star.members[name].refusal}
        if refused:
            raise BarrierError(tuple(refused), "; ".join(refused.values()))
        ended = tuple(m.name for m in star.dead() if m.name in missing)
        if ended:
            codes = ", ".join(str(m.child.exit_code()) for m in star.dead() if m.child and m.name in ended)
            raise BarrierError(ended, f"ended with code {codes}; see its .err file")
        if time.monotonic() > limit_s:
            names_refused = sorted({reason.name for reason, _ in star.rejects}) or ["none"]
            raise BarrierError(
                missing, f"after {timeout_s:g} s; refused meanwhile: {', '.join(names_refused)}"
            )
    return [one for name in names for one in star.members[name].declared]
