"""Restart one application on board and see that it is back with its state: arm, fire, verify.

Run it against a loop: `ground run scripts/ground_restart.py`, or name it as a scenario's procedure.
"""

from flight.dictionary.types import App
from ground.script.api import Satellite

APPLICATION = App.POWER


def run(sat: Satellite) -> None:
    """Restart the application and compare its estimate of the charge before and after."""
    sat.wait_packet("POWER", "PowerStatus", timeout_s=6000.0)
    before = sat.tlm("POWER PowerStatus charge_frac")
    armed = sat.arm("EXECUTIVE", "RestartApplication", application=int(APPLICATION))
    sat.fire(armed).wait("completed", timeout_s=20.0)
    sat.wait_event("ApplicationRestarted", timeout_s=20.0)
    if isinstance(before, float):
        sat.wait_check_tolerance("POWER PowerStatus charge_frac", before, 0.005, timeout_s=20.0)
    sat.cmd("POWER", "NoOperation").wait("completed", timeout_s=10.0)
