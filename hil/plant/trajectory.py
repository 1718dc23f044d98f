"""The plant's own orbit over a span of days, in memory that does not grow with the span."""

from array import array
from math import ceil

from hil.plant._cplant import ffi, lib
from hil.plant.errors import PlantError
from hil.plant.params import OrbitParams

__all__ = ["Trajectory", "Vector"]

Vector = tuple[float, float, float]
State = tuple[float, float, float, float, float, float]

_DURATION_MAX_S = 40.0 * 86400.0
_BLOCK_S = 600
_BLOCKS_MAX = 4


class Trajectory:
    """Positions of one body over a span, from the plant's integrator.

    The state of every tenth minute is kept; the seconds between are integrated anew, to the same bits, where
    they are asked for. Times that rise, or fall back by up to half an hour, cost nothing twice.

    Parameters
    ----------
    orbit : OrbitParams
        Elements and constants.
    duration_s : float
        Length of the span, above 0, at most 40 days.
    raan_offset_rad, anomaly_offset_rad : float
        Distance of a neighbour's node and anomaly from ours.

    Raises
    ------
    PlantError
        If the duration is out of range.
    """

    def __init__(
        self,
        orbit: OrbitParams,
        duration_s: float,
        *,
        raan_offset_rad: float = 0.0,
        anomaly_offset_rad: float = 0.0,
    ) -> None:
        if not 0.0 < duration_s <= _DURATION_MAX_S:
            raise PlantError(
                f"duration_s must be above 0, at most {_DURATION_MAX_S:g}, got {duration_s} s (Trajectory)"
            )
        elements = [
            orbit.semi_major_axis_m,
            orbit.eccentricity_ratio,
            orbit.inclination_rad,
            orbit.raan_rad + raan_offset_rad,
            orbit.perigee_rad,
            orbit.anomaly_rad + anomaly_offset_rad,
        ]
        r, v = ffi.new("double[3]"), ffi.new("double[3]")
        lib.dd_kepler_to_state(orbit.earth_mu_m3_per_s2, elements, r, v)
        gravity = ffi.new("dd_gravity *")
        gravity.mu_m3_per_s2 = orbit.earth_mu_m3_per_s2
        gravity.radius_m = orbit.earth_radius_m
        gravity.j2_ratio = orbit.earth_j2_ratio
        gravity.j3_ratio = orbit.earth_j3_ratio
        gravity.j4_ratio = orbit.earth_j4_ratio
        self._gravity = gravity
        self._index_max = ceil(duration_s) - 1
        self._starts = array("d", (*r, *v))
        self._blocks: dict[int, list[State]] = {}
        self._number = 0
        self._knots = self._block(0)

    def position(self, time_s: float) -> Vector:
        """Return the position at ``time_s`` (J2000, m)."""
        index = min(max(int(time_s), 0), self._index_max)
        number, place = divmod(index, _BLOCK_S)
        if number != self._number:
            self._number, self._knots = number, self._block(number)
        ax, ay, az, au, av, aw = self._knots[place]
        bx, by, bz, bu, bv, bw = self._knots[place + 1]
        s = time_s - index
        h00 = (2.0 * s - 3.0) * s * s + 1.0
        h10 = ((s - 2.0) * s + 1.0) * s
        h01 = (3.0 - 2.0 * s) * s * s
        h11 = (s - 1.0) * s * s
        return (
            h00 * ax + h10 * au + h01 * bx + h11 * bu,
            h00 * ay + h10 * av + h01 * by + h11 * bv,
            h00 * az + h10 * aw + h01 * bz + h11 * bw,
        )

    def _block(self, number: int) -> list[State]:
        """Return the states of ten minutes, a second apart, both ends with them."""
        for before in range(len(self._starts) // 6 - 1, number):
            self._integrated(before)
        if number not in self._blocks:
            if len(self._blocks) >= _BLOCKS_MAX:
                del self._blocks[next(iter(self._blocks))]
            self._blocks[number] = self._integrated(number)
        return self._blocks[number]

    def _integrated(self, number: int) -> list[State]:
        """Return the states of a block whose start is known; the next one's is then known as well."""
        x, y, z, u, v, w = self._starts[6 * number : 6 * number + 6]
        place, speed = ffi.new("double[3]", [x, y, z]), ffi.new("double[3]", [u, v, w])
        gravity, step = self._gravity, lib.dd_orbit_rk4
        knots = [(x, y, z, u, v, w)]
        for _ in range(_BLOCK_S):
            step(gravity, place, speed, 1.0)
            knots.append((place[0], place[1], place[2], speed[0], speed[1], speed[2]))
        if len(self._starts) == 6 * number + 6:
            self._starts.extend(knots[-1])
        return knots
