"""What the optical application carries from step to step, and its image in a snapshot."""

from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple, cast

from flight.dictionary.optical import TERMINAL_COUNT, FaultCause, OpticalMode, TerminalMode
from flight.optical.dark import Dark
from flight.optical.pointing import STOWED, Attitude, Pointing, StateVector
from flight.optical.sequence import TerminalState
from flight.optical.vector import Vector
from flight.optical.windows import Window

__all__ = ["Memory", "TerminalMemory", "packed", "unpacked"]

AT_REST = TerminalState()


class TerminalMemory(NamedTuple):
    """One terminal.

    Parameters
    ----------
    ordered : Pointing
        Direction as last ordered, for the time ``ordered_ns``.
    laser_on : bool
        Emission as last ordered.
    laser_enabled : bool
        Emission as the ground allows it.
    up : bool
        The link carried frames in the last step.
    up_s, planned_s : float
        Time with the link up and time of open windows, since the start.
    window : Window or None
        Window that was open in the last step.
    dark : Dark or None
        Present or next dark interval.
    scanned_ns : int
        Time up to which dark intervals have been looked for.
    """

    state: TerminalState = AT_REST
    ordered: Pointing = STOWED
    ordered_ns: int = 0
    laser_on: bool = False
    laser_enabled: bool = True
    up: bool = False
    up_s: float = 0.0
    planned_s: float = 0.0
    acquisition_count: int = 0
    window: Window | None = None
    dark: Dark | None = None
    scanned_ns: int = 0

    def is_dark(self, time_ns: int) -> bool:
        """Return whether a planned dark interval is on."""
        return self.dark is not None and self.dark.from_ns <= time_ns < self.dark.until_ns


FRESH_TERMINALS = (TerminalMemory(),) * TERMINAL_COUNT


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Terminals, plan and fixes; ``partners`` are pairs of index and state."""

    mode: OpticalMode = OpticalMode.STANDBY
    terminals: tuple[TerminalMemory, ...] = FRESH_TERMINALS
    plan: tuple[Window, ...] = ()
    own: StateVector | None = None
    attitude: Attitude | None = None
    sun_dir_body: Vector | None = None
    partners: tuple[tuple[int, StateVector], ...] = ()


_WINDOW = attrgetter("from_ns", "until_ns", "terminal_index", "partner_index")
_NUMBERS = attrgetter(
    "ordered_ns",
    "laser_on",
    "laser_enabled",
    "up",
    "up_s",
    "planned_s",
    "acquisition_count",
    "scanned_ns",
    "dark",
)
_Fix = tuple[int, tuple[float, ...], tuple[float, ...]]
_Numbers = tuple[int, bool, bool, bool, float, float, int, int, tuple[int, int, int] | None]
_WindowImage = tuple[int, int, int, int]
_StateImage = tuple[int, float, float, float, float, int]
_TerminalImage = tuple[_StateImage, tuple[float, ...], _Numbers, _WindowImage | None]
_Image = tuple[
    int,
    tuple[_TerminalImage, ...],
    tuple[_WindowImage, ...],
    _Fix | None,
    _Fix | None,
    tuple[float, ...] | None,
    tuple[tuple[int, _Fix], ...],
]


def packed(memory: Memory) -> tuple[object, ...]:
    """Return the memory as nested tuples of numbers."""
    terminals = tuple([
        (tuple(one.state), tuple(one.ordered), _NUMBERS(one), None if one.window is None else
        _WINDOW(one.window)) for one in memory.terminals
    ])  # fmt: skip
    return (
        int(memory.mode),
        terminals,
        tuple([_WINDOW(window) for window in memory.plan]),
        None if memory.own is None else tuple(memory.own),
        None if memory.attitude is None else tuple(memory.attitude),
        memory.sun_dir_body,
        tuple([(index, tuple(state)) for index, state in memory.partners]),
    )


def unpacked(image: tuple[object, ...]) -> Memory:
    """Return the memory that ``packed`` made."""
    mode, terminals, plan, own, attitude, sun, partners = cast("_Image", image)
    return Memory(
        mode=OpticalMode(mode),
        terminals=tuple([_terminal(row) for row in terminals]),
        plan=tuple([_window(row) for row in plan]),
        own=None if own is None else StateVector(*own),
        attitude=None if attitude is None else Attitude(*attitude),
        sun_dir_body=sun,
        partners=tuple([(index, StateVector(*fix)) for index, fix in partners]),
    )


def _terminal(image: tuple[object, ...]) -> TerminalMemory:
    state, ordered, numbers, window = cast("_TerminalImage", image)
    return TerminalMemory(
        state=TerminalState(TerminalMode(state[0]), *state[1:5], FaultCause(state[5])),
        ordered=Pointing(*ordered),
        ordered_ns=numbers[0],
        laser_on=numbers[1],
        laser_enabled=numbers[2],
        up=numbers[3],
        up_s=numbers[4],
        planned_s=numbers[5],
        acquisition_count=numbers[6],
        scanned_ns=numbers[7],
        dark=None if numbers[8] is None else Dark(*numbers[8]),
        window=None if window is None else _window(window),
    )


def _window(row: _WindowImage) -> Window:
    return Window(from_ns=row[0], until_ns=row[1], terminal_index=row[2], partner_index=row[3])
