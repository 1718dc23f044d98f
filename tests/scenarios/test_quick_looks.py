"""A first part of each longer scenario: what it can tell holds, and what it cannot is named.

The whole scenarios are for people: `hil sil NAME`, two orbits in about a minute, the month in hours.
"""

from __future__ import annotations

import json

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PART_S = 240.0
WARM = "supply temperature"
WARM_IN_LIGHT = "supply temperature in the light"
NEEDS_MORE = {
    "eclipse_season": {"charge after the second orbit", "share of light", "telemetry packets", WARM_IN_LIGHT},
    "beta_zero": {"charge after the second orbit", "share of light", "telemetry packets", WARM_IN_LIGHT},
    "solar_event": {"the event is felt", "telemetry packets", "delivered computing", WARM},
    "month": {"share of light", "telemetry packets"},
}


@pytest.mark.parametrize("name", NEEDS_MORE)
def test_the_first_minutes_hold(fly, name: str) -> None:
    run = fly(name, duration_s=PART_S)
    summary = json.loads((run / "summary.json").read_text(encoding="utf-8"))
    assert summary["simulated_s"] == PART_S
    failed = {item["name"] for item in summary["expectations"] if item["outcome"] == "FAIL"}
    unknown = {item["name"] for item in summary["expectations"] if item["outcome"] == "INVALID"}
    assert not failed - NEEDS_MORE[name], summary["expectations"]
    assert unknown <= NEEDS_MORE[name]
    known = len(summary["expectations"]) - len(NEEDS_MORE[name])
    assert sum(item["outcome"] == "PASS" for item in summary["expectations"]) >= known
    assert (run / "trace.bin").exists() is (name != "month")
