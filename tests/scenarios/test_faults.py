"""The scenarios of attitude, optical and bus faults, whole: each fault is named, borne and left behind."""

from __future__ import annotations

import json

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(600)]


@pytest.mark.requirement("OPT-011")
@pytest.mark.parametrize("name", ["attitude_faults", "optical_faults", "partition"])
def test_every_expectation_holds(fly, name: str) -> None:
    summary = json.loads((fly(name) / "summary.json").read_text(encoding="utf-8"))
    outcomes = {item["name"]: item["outcome"] for item in summary["expectations"]}
    assert set(outcomes.values()) == {"PASS"}, outcomes
    assert summary["verdict"] == "PASS"
