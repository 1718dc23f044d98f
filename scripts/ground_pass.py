"""Take the satellite over at the beginning of a pass and say whether it is healthy.

Run it against a loop: `ground run scripts/ground_pass.py`, or name it as a scenario's procedure.
"""

from ground.script.api import Satellite
from ground.script.errors import CheckError

HEALTH = (
    "EXECUTIVE ExecutiveStatus mode == OPERATE",
    "POWER PowerStatus charge_frac > 0.4",
    "DISTRIBUTION BusReading bus_voltage_v > 140",
    "COMPUTE ComputeStatus die_temperature_max_k < 358",
    "GATEWAY GatewayStatus command_refused_count == 0",
)
"""What must hold before anything is commanded."""


def run(sat: Satellite) -> None:
    """Wait for telemetry, ping every application, check the health, list what happened meanwhile."""
    if not sat.wait_packet("POWER", "PowerStatus", timeout_s=6000.0):
        raise CheckError("telemetry must come within an orbit, got none")
    for application in ("EXECUTIVE", "POWER", "THERMAL", "COMPUTE", "OPTICAL"):
        sat.cmd(application, "NoOperation").wait("completed", timeout_s=10.0)
    failed = [text for text in HEALTH if not sat.wait(text, timeout_s=15.0)]
    for alarm in sat.alarms():
        sat.say(f"ALARM: {alarm.item} {alarm.state}")
    for event in sat.events():
        if event.severity in ("medium", "high"):
            sat.say(f"EVENT: {event.source} {event.text}")
    if failed:
        raise CheckError(f"satellite must be healthy, got {len(failed)} failed checks: {failed[0]}")
    sat.say("satellite healthy")
