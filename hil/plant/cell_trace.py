"""Voltage of one battery cell under a current over time, and what the years take from it."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from hil.plant._cplant import ffi, lib
from hil.plant.arrays import Array, physical
from hil.plant.errors import PlantError
from hil.plant.quantity import unit_of

__all__ = ["CellCircuit", "CellLife", "cell_ageing", "cell_trace_v"]

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CellCircuit:
    """Equivalent circuit of a cell: open-circuit voltage of Chen2020, a resistance, two RC pairs.

    Parameters
    ----------
    capacity_ah : float
        Capacity, Ah.
    charge_efficiency_frac : float
        Coulombic efficiency of charging.
    r0_ohm, cold_ratio : float
        Resistance at 298.15 K, and at 273.15 K over that; exponential in temperature.
    r1_ohm, tau1_s, r2_ohm, tau2_s : float
        Resistance and time constant of the pairs.

    Raises
    ------
    PlantError
        If a number is not physical.

    Notes
    -----
    The defaults are a least-squares fit to PyBaMM's DFN of Chen2020 over LEO cycles of 0.3 to 0.5 C at 25 C.
    """

    capacity_ah: float = 5.0
    charge_efficiency_frac: float = 0.998
    r0_ohm: float = 0.030
    cold_ratio: float = 2.5
    r1_ohm: float = 0.008
    tau1_s: float = 17.0
    r2_ohm: float = 0.016
    tau2_s: float = 190.0

    def __post_init__(self) -> None:
        for item in fields(self):
            physical(item.name, getattr(self, item.name), unit_of(item.name), positive=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellLife:
    """What is left of a cell, against a new one: capacity, resistance; and what it went through."""

    capacity_ratio: float = 1.0
    resistance_ratio: float = 1.0
    age_s: float = 0.0
    throughput_ah: float = 0.0


def cell_trace_v(
    current_a: ArrayLike,
    *,
    step_s: float,
    charge_frac: float,
    temperature_k: float = 298.15,
    circuit: CellCircuit | None = None,
) -> tuple[Array, float]:
    """Return the terminal voltage after each step of a current, from rest.

    Parameters
    ----------
    current_a : array_like, shape (n,)
        Current of each step, A, discharge positive.
    step_s : float
        Length of a step, s.
    charge_frac : float
        State of charge at the start.
    temperature_k : float
        Temperature of the cell, K.
    circuit : CellCircuit, optional
        The cell; by default that of ODC-100.

    Returns
    -------
    tuple of ndarray, shape (n,), and float
        Voltage, V, and the state of charge at the end.

    Raises
    ------
    PlantError
        If a number is not finite or physical, or the current is no vector.
    """
    amperes = np.ascontiguousarray(physical("current_a", current_a, "A"))
    if amperes.ndim != 1:
        raise PlantError(f"current_a must be a vector, got {amperes.ndim} dimensions (cell_trace_v)")
    physical("step_s", step_s, "s", positive=True)
    physical("temperature_k", temperature_k, "K", positive=True)
    physical("charge_frac", charge_frac, "", low=-1.0, high=2.0)
    cell = circuit or CellCircuit()
    spec = ffi.new("dd_cell_spec *", {item.name: getattr(cell, item.name) for item in fields(cell)})
    volts, charge = np.empty_like(amperes), ffi.new("double *", charge_frac)
    lib.dd_cell_run(
        spec,
        temperature_k,
        step_s,
        amperes.size,
        ffi.from_buffer("double[]", amperes),
        ffi.from_buffer("double[]", volts),
        charge,
    )
    return volts, float(charge[0])


def cell_ageing(
    life: CellLife,
    *,
    duration_s: float,
    voltage_v: float,
    temperature_k: float,
    depth_frac: float,
    throughput_frac: float,
) -> CellLife:
    """Return a cell's life after one more cycle.

    Parameters
    ----------
    life : CellLife
        Before the cycle.
    duration_s : float
        How long it took, s.
    voltage_v, temperature_k : float
        Mean terminal voltage, V, and temperature, K.
    depth_frac : float
        Highest less lowest state of charge.
    throughput_frac : float
        Charge in both directions, in capacities.

    Notes
    -----
    Source: Schmalstieg et al. 2014, A holistic aging model for Li(NiMnCo)O2 based 18650 lithium-ion
    batteries, J. Power Sources 257, 325-334; measured at 35 to 60 C, so cooler cells are extrapolated.
    """
    cycle = (
        physical("duration_s", duration_s, "s", low=0.0) / DAY_S,
        physical("voltage_v", voltage_v, "V", low=0.0),
        physical("temperature_k", temperature_k, "K", positive=True),
        physical("depth_frac", depth_frac, "", low=0.0),
        physical("throughput_frac", throughput_frac, "", low=0.0),
    )
    row = ffi.new(
        "dd_ageing *",
        [life.capacity_ratio, life.resistance_ratio, life.age_s / DAY_S, life.throughput_ah],
    )
    lib.dd_cell_age(row, ffi.new("dd_cycle *", [float(value) for value in cycle]), 1.0)
    return CellLife(
        capacity_ratio=row.capacity_ratio,
        resistance_ratio=row.resistance_ratio,
        age_s=row.age_days * DAY_S,
        throughput_ah=row.throughput_ah,
    )
