"""Thermal twin: the network as dense matrices, one linearly implicit step of C T' = f(T); loops, pumps.

Written from the equations: heat flows between nodes by conduction G (Tj - Ti) and radiation
R sigma (Tj^4 - Ti^4), to space by eps A sigma T^4; a step solves (C / h - df/dT) dT = f(T). Nodes: 72 dies,
18 plates, 14 panels, the structure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

SIGMA_W_PER_M2K4 = 5.670374419e-8
"""CODATA 2018."""
DIES, PLATES, PANELS, WING = 72, 18, 14, 7
PLATE_0, PANEL_0, STRUCTURE, NODES = DIES, DIES + PLATES, DIES + PLATES + PANELS, DIES + PLATES + PANELS + 1

Vector = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Load:
    """What reaches the network: heat per node, and the coolant behind its conductances."""

    heat_w: Vector
    plate_w_per_k: Sequence[float]
    plate_coolant_k: Sequence[float]
    panel_w_per_k: Vector
    panel_coolant_k: Sequence[float]


@dataclass(frozen=True, kw_only=True)
class Result:
    """Temperatures and ice after a step; heat from plates to loops, from loops to panels, to space."""

    temperature_k: Vector
    ice_j: Vector
    plates_w: Vector
    panels_w: Vector
    radiated_w: float


def capacities_j_per_k(p: Mapping[str, float]) -> Vector:
    """Return C of every node."""
    capacity = np.empty(NODES)
    capacity[:DIES] = p["die_heat_j_per_k"]
    capacity[PLATE_0:PANEL_0] = p["plate_heat_j_per_k"]
    capacity[PANEL_0:STRUCTURE] = p["panel_heat_j_per_k"]
    capacity[STRUCTURE] = p["structure_heat_j_per_k"]
    return capacity


def _links(p: Mapping[str, float]) -> tuple[Vector, Vector]:
    """Return conductances and radiative exchange areas between nodes, both symmetric."""
    conduction, radiation = np.zeros((NODES, NODES)), np.zeros((NODES, NODES))
    pairs = [(die, PLATE_0 + die // 4, 1.0 / p["die_plate_k_per_w"]) for die in range(DIES)]
    pairs += [(PLATE_0 + plate, STRUCTURE, p["plate_mount_w_per_k"]) for plate in range(PLATES)]
    for root in (PANEL_0, PANEL_0 + WING):
        pairs.append((root, STRUCTURE, p["panel_root_w_per_k"]))
        pairs += [(root + i, root + i + 1, p["panel_link_w_per_k"]) for i in range(WING - 1)]
        radiation[root, STRUCTURE] = radiation[STRUCTURE, root] = p["panel_view_m2"]
    for i, j, w_per_k in pairs:
        conduction[i, j] = conduction[j, i] = w_per_k
    return conduction, radiation


def solved(matrix: Vector, right: Vector) -> Vector:
    """Return x of A x = b by Gauss's elimination; the diagonal dominates, so no pivot is needed.

    Not numpy's: its library spreads 105 unknowns over threads, ten times as slow on a busy machine.
    """
    a, x = matrix.copy(), right.copy()
    for i in range(len(x) - 1):
        below = np.nonzero(a[i + 1 :, i])[0] + i + 1
        factors = a[below, i] / a[i, i]
        a[below, i:] -= factors[:, None] * a[i, i:]
        x[below] -= factors * x[i]
    for i in range(len(x) - 1, -1, -1):
        x[i] = (x[i] - a[i, i + 1 :] @ x[i + 1 :]) / a[i, i]
    return x


def step(p: Mapping[str, float], temperature_k: Vector, ice_j: Vector, load: Load, dt_s: float) -> Result:
    """Return the network after one step."""
    conduction, radiation = _links(p)
    to_space_m2 = np.zeros(NODES)
    to_space_m2[PANEL_0:STRUCTURE] = 2.0 * p["radiator_area_m2"] / PANELS * p["radiator_emissivity_frac"]
    to_space_m2[STRUCTURE] = p["structure_area_m2"] * p["structure_emissivity_frac"]
    t, space4 = temperature_k, p["space_k"] ** 4
    jacobian = conduction + 4.0 * SIGMA_W_PER_M2K4 * radiation * t[None, :] ** 3
    losses = conduction.sum(axis=1) + 4.0 * SIGMA_W_PER_M2K4 * (radiation.sum(axis=1) + to_space_m2) * t**3
    flow = load.heat_w + (conduction * (t[None, :] - t[:, None])).sum(axis=1)
    flow += SIGMA_W_PER_M2K4 * (radiation * (t[None, :] ** 4 - t[:, None] ** 4)).sum(axis=1)
    flow -= SIGMA_W_PER_M2K4 * to_space_m2 * (t**4 - space4)
    coolant_w_per_k = np.zeros((2, NODES))
    coolant_k = np.zeros((2, NODES))
    for k in range(2):
        coolant_w_per_k[k, PLATE_0:PANEL_0] = load.plate_w_per_k[k]
        coolant_k[k, PLATE_0:PANEL_0] = load.plate_coolant_k[k]
        wing = slice(PANEL_0 + k * WING, PANEL_0 + (k + 1) * WING)
        coolant_w_per_k[k, wing] = load.panel_w_per_k[k * WING : (k + 1) * WING]
        coolant_k[k, wing] = load.panel_coolant_k[k]
    losses += coolant_w_per_k.sum(axis=0)
    flow += (coolant_w_per_k * (coolant_k - t)).sum(axis=0)
    matrix = np.diag(capacities_j_per_k(p) / dt_s + losses) - jacobian
    change = solved(matrix, flow)
    given = coolant_w_per_k * (t + change - coolant_k)
    radiated = SIGMA_W_PER_M2K4 * to_space_m2 * (t**4 - space4 + 4.0 * t**3 * change)
    after, ice = _melted(p, t + change, ice_j)
    return Result(
        temperature_k=after,
        ice_j=ice,
        plates_w=given[:, PLATE_0:PANEL_0].sum(axis=1),
        panels_w=-given[:, PANEL_0:STRUCTURE].sum(axis=1),
        radiated_w=float(radiated.sum()),
    )


def _melted(p: Mapping[str, float], temperature_k: Vector, ice_j: Vector) -> tuple[Vector, Vector]:
    """Put every panel back on its enthalpy curve: solid below, mixture at, liquid above freezing."""
    full_j = p["panel_coolant_kg"] * p["coolant_fusion_j_per_kg"]
    capacity, freeze_k = p["panel_heat_j_per_k"], p["coolant_freeze_k"]
    after, ice = temperature_k.copy(), ice_j.copy()
    for i in range(PANELS):
        enthalpy_j = capacity * (after[PANEL_0 + i] - freeze_k) - ice[i]
        if enthalpy_j >= 0.0:
            after[PANEL_0 + i], ice[i] = freeze_k + enthalpy_j / capacity, 0.0
        elif enthalpy_j >= -full_j:
            after[PANEL_0 + i], ice[i] = freeze_k, -enthalpy_j
        else:
            after[PANEL_0 + i], ice[i] = freeze_k + (enthalpy_j + full_j) / capacity, full_j
    return after, ice


def stored_j(p: Mapping[str, float], temperature_k: Vector, ice_j: Vector) -> float:
    """Return the heat in the network, counted from 0 K and from liquid coolant."""
    return float(capacities_j_per_k(p) @ temperature_k - ice_j.sum())


def flow_ratio(speed: float, head: float, ways: float, shutoff: float, pipe: float) -> float:
    """Return where pump curve and system curve meet, by bisection on the flow."""

    def excess(q: float) -> float:
        rise = head * shutoff * speed**2 - (shutoff - 1.0) * q**2
        return rise - pipe * q**2 - (1.0 - pipe) * (q / ways) ** 2

    low, high = 0.0, speed * (head * shutoff / min(1.0, shutoff - 1.0 + pipe + (1.0 - pipe) / ways**2)) ** 0.5
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if excess(middle) > 0.0 else (low, middle)
    return 0.5 * (low + high)


def exchanger_w_per_k(capacity_w_per_k: float, ua_w_per_k: float) -> float:
    """Return effectiveness times capacity for a wall of one temperature."""
    return 0.0 if capacity_w_per_k <= 0.0 else capacity_w_per_k * (1.0 - exp(-ua_w_per_k / capacity_w_per_k))


def advected(segment_k: Sequence[float], entering_k: float, courant: float) -> list[float]:
    """Return a leg of mixed segments, dT_i/dx = T_(i-1) - T_i, after x = courant by Heun's method."""

    def slopes(leg: Sequence[float]) -> list[float]:
        return [behind - here for behind, here in zip([entering_k, *leg], leg, strict=False)]

    first = slopes(segment_k)
    second = slopes([t + courant * slope for t, slope in zip(segment_k, first, strict=True)])
    return [t + 0.5 * courant * (a + b) for t, a, b in zip(segment_k, first, second, strict=True)]
