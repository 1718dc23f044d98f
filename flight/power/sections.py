"""Judge each array section by its siblings: who lost power, who has it back, what the array should give.

All sections face the Sun alike and their firmware tracks the maximum-power point, so the median of the
siblings is the expectation. While the converters are held back each stands somewhere on its characteristic
and only a gross loss counts; nothing is judged in shadow and penumbra.
"""

from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["SectionWatch", "Verdict", "collapsed", "expected_power_w", "section_powers_w", "watch"]

JUDGED_POWER_MIN_W = 300.0
"""Median below which nobody is judged: 5 % of a section's 6.25 kW, fifty times the sensors' errors."""
COLLAPSED_RATIO = 0.5
"""Share of the siblings' voltage below which a section holds none: open or shorted before its converter."""
RECOVERY_RATIO_STEP = 0.1
"""A lost section must reach the loss ratio plus this to count as recovered."""
IRRADIANCE_MIN_FRAC = 0.9
"""Share of full sunlight below which the penumbra is assumed."""


class SectionWatch(NamedTuple):
    """Per section: whether it is known as lost, and for how long its reading has said otherwise."""

    lost: tuple[bool, ...]
    contrary_s: tuple[float, ...]

    @staticmethod
    def fresh(count: int) -> "SectionWatch":
        """Return a watch with every section trusted."""
        return SectionWatch((False,) * count, (0.0,) * count)

    @property
    def lost_mask(self) -> int:
        """Bit k set: section k is lost."""
        return sum(1 << index for index, lost in enumerate(self.lost) if lost)


class Verdict(NamedTuple):
    """A section changed sides."""

    section_index: int
    lost: bool
    power_w: float
    power_expected_w: float


def section_powers_w(voltage_v: Sequence[float], current_a: Sequence[float]) -> tuple[float, ...]:
    """Return the power of each section."""
    return tuple([v * i for v, i in zip(voltage_v, current_a, strict=True)])


def collapsed(voltage_v: Sequence[float], judged: Sequence[bool]) -> tuple[bool, ...]:
    """Return which judged sections hold less than half of the siblings' median voltage."""
    middle_v = expected_power_w(voltage_v, judged)
    return tuple([use and v < COLLAPSED_RATIO * middle_v for v, use in zip(voltage_v, judged, strict=True)])


def expected_power_w(power_w: Sequence[float], judged: Sequence[bool]) -> float:
    """Return the median of the judged sections; 0 when fewer than three are judged."""
    ordered = sorted([power for power, use in zip(power_w, judged, strict=True) if use])
    count = len(ordered)
    if count < 3:
        return 0.0
    return 0.5 * (ordered[(count - 1) // 2] + ordered[count // 2])


def watch(
    state: SectionWatch,
    power_w: Sequence[float],
    judged: Sequence[bool],
    collapsed: Sequence[bool],
    *,
    sunlit_frac: float,
    held_back: bool,
    lost_ratio: float,
    persistence_s: float,
    dt_s: float,
) -> tuple[SectionWatch, tuple[Verdict, ...]]:
    """Advance the watch by one reading.

    Parameters
    ----------
    power_w : sequence of float
        Measured power of each section.
    judged : sequence of bool
        Sections with a valid reading whose converter is on.
    collapsed : sequence of bool
        Sections that hold no voltage.
    sunlit_frac : float
        Measured sunlight over full sunlight; below 0.9 the watch rests.
    held_back : bool
        The converters give less than they could; only a collapse counts then.
    lost_ratio : float
        A section below this share of the median is failing.
    persistence_s : float
        Time for which a section must contradict its standing before the verdict changes.

    Returns
    -------
    tuple[SectionWatch, tuple[Verdict, ...]]
        The new state and the sections that changed sides now.
    """
    expected_w = expected_power_w(power_w, judged)
    if sunlit_frac < IRRADIANCE_MIN_FRAC or expected_w < JUDGED_POWER_MIN_W:
        return SectionWatch(state.lost, (0.0,) * len(state.lost)), ()
    lost = list(state.lost)
    contrary_s = list(state.contrary_s)
    verdicts = []
    for index, power in enumerate(power_w):
        if not judged[index]:
            contrary_s[index] = 0.0
            continue
        ratio = lost_ratio + RECOVERY_RATIO_STEP if lost[index] else lost_ratio
        failing = collapsed[index] if held_back else power < ratio * expected_w
        if held_back and lost[index] and not failing:
            # Voltage alone proves no recovery: half a section would pass.
            contrary_s[index] = 0.0
            continue
        contrary_s[index] = contrary_s[index] + dt_s if failing != lost[index] else 0.0
        if contrary_s[index] >= persistence_s:
            lost[index] = failing
            contrary_s[index] = 0.0
            verdicts.append(Verdict(index, failing, power, expected_w))
    return SectionWatch(tuple(lost), tuple(contrary_s)), tuple(verdicts)
