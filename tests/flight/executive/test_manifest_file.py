import pytest

from flight.bus.manifest import Level
from flight.bus.star import Transport
from flight.dictionary.types import App
from flight.executive.executive import Clock
from flight.executive.manifest_file import ManifestError, parse_manifest

WHOLE = """
[run]
clock = "lockstep"
transport = "router"
tick_ms = 50
seed = 9
epoch_ns = 12
restart_ticks = 7
heartbeat_ticks = 4
ready_timeout_s = 5
wall_budget_s = 2.5

[[participant]]
app = "power"
factory = "flight.power.app:build"
process = "power"
level = "application"

[[participant]]
app = "gateway"
factory = "flight.gateway.app:build"
process = "services"
level = "service"
sends_commands = true
publishes = ["GatewayStatus", "RadioTransmit"]
options = { parameters = { gain_ratio = 2.0 } }
"""


def test_every_key_is_read() -> None:
    flight = parse_manifest(WHOLE, "a.toml")
    manifest, settings = flight.manifest, flight.settings
    assert (manifest.tick_ms, manifest.seed, manifest.epoch_ns) == (50, 9, 12)
    assert (settings.clock, settings.transport) == (Clock.LOCKSTEP, Transport.ROUTER)
    assert (settings.restart_ticks, settings.heartbeat_ticks) == (7, 4)
    assert (settings.ready_timeout_s, settings.wall_budget_s) == (5, 2.5)
    power, gateway = manifest.participants
    assert (power.app, power.process, power.level) == (App.POWER, "power", Level.APPLICATION)
    assert gateway.sends_commands
    assert len(gateway.may_publish()) == 2
    assert gateway.options == {"parameters": {"gain_ratio": 2.0}}


def test_short_manifest_has_defaults() -> None:
    text = '[[participant]]\napp = "power"\nfactory = "a:b"\nprocess = "p"\n'
    flight = parse_manifest(text, "a.toml")
    assert flight.settings.clock is Clock.REALTIME
    assert flight.settings.transport is None
    assert flight.manifest.tick_ms == 100


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("tick_ms = 50", "tick = 50", r"key must be one of .*tick_ms.*, got 'tick' \(a\.toml, run\)"),
        ("[run]", "[runs]", r"key must be one of participant, run, got 'runs'"),
        ("process = \"power\"", "proces = \"power\"", r"got 'proces' \(a\.toml, participant 1\)"),
        ("process = \"power\"\n", "", r"process must be given, got none \(a\.toml, participant 1\)"),
        ("seed = 9", "seed = \"nine\"", "seed must be int, got 'nine'"),
        ("seed = 9", "seed = true", "seed must be int, got True"),
        ("app = \"power\"", "app = \"powr\"", "app must be one of .*power.*, got 'powr'"),
        ("level = \"service\"", "level = \"high\"", "level must be one of core, service"),
        ("clock = \"lockstep\"", "clock = \"sundial\"", "clock must be one of inprocess, lockstep, realtime"),
        ("transport = \"router\"", "transport = \"pigeon\"", "transport must be one of pair, router"),
        ("\"GatewayStatus\"", "\"GatwayStatus\"", "nearest: .*GatewayStatus"),
        ("app = \"gateway\"", "app = \"power\"", "participants must be unique"),
        ("tick_ms = 50", "tick_ms = 70", "tick_ms must be a divisor of 1000, got 70 ms"),
        ("[run]", "[run", "manifest must be TOML"),
        pytest.param("[run]", "run = " + "[" * 9999, "manifest must be TOML", id="nested too deep"),
    ],
)  # fmt: skip
def test_fault_in_a_manifest_is_named_with_its_place(old: str, new: str, text: str) -> None:
    assert old in WHOLE
    with pytest.raises(ManifestError, match=text):
        parse_manifest(WHOLE.replace(old, new, 1), "a.toml")
