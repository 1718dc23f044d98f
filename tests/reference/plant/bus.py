"""Twin of the 160 V bus: node balance, droop, limit, battery converters, shed and switches with i2t trip."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf, sqrt

from reference.plant.battery import Pack, ocv, resistance

from hil.plant.params import PlantParams

SWITCHES = 26
SHED_ORDER = (*range(17, -1, -1), 25, 21, 20, 19, 18, 22, 24, 23)
"""Payload from the last node to the first, its trays, terminals, heaters, and the pumps last."""


@dataclass(slots=True, kw_only=True)
class Regulator:
    """One pack behind its converter, which is limited in current and by the voltages of equal cells."""

    params: PlantParams
    pack: Pack
    is_enabled: bool = True
    charge_voltage_max_v: float = 166.0
    charge_max_a: float = 210.0
    discharge_max_a: float = 210.0
    current_a: float = 0.0

    def _source(self, temperature_k: float) -> tuple[float, float]:
        """Return internal voltage and ohmic resistance: 40 cells in series, 21 beside each other."""
        pack, cell = self.pack, self.params.battery
        open_v = 40.0 * (ocv(pack.charge_frac) - pack.fast_v - pack.slow_v)
        ohm = resistance(cell.cell_r0_ohm, cell.cell_r0_cold_ratio, temperature_k)
        return open_v, 40.0 * ohm / pack.parallel_count

    def most_w(self, temperature_k: float, *, charging: bool) -> float:
        """Return the power at the bus that the limits leave, a number above 0 in both directions."""
        if not self.is_enabled:
            return 0.0
        battery = self.params.battery
        open_v, ohm = self._source(temperature_k)
        if charging:
            ceiling_v = min(self.charge_voltage_max_v, 40.0 * battery.cell_voltage_max_v)
            amperes = min(self.charge_max_a, (ceiling_v - open_v) / ohm)
            amperes = max(0.0, amperes)
            return amperes * (open_v + amperes * ohm) / battery.regulator_efficiency_frac
        cut_off_a = (open_v - 40.0 * battery.cell_voltage_min_v) / ohm
        amperes = max(0.0, min(self.discharge_max_a, cut_off_a, open_v / (2.0 * ohm)))
        return amperes * (open_v - amperes * ohm) * battery.regulator_efficiency_frac

    def give(self, bus_w: float, temperature_k: float, dt_s: float) -> None:
        """Give (negative: take) a power at the bus: E I - R I^2 at the pack, more or less by the losses."""
        efficiency = self.params.battery.regulator_efficiency_frac
        pack_w = bus_w / efficiency if bus_w > 0.0 else bus_w * efficiency
        open_v, ohm = self._source(temperature_k)
        self.current_a = 2.0 * pack_w / (open_v + sqrt(max(0.0, open_v * open_v - 4.0 * ohm * pack_w)))
        self.pack.step(self.current_a, dt_s)


@dataclass(slots=True, kw_only=True)
class Bus:
    """The bus with its regulators and switches."""

    params: PlantParams
    regulators: list[Regulator]
    limit_v: float = 168.0
    overload_w: float = 0.0
    is_comparator_stuck: bool = False
    shed_count: int = 0
    is_locked_out: bool = False
    good_s: float = 0.0
    closed: list[bool] = field(default_factory=lambda: [True] * SWITCHES)
    heat_a2s: list[float] = field(default_factory=lambda: [0.0] * SWITCHES)
    current_a: list[float] = field(default_factory=lambda: [0.0] * SWITCHES)
    drawn_w: list[float] = field(default_factory=lambda: [0.0] * SWITCHES)
    bus_v: float = 160.0
    battery_w: float = 0.0
    array_w: float = 0.0
    housekeeping_w: float = 0.0
    unserved_w: float = 0.0

    def step(self, loads_w: Sequence[float], array_w: float, pack_k: Sequence[float], dt_s: float) -> None:
        """Balance what loads want with what converters offer, shed or hold back, then heat the switches."""
        bus = self.params.bus
        self._draw(loads_w)
        if self.is_comparator_stuck:
            self._shed(inf)
        self.housekeeping_w, self.unserved_w = bus.housekeeping_power_w + self.overload_w, 0.0
        self.array_w = array_w
        wanted_w = sum(self.drawn_w) + self.housekeeping_w - array_w
        self.bus_v = bus.bus_nominal_v - bus.bus_droop_ohm * wanted_w / bus.bus_nominal_v
        most = [own.most_w(k, charging=False) for own, k in zip(self.regulators, pack_k, strict=True)]
        is_tripped = self.is_comparator_stuck or wanted_w > sum(most)
        if wanted_w > sum(most):
            self._shed(wanted_w - sum(most))
            wanted_w = sum(self.drawn_w) + self.housekeeping_w - array_w
            self.unserved_w = max(0.0, wanted_w - sum(most))
            self.housekeeping_w = max(0.0, self.housekeeping_w - self.unserved_w)
            wanted_w -= self.unserved_w
        if wanted_w < 0.0:
            most = [own.most_w(k, charging=True) for own, k in zip(self.regulators, pack_k, strict=True)]
            if -wanted_w > sum(most):
                self.array_w += wanted_w + sum(most)
                wanted_w, self.bus_v = -sum(most), self.limit_v
        self.battery_w = wanted_w
        total_w = sum(most)
        for own, own_w, k in zip(self.regulators, most, pack_k, strict=True):
            own.give(wanted_w * own_w / total_w if total_w > 0.0 else 0.0, k, dt_s)
        self._lock_out(dt_s, is_tripped=is_tripped)
        self._trip(dt_s)

    def close(self, index: int) -> None:
        """Close a switch, unless the lock-out holds it."""
        self.closed[index] = self.closed[index] or not self.is_locked_out

    def reset(self) -> None:
        """Lift the lock-out, if the bus is back and the comparator well."""
        if self.bus_v >= self.params.bus.lockout_clear_v and not self.is_comparator_stuck:
            self.is_locked_out = False

    def _lock_out(self, dt_s: float, *, is_tripped: bool) -> None:
        """Latch on a trip; lift after the bus has been back for as long as it must."""
        bus = self.params.bus
        is_back = self.bus_v >= bus.lockout_clear_v and not is_tripped
        self.good_s = self.good_s + dt_s if is_back else 0.0
        if is_tripped:
            self.is_locked_out = True
        elif self.good_s >= bus.lockout_hold_s:
            self.is_locked_out = False

    def _draw(self, loads_w: Sequence[float]) -> None:
        self.drawn_w = [w if closed else 0.0 for w, closed in zip(loads_w, self.closed, strict=True)]

    def _shed(self, deficit_w: float) -> None:
        """Open switches until the deficit is gone; meanwhile capacitors carry it, from the comparator on."""
        bus, left_w = self.params.bus, deficit_w
        for index in SHED_ORDER:
            if left_w > 0.0 and self.drawn_w[index] > 0.0:
                left_w -= self.drawn_w[index]
                self.closed[index], self.drawn_w[index] = False, 0.0
                self.shed_count += 1
        flag_v = min(bus.bus_nominal_v, bus.bus_shed_v)
        square_v2 = flag_v**2 - 2.0 * deficit_w * bus.shed_delay_s / bus.bus_capacitance_f
        self.bus_v = 0.0 if left_w > 0.0 else sqrt(max(0.0, square_v2))

    def _trip(self, dt_s: float) -> None:
        """Heat by i^2 - rating^2, to three ratings squared times the trip time; all of it cools in 10 s."""
        bus = self.params.bus
        full_a2s = 3.0 * bus.switch_rating_a**2 * bus.switch_trip_s
        for index, power_w in enumerate(self.drawn_w):
            self.current_a[index] = power_w / max(self.bus_v, 1.0)
            excess_a2 = self.current_a[index] ** 2 - bus.switch_rating_a**2
            gain_a2s = excess_a2 * dt_s if excess_a2 > 0.0 else -full_a2s * dt_s / 10.0
            self.heat_a2s[index] = max(0.0, self.heat_a2s[index] + gain_a2s)
            if self.heat_a2s[index] > full_a2s:
                self.closed[index], self.heat_a2s[index] = False, 0.0
