"""The simulated satellite as one object: a thin, fast front of the C core."""

import re
from dataclasses import fields
from functools import cache

from hil.plant._cplant import ffi, lib
from hil.plant.actuators import AttitudeMode, NodeState, SectionMode, TerminalMode
from hil.plant.channels import GROUPS
from hil.plant.consistency import check_together
from hil.plant.errors import PlantError
from hil.plant.faults import INSTRUMENT_FAULTS, SENSOR_FAULTS, UNIT_FAULTS, UnitFault
from hil.plant.params import PlantParams

STEPS_MAX = 1000
"""Steps of one call of ``Plant.run``."""

_CHANNEL = re.compile(r"(\w+)\.(\w+)(?:\[(\d+)\])?")
_SNAPSHOT_FAULTS = {1: "its size", 2: "the plant's mark", 3: "its version", 4: "its checksum"}


def _c_params(params: PlantParams) -> object:
    """Return the flat C parameters of ``params``; every number must have its place and be set once."""
    target = ffi.new("dd_params *")
    missing = set(range(lib.dd_param_count()))
    for part in fields(params):
        if part.name == "name":
            continue
        section = getattr(params, part.name)
        for item in fields(section):
            index = lib.dd_param_index(item.name.encode())
            missing.remove(index)
            lib.dd_param_set(target, index, float(getattr(section, item.name)))
    if missing:
        raise PlantError(f"parameters must be complete, got none for index {sorted(missing)} (PlantParams)")
    return target


def _set_channels(state: object) -> None:
    """Give every field of a begun satellite its sensor quality."""
    for group in GROUPS:
        for item in group.fields:
            lib.dd_field_spec(
                state,
                lib.dd_field_find(group.name.encode(), item.name.encode()),
                item.noise,
                item.bias,
                item.scale_frac,
                item.quantum,
                item.delay_count,
                item.source == "status word of the unit" or item.unit == "enum",
                item.light,
            )


@cache
def _spans() -> dict[str, tuple[int, int, bool]]:
    """Return where each group lies in the C structs: first value, count, sensed."""
    spans = {}
    for group in GROUPS:
        first = lib.dd_field_find(group.name.encode(), group.fields[0].name.encode())
        spans[group.name] = (lib.dd_field_offset(first), group.width, group.sensed)
    return spans


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
    memory : cffi array of dd_plant, optional
        States of many satellites, of which this is number ``index``; by default the plant's own.
    index : int
        Number of this satellite in ``memory``.

    Raises
    ------
    PlantError
        If the seed or the epoch is out of range, or parameters contradict each other.
    """

    __slots__ = ("_buffers", "_memory", "_rows", "_run_rows", "_state")

    def __init__(
        self,
        params: PlantParams,
        *,
        seed: int,
        epoch_tai_ns: int,
        memory: object | None = None,
        index: int = 0,
    ) -> None:
        if not 0 <= seed < 2**64:
            raise PlantError(f"seed must be 0 to 2**64 - 1, got {seed} (Plant)")
        if not 0 <= epoch_tai_ns < 2**62:
            raise PlantError(f"epoch_tai_ns must be 0 to 2**62 - 1, got {epoch_tai_ns} ns (Plant)")
        self._memory = ffi.new("dd_plant[]", 1) if memory is None else memory  # it owns what _state points to
        self._state = ffi.addressof(self._memory, index)
        self._rows = _spans()
        self._buffers: dict[str, object] = {}
        self._run_rows: tuple[int, object] = (0, ffi.new("double[]", 0))
        check_together(params)
        lib.dd_plant_begin(self._state, _c_params(params), seed, epoch_tai_ns)
        _set_channels(self._state)
        if not lib.dd_plant_start(self._state):
            raise PlantError(
                "delays of all fields must fit the kept samples (csrc/plant/counts.h), got more (Plant)"
            )

    def step(self, dt_s: float = 0.1) -> None:
        """Advance by ``dt_s``, 0.001 to 1 s; another length is refused, counted, and changes nothing."""
        lib.dd_plant_step(self._state, dt_s)

    def run(self, step_count: int, dt_s: float, group: str, number: int) -> bytes:
        """Advance by several steps and return the truth after each.

        Parameters
        ----------
        step_count : int
            Number of steps, 1 to 1000.
        dt_s : float
            Length of one step, 0.001 to 1 s.
        group : str
            A group of truth that has no sensors, as ``ledger``.
        number : int
            Number of the first row; each next one is one higher.

        Returns
        -------
        bytes
            One row of float64 in machine order per step: its number, then the values of the group. The
            array's maximum power is worked out for the last row alone, and repeated before it.
        """
        first, count, sensed = self._row(group)
        if sensed:
            raise PlantError(f"group must be truth only, got {group!r}, which is sensed (Plant.run)")
        if not 1 <= step_count <= STEPS_MAX:
            raise PlantError(f"step_count must be 1 to {STEPS_MAX}, got {step_count} (Plant.run)")
        size = step_count * (count + 1)
        if self._run_rows[0] < size:  # kept: fresh memory costs a tenth of the steps
            self._run_rows = (size, ffi.new("double[]", size))
        rows = self._run_rows[1]
        lib.dd_plant_run(self._state, dt_s, step_count, float(number), first, count, rows)
        return bytes(ffi.buffer(rows, 8 * size))

    @property
    def time_ns(self) -> int:
        """TAI nanoseconds since 1958-01-01."""
        return int(lib.dd_plant_time_ns(self._state))

    @property
    def input_rejects_count(self) -> int:
        """Setpoints that were out of range (saturated) or not usable (ignored), and refused steps."""
        return int(lib.dd_plant_rejects(self._state))

    def sense(self, group: str) -> list[float]:
        """Return what the sensors of a group read now, in the order of :mod:`hil.plant.channels`."""
        first, count, sensed = self._row(group)
        if not sensed:
            raise PlantError(f"group must be sensed, got {group!r}, which is truth only (Plant.sense)")
        buffer = self._buffer(group, count)
        lib.dd_plant_sense(self._state, first, count, buffer)
        return ffi.unpack(buffer, count)

    def truth(self, group: str) -> list[float]:
        """Return the true values of a group; for the runner and the report, never for flight."""
        return ffi.unpack(self._read_truth(group), self._rows[group][1])

    def truth_octets(self, group: str) -> bytes:
        """Return the true values of a group as float64 in machine order, for logs that keep every step."""
        return bytes(ffi.buffer(self._read_truth(group)))

    def _read_truth(self, group: str) -> object:
        """Read the true values of a group into its buffer and return that."""
        first, count, sensed = self._row(group)
        buffer = self._buffer(group, count)
        if sensed:
            lib.dd_plant_truth_sensed(self._state, first, count, buffer)
        else:
            lib.dd_plant_truth_hidden(self._state, first, count, buffer)
        return buffer

    def _buffer(self, group: str, count: int) -> object:
        """Return the group's buffer; made when first asked for, since few groups of a fleet are read."""
        buffer = self._buffers.get(group)
        if buffer is None:
            buffer = self._buffers[group] = ffi.new("double[]", count)
        return buffer

    def _row(self, group: str) -> tuple[int, int, bool]:
        try:
            return self._rows[group]
        except KeyError:
            known = ", ".join(self._rows)
            raise PlantError(f"group must be one of {known}, got {group!r} (Plant)") from None

    def snapshot(self) -> bytes:
        """Return the whole state, restorable into any Plant of the same build."""
        lib.dd_plant_seal(self._state)
        return bytes(ffi.buffer(self._state, lib.dd_plant_size()))

    def restore(self, image: bytes) -> None:
        """Take over a state; PlantError, and no change, if size, version or checksum are wrong."""
        copy = ffi.new("dd_plant *")
        size = lib.dd_plant_size()
        ffi.memmove(copy, image, min(len(image), size))
        fault = lib.dd_plant_check(copy, len(image))
        if fault:
            raise PlantError(
                f"snapshot must be of this build, got another in {_SNAPSHOT_FAULTS[fault]} (Plant.restore)"
            )
        ffi.memmove(self._state, copy, size)

    def set_section(
        self, section: int, mode: SectionMode, *, voltage_v: float = 0.0, current_max_a: float = 60.0
    ) -> None:
        """Set what a section's converter does; ``voltage_v`` holds in FIXED only."""
        lib.dd_set_section(self._state, section, mode, voltage_v, current_max_a)

    def set_bus_limit(self, voltage_max_v: float) -> None:
        """Set the bus voltage at which the section converters hold back."""
        lib.dd_set_bus_limit(self._state, voltage_max_v)

    def set_wing(self, wing: int, angle_rad: float) -> None:
        """Set a wing's gimbal angle; 0 faces the Sun in the nominal attitude."""
        lib.dd_set_wing(self._state, wing, angle_rad)

    def set_pack(
        self,
        pack: int,
        *,
        enabled: bool,
        charge_voltage_max_v: float,
        charge_current_max_a: float,
        discharge_current_max_a: float,
    ) -> None:
        """Set the limits of one pack's regulator; a disabled pack carries no current."""
        lib.dd_set_pack(
            self._state, pack, enabled, charge_voltage_max_v, charge_current_max_a, discharge_current_max_a
        )

    def set_pack_heater(self, pack: int, heater_w: float) -> None:
        """Set the heater power of one pack."""
        lib.dd_set_pack_heater(self._state, pack, heater_w)

    def set_switch(self, switch: int, *, closed: bool) -> None:
        """Open or close a solid-state switch; none closes while the undervoltage lock-out holds."""
        lib.dd_set_switch(self._state, switch, closed)

    def reset_lockout(self) -> None:
        """Lift the undervoltage lock-out now; refused, and counted, while the bus is not back."""
        lib.dd_reset_lockout(self._state)

    def set_panel_valve(self, panel: int, *, is_open: bool) -> None:
        """Open or close the valve of one radiator panel; a closed one isolates it, leak and all."""
        lib.dd_set_panel_valve(self._state, panel, is_open)

    def set_pump(self, loop: int, speed_frac: float, *, unit: int = 0) -> None:
        """Set the speed of one of a loop's three pump units."""
        lib.dd_set_pump(self._state, loop, unit, speed_frac)

    def set_bypass(self, loop: int, bypass_frac: float) -> None:
        """Set the share of a loop's flow that goes past the radiator."""
        lib.dd_set_bypass(self._state, loop, bypass_frac)

    def set_node(
        self, node: int, state: NodeState, *, cap_w: float, lease_until_ns: int, fallback_w: float
    ) -> None:
        """Order a node's state and lease it ``cap_w`` until ``lease_until_ns`` (TAI), then ``fallback_w``."""
        lib.dd_set_node(self._state, node, state, cap_w, lease_until_ns, fallback_w)

    def set_job_load(self, node: int, util_frac: float) -> None:
        """Set how much of a running node its jobs use, 0 to 1."""
        lib.dd_set_job_load(self._state, node, util_frac)

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
    ) -> None:
        """Order a terminal's mode, its direction in body axes, rates, and the partner (0 to 3) it seeks."""
        lib.dd_set_terminal(
            self._state,
            terminal,
            mode,
            azimuth_rad,
            elevation_rad,
            azimuth_rate_rad_per_s,
            elevation_rate_rad_per_s,
            point_ahead_x_rad,
            point_ahead_y_rad,
            laser_on,
            partner,
        )

    def set_attitude(self, mode: AttitudeMode) -> None:
        """Order a mode of the attitude unit; an ideal attitude knows the first two alone."""
        lib.dd_set_attitude(self._state, mode)

    def inject(self, fault: str, **params: float | str) -> None:
        """Inject a fault by name now; names and parameters in :mod:`hil.plant.faults`.

        Raises
        ------
        PlantError
            If the name, the channel or the index does not exist, or all sensor-fault slots are taken.
        """
        if fault in INSTRUMENT_FAULTS:
            instrument = INSTRUMENT_FAULTS[fault]
            value = float(params.get("value", instrument.value))
            for name in instrument.channels:
                self.inject(instrument.sensor_fault, channel=name, value=value)
            return
        if fault in SENSOR_FAULTS:
            sensor = SENSOR_FAULTS[fault]
            channel = self._channel(str(params.get("channel", "")))
            value = float(params.get("value", sensor.default))
            done = lib.dd_fault_sensor(self._state, channel, sensor.code, value)
        else:
            unit = self._unit_fault(fault)
            value = float(params.get(unit.value, unit.value_faulty)) if unit.value else unit.value_faulty
            index = self._index(fault, params)
            done = lib.dd_fault_unit(self._state, unit.code, index, value)
            for row in unit.also:
                more = float(params.get(row.value, row.value_faulty))
                done = done and lib.dd_fault_unit(self._state, row.code, index, more)
        if not done:
            raise PlantError(f"fault must fit the plant, got {fault} {params} (Plant.inject)")

    def clear(self, fault: str, **params: float | str) -> None:
        """Take a fault away again; the same names and index parameters as :meth:`inject`."""
        if fault in INSTRUMENT_FAULTS:
            instrument = INSTRUMENT_FAULTS[fault]
            for name in instrument.channels:
                self.clear(instrument.sensor_fault, channel=name)
            return
        if fault in SENSOR_FAULTS:
            done = lib.dd_fault_sensor_clear(self._state, self._channel(str(params.get("channel", ""))))
        else:
            unit = self._unit_fault(fault)
            index = self._index(fault, params)
            done = lib.dd_fault_unit(self._state, unit.code, index, unit.value_healthy)
            for more in unit.also:
                lib.dd_fault_unit(self._state, more.code, index, more.value_healthy)
        if not done:
            raise PlantError(f"fault must be present, got {fault} {params} (Plant.clear)")

    @staticmethod
    def _unit_fault(fault: str) -> UnitFault:
        if fault not in UNIT_FAULTS:
            known = ", ".join([*SENSOR_FAULTS, *INSTRUMENT_FAULTS, *UNIT_FAULTS])
            raise PlantError(f"fault must be one of {known}, got {fault!r} (Plant)")
        return UNIT_FAULTS[fault]

    @staticmethod
    def _index(fault: str, params: dict[str, float | str]) -> int:
        name = UNIT_FAULTS[fault].index
        if not name:
            return 0
        if name not in params:
            raise PlantError(f"{name} must be given, got {sorted(params)} ({fault})")
        return int(params[name])

    @staticmethod
    def _channel(text: str) -> int:
        match = _CHANNEL.fullmatch(text)
        index = lib.dd_field_find(match[1].encode(), match[2].encode()) if match else -1
        number = int(match[3] or 0) if match else 0
        if index < 0 or not lib.dd_field_sensed(index) or number >= lib.dd_field_width(index):
            raise PlantError(f"channel must be a sensed group.field[index], got {text!r} (Plant)")
        return int(lib.dd_field_offset(index)) + number

    def station_visibility(
        self, latitude_rad: float, longitude_rad: float, altitude_m: float
    ) -> tuple[float, float, float]:
        """Return azimuth (rad, from north eastward), elevation (rad) and range (m) as a station sees us."""
        look = ffi.new("double[3]")
        lib.dd_plant_look(self._state, latitude_rad, longitude_rad, altitude_m, look)
        return look[0], look[1], look[2]
