"""Law work of the four applications: what one simulated second of power, thermal, compute and optical costs.

The inputs are those of a flight against the simulated satellite, captured after two minutes. The whole pure
step of each application (readings in, decision out) is timed beside a loop of a thousand float operations, so
that the figures of a busy machine can be read.
"""

from collections.abc import Callable, Iterator
from statistics import median
from time import process_time_ns
from types import ModuleType

from bench.row import Row, alone
from closed_loop import Flight

import flight.compute.manager
import flight.optical.manager
import flight.power.manager
import flight.thermal.manager
from flight.dictionary.types import App

MANAGERS: dict[str, ModuleType] = {
    "power": flight.power.manager,
    "thermal": flight.thermal.manager,
    "compute": flight.compute.manager,
    "optical": flight.optical.manager,
}
CALLS, ROUNDS = 40, 25
TICKS_PER_STEP = 10
BAR_US = 120.0
"""Reference satellite: mean law work per 100 ms tick that keeps four applications at 300 times real time."""
LINKS = [{"terminal": index, "partner": index, "from_s": 30.0, "until_s": 400.0} for index in range(3)]


def _steps() -> dict[str, Callable[[], object]]:
    """Return one repeatable step of each application, from the second after two minutes of flight."""
    made = Flight(
        numbers={"orbit.anomaly_rad": 2.1, "battery.charge_initial_frac": 0.7},
        options={App.OPTICAL: {"links": LINKS}},
    ).run(120)
    steps: dict[str, Callable[[], object]] = {}
    originals = {name: module.advance for name, module in MANAGERS.items()}

    def listening(name: str) -> Callable[..., object]:
        def listen(*given: object) -> object:
            steps[name] = lambda: originals[name](*given)
            return originals[name](*given)

        return listen

    try:
        for name, module in MANAGERS.items():
            module.advance = listening(name)  # type: ignore[attr-defined]
        made.run(2)
    finally:
        for name, module in MANAGERS.items():
            module.advance = originals[name]  # type: ignore[attr-defined]
    return steps


def _thousand_operations() -> float:
    x = 0.0
    for index in range(1000):
        x = 0.5 * x + index
    return x


def _call_us(call: Callable[[], object]) -> float:
    """Return the median time of a call, of this process alone."""
    times = []
    for _ in range(ROUNDS):
        start_ns = process_time_ns()
        for _ in range(CALLS):
            call()
        times.append((process_time_ns() - start_ns) / CALLS / 1e3)
    return median(times)


def run() -> Iterator[Row]:
    """Measure and yield the rows."""
    loop_us = _call_us(_thousand_operations)
    total_us = 0.0
    for name, step in _steps().items():
        step_us = _call_us(step)
        total_us += step_us
        note = f"{step_us / loop_us:.1f} loops of a thousand float operations ({loop_us:.0f} us each)"
        yield alone(f"law work of {name}, per second", step_us, "us", note=note)
    yield alone("law work of all four, per 100 ms tick", total_us / TICKS_PER_STEP, "us", at_most=BAR_US)
