"""Rig files: one line swaps a device."""

from __future__ import annotations

from pathlib import Path

import pytest

from flight.executive.executive import Clock
from hil.devices.errors import ConfigurationError
from hil.runner.rig import Backend, load_rig

RIGS = sorted((Path(__file__).parents[3] / "hil" / "rigs").glob("*.toml"))


@pytest.mark.parametrize("path", RIGS, ids=lambda path: path.stem)
def test_shipped_rig_is_sound(path: Path) -> None:
    rig = load_rig(path.read_text(encoding="utf-8"), path.name)
    assert rig.title
    assert rig.clock is Clock.REALTIME or not rig.needs_realtime


def test_one_line_swaps_the_battery_monitor() -> None:
    text = next(path for path in RIGS if path.stem == "battery_serial").read_text(encoding="utf-8")
    lines = text.splitlines()
    index = next(i for i, line in enumerate(lines) if line.startswith("backend"))
    assert load_rig(text, "x").choice("battery").backend is Backend.EMULATED
    lines[index] = 'backend = "sim"'
    assert load_rig("\n".join(lines), "x").choice("battery").backend is Backend.SIM


def test_device_that_is_not_named_is_simulated() -> None:
    assert load_rig('title = "x"', "x").choice("nodes").backend is Backend.SIM


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('title = "x"\n[device.batery]\n', "device must be one of navigation, .*, got batery"),
        (
            'title = "x"\n[device.battery]\nbackend = "real"\n',
            "port must be given for backend real, got none",
        ),
        (
            'title = "x"\n[device.battery]\nbackend = "replay"\n',
            "run must be given for backend replay, got none",
        ),
        (
            'title = "x"\n[device.nodes]\nbackend = "real"\nport = "a"\n',
            "backend of nodes must be one of sim, got real",
        ),
        (
            'title = "x"\n[device.battery]\nbaudrate = 1\n',
            "key must be one of backend, port, baud_rate_per_s, run",
        ),
        ("title = ", "file must be TOML"),
        pytest.param("title = " + "[" * 9999, "file must be TOML", id="nested too deep"),
    ],
)
def test_mistakes_are_named(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        load_rig(text, "r.toml")
