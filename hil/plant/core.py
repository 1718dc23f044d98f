"""The simulated satellite as one object: a thin, fast front of the C core."""

from hil.plant.actuators import AttitudeMode, NodeState, SectionMode, TerminalMode
from hil.plant.params import PlantParams


class Plant:
    """ODC-100 and its world, advanced in fixed steps.

    Parameters
    ----------
    params : PlantParams
        The satellite and its orbit.
    seed : int
        Seed of every random stream, 0 to 2**64 - 1.
    epoch_tai_ns : int
        Start, TAI nanoseconds since 1958-01-01T00:00:00 TAI (the CCSDS epoch, 301.0-B-4).
    """

    def __init__(self, params: PlantParams, *, seed: int, epoch_tai_ns: int) -> None: ...

    def step(self, dt_s: float = 0.1) -> None:
        """Advance by ``dt_s`` (0.001 to 1.0 s)."""

    @property
    def time_ns(self) -> int: ...

    @property
    def input_rejects_count(self) -> int: ...

    def sense(self, group: str) -> list[float]: ...

    def truth(self, group: str) -> list[float]: ...

    def snapshot(self) -> bytes: ...

    def restore(self, image: bytes) -> None: ...

    def set_section(self, section: int, mode: SectionMode, *, voltage_v: float = 0.0, current_max_a: float = 60.0) -> None: ...

    def set_bus_limit(self, voltage_max_v: float) -> None: ...

    def set_wing(self, wing: int, angle_rad: float) -> None: ...

    def set_pack(
        self,
        pack: int,
        *,
        enabled: bool,
        charge_voltage_max_v: float,
        charge_current_max_a: float,
        discharge_current_max_a: float,
    ) -> None: ...

    def set_pack_heater(self, pack: int, heater_w: float) -> None: ...

    def set_switch(self, switch: int, *, closed: bool) -> None: ...

    def set_pump(self, loop: int, speed_frac: float, *, unit: int = 0) -> None: ...

    def set_bypass(self, loop: int, bypass_frac: float) -> None: ...

    def set_node(self, node: int, state: NodeState, *, cap_w: float, lease_until_ns: int, fallback_w: float) -> None: ...

    def set_job_load(self, node: int, util_frac: float) -> None: ...

    def set_terminal(
        self,
        terminal: int,
        mode: TerminalMode,
        *,
        azimuth_rad: float,
        elevation_rad: float,
        azimuth_rate_rad_per_s: float = 0.0,
        elevation_rate_rad_per_s: float = 0.0,
        point_ahead_x_rad: float = 0.0,
        point_ahead_y_rad: float = 0.0,
        laser_on: bool = True,
        partner: int = 0,
    ) -> None: ...

    def set_attitude(self, mode: AttitudeMode) -> None: ...

    def inject(self, fault: str, **params: float | str) -> None: ...

    def clear(self, fault: str, **params: float | str) -> None: ...

    def station_visibility(self, latitude_rad: float, longitude_rad: float, altitude_m: float) -> tuple[float, float, float]: ...
