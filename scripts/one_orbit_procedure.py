"""The operator's procedure of the one-orbit scenario: one pass in which commands are sent and verified.

It runs inside a simulated loop (the scenario names it) and, unchanged, against a live one:
`ground run scripts/one_orbit_procedure.py`.
"""

from ground.script.api import Satellite

ACQUISITION_S = 1500.0
"""Longest wait for the first telemetry: the pass begins 12.5 minutes after the epoch."""


def run(sat: Satellite) -> None:
    """Take the satellite over, limit and release its payload, and isolate the section reported lost."""
    sat.wait_packet("POWER", "PowerStatus", timeout_s=ACQUISITION_S)
    sat.check("POWER PowerStatus charge_frac > 0.4")
    sat.cmd("POWER", "NoOperation").wait("completed", timeout_s=5.0)

    sat.say("payload ceiling down and up again")
    sat.cmd("COMPUTE", "SetPowerCeiling", power_ceiling_w=50_000.0).wait("completed", timeout_s=5.0)
    sat.wait_check("COMPUTE ComputeStatus cap_total_w <= 50000", timeout_s=30.0)
    sat.cmd("COMPUTE", "SetPowerCeiling", power_ceiling_w=160_000.0).wait("completed", timeout_s=5.0)

    sat.say("hazardous command: arm, fire, verify")
    sat.fire(sat.arm("OPTICAL", "EnableLaser", terminal_index=3, enabled=1)).wait("completed", timeout_s=10.0)

    lost = sat.wait_event("SectionLost", timeout_s=400.0)
    sat.say(f"isolate the lost section: {lost.text}")
    sat.cmd("POWER", "SetSectionEnabled", section_index=7, enabled=0).wait("completed", timeout_s=5.0)
    sat.wait_check("POWER PowerStatus load_tier == 0", timeout_s=10.0)
