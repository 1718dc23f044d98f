"""Parameters of the power application: the rule between them, and where the defaults come from.

Defaults: floor and depth from the 30 % depth of discharge that five years of low-orbit cycling allow (5,400
cycles a year); cell limits inside the 2.5 to 4.2 V of the Chen2020 cell; housekeeping from ODC-100 (4.4 kW
bus and 3.6 kW switch trays); a section counts as lost at 0.7 of its siblings because half a shadow leaves
0.5.
"""

from flight.dictionary.power import PowerParameters

__all__ = ["PowerParameters", "conflict"]


def conflict(parameters: PowerParameters) -> str | None:
    """Return why a set of parameters contradicts itself, or None."""
    if parameters.charge_floor_frac >= parameters.charge_target_frac:
        return (
            f"charge_floor_frac must be below charge_target_frac, got {parameters.charge_floor_frac:g} "
            f"and {parameters.charge_target_frac:g} (power parameters)"
        )
    if parameters.cell_voltage_min_v >= parameters.cell_voltage_max_v:
        return (
            f"cell_voltage_min_v must be below cell_voltage_max_v, got {parameters.cell_voltage_min_v:g} V "
            f"and {parameters.cell_voltage_max_v:g} V (power parameters)"
        )
    return None
