"""Parameters of the thermal application: the rule between them, and where the defaults come from.

Defaults: 30 C supply keeps a 1.4 kW accelerator with 0.025 K/W at 65 C plus half the rise; the gain is small
because the supply answers after a dead time of up to 25 s; the coolant freezes near -50 C, the panels are
held 10 K above; the batteries like 20 C.
"""

from flight.dictionary.thermal import ThermalParameters

__all__ = ["ThermalParameters", "conflict"]

FREEZE_K = 223.15
FREEZE_MARGIN_K = 5.0


def conflict(parameters: ThermalParameters) -> str | None:
    """Return why a set of parameters contradicts itself, or None."""
    if (
        parameters.panel_temperature_min_k < FREEZE_K + FREEZE_MARGIN_K
        and parameters.pump_speed_min_frac < 0.2
    ):
        return (
            "pump_speed_min_frac must be at least 0.2 when panels may reach "
            f"{parameters.panel_temperature_min_k:g} K, got {parameters.pump_speed_min_frac:g} "
            "(thermal parameters)"
        )
    return None
