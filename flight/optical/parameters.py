"""Parameters of the optical application: the rule between them, and where the defaults come from.

Defaults: the camera's threshold lies 50 times above its noise of 2 pW; the tracking detector needs -60 dBm;
one spiral of 500 urad takes 2.2 s to 8.9 s; 5 degrees a second slew half a turn in 36 s, hence 40 s of lead.
"""

from flight.dictionary.optical import OpticalParameters

__all__ = ["OpticalParameters", "conflict"]


def conflict(parameters: OpticalParameters) -> str | None:
    """Return why a set of parameters contradicts itself, or None."""
    if parameters.fine_error_max_rad >= parameters.slew_settled_rad:
        return (
            f"fine_error_max_rad must be below slew_settled_rad, got {parameters.fine_error_max_rad:g} rad "
            f"and {parameters.slew_settled_rad:g} rad (optical parameters)"
        )
    return None
