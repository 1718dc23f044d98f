"""Supply temperature of one loop from its sensor and from the mixing point: who is believed, and when not.

The sensor sits behind the mixing valve. The estimate follows the mixing model through a short lag and is
corrected by the sensor; a sensor that stays apart from the model is refused, and the law runs on the model
until the two meet again.
"""

from typing import NamedTuple

__all__ = ["SupplyEstimate", "observe"]

LAG_S = 2.0
"""Mixing chamber and sensor body."""
CORRECTION_S = 2.0
RESIDUAL_MAX_K = 5.0
"""Sensor offset 0.2 K, model error up to 3 K in transients of the flow."""
REFUSE_AFTER_S = 20.0
ACCEPT_WITHIN_K = 2.5


class SupplyEstimate(NamedTuple):
    """Temperature, and how long the sensor has contradicted (``refused`` once that is too long)."""

    temperature_k: float
    contrary_s: float = 0.0
    refused: bool = False


def observe(
    estimate: SupplyEstimate, *, measured_k: float | None, model_k: float, dt_s: float
) -> tuple[SupplyEstimate, float]:
    """Advance by one reading.

    Parameters
    ----------
    measured_k : float or None
        Sensor, None when its reading is not valid.
    model_k : float
        Temperature behind the mixing point.

    Returns
    -------
    tuple[SupplyEstimate, float]
        New estimate and the sensor's residual against the model in K (0 without a reading).
    """
    predicted_k = estimate.temperature_k + (model_k - estimate.temperature_k) * min(1.0, dt_s / LAG_S)
    if measured_k is None:
        return SupplyEstimate(predicted_k, estimate.contrary_s, estimate.refused), 0.0
    residual_k = measured_k - model_k
    if estimate.refused:
        near = abs(residual_k) < ACCEPT_WITHIN_K
        contrary_s = max(0.0, estimate.contrary_s - dt_s) if near else REFUSE_AFTER_S
        return SupplyEstimate(predicted_k, contrary_s, contrary_s > 0.0), residual_k
    contrary_s = estimate.contrary_s + dt_s if abs(residual_k) > RESIDUAL_MAX_K else 0.0
    if contrary_s >= REFUSE_AFTER_S:
        return SupplyEstimate(predicted_k, contrary_s, refused=True), residual_k
    corrected_k = predicted_k + (measured_k - predicted_k) * min(1.0, dt_s / CORRECTION_S)
    return SupplyEstimate(corrected_k, contrary_s), residual_k
