"""Build the manifest of a run: what flies, the simulated satellite with its devices, and the ground."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from enum import Enum
from math import inf, radians
from pathlib import Path

from flight.bus.manifest import Level, Manifest, Participant
from flight.dictionary.types import App
from flight.gateway.laser_downlink import ring_shape
from flight.link.profile import load_builtin
from hil.devices.ground import GroundOptions
from hil.devices.laser import LaserModemOptions
from hil.devices.motion import TimedFault
from hil.devices.radio import ChannelFault, StationSite
from hil.devices.rings import RingOptions
from hil.runner.faults import (
    BitErrors,
    Direction,
    Fault,
    Outage,
    PlantFault,
    SectionLoss,
    SensorError,
    SensorFault,
)
from hil.runner.quantity import parse_quantity
from hil.runner.rig import Rig
from hil.runner.scenario import LaserLink, Scenario

__all__ = ["FLIGHT", "SPACECRAFT_ID", "assemble", "plant_faults", "truth_groups"]

SPACECRAFT_ID = 0x6D
"""Spacecraft id of the link's built-in profiles."""

FLIGHT: tuple[tuple[App, str, str, Level], ...] = (
    (App.EVENTS, "flight.services.build:build_events", "services", Level.CORE),
    (App.HOUSEKEEPING, "flight.services.build:build_housekeeping", "services", Level.SERVICE),
    (App.MONITORING, "flight.services.build:build_monitoring", "services", Level.SERVICE),
    (App.GATEWAY, "flight.gateway.app:build", "services", Level.SERVICE),
    (App.POWER, "flight.power.app:build", "power", Level.APPLICATION),
    (App.THERMAL, "flight.thermal.app:build", "thermal", Level.APPLICATION),
    (App.COMPUTE, "flight.compute.app:build", "compute", Level.APPLICATION),
    (App.OPTICAL, "flight.optical.app:build", "optical", Level.APPLICATION),
)
"""What flies: identity, factory, default process, level."""

_PLANT = (
    App.WORLD, App.NAVIGATION, App.ARRAY, App.BATTERY, App.DISTRIBUTION, App.LOOPS, App.NODES,
    App.TERMINALS, App.RADIO,
)  # fmt: skip
_TRUTH_ALWAYS = {"world", "storage", "ledger"}
"""Eclipses are shaded in every plot and the energy ledger is shown in every report."""
_SENSOR_FAULTS = {
    SensorError.STUCK: "sensor_stuck",
    SensorError.BIAS: "sensor_bias",
    SensorError.NAN: "sensor_dropout",
}


_LASER = Participant(
    app=App.LASER, factory="flight.gateway.laser:build", process="services", level=Level.SERVICE
)
"""Flies where a scenario has an optical link to the ground."""


def assemble(
    scenario: Scenario, rig: Rig, *, folder: Path, private: Path, procedure: Path | None, live: bool
) -> Manifest:
    """Return the manifest of a run in the default placement.

    Parameters
    ----------
    scenario, rig : Scenario, Rig
        What to fly and on what.
    folder : Path
        The run directory, for the truth log and the ground archive.
    private : Path
        Folder of mode 0700 that ends with the run, for the rings of the optical link.
    procedure : Path or None
        The operator procedure.
    live : bool
        Open the ground's door to clients.
    """
    participants = [
        Participant(
            app=app,
            factory=factory,
            process=process,
            level=level,
            sends_commands=app is App.GATEWAY,
            options=_flight_options(scenario, app),
        )
        for app, factory, process, level in FLIGHT
    ]
    participants += _plant(scenario, rig, folder)
    if scenario.laser_link is not None:
        participants += _laser(scenario.laser_link, private)
    if scenario.stations:
        options = GroundOptions(
            satellite=SPACECRAFT_ID,
            archive=str(folder / "ground.sqlite"),
            procedure="" if procedure is None else str(procedure),
            name=folder.name,
            live=live,
            durable=rig.needs_realtime,
            link={**_link_options(scenario), **_laser_profile(scenario)},
            ring=None if scenario.laser_link is None else _ring(scenario.laser_link, private, "ground"),
        )
        participants.append(
            Participant(
                app=App.GROUND,
                factory="hil.devices.ground:build",
                process="ground",
                level=Level.GROUND,
                options=_plain(options),
            )
        )
    return Manifest(
        participants=tuple(participants),
        seed=scenario.seed,
        epoch_ns=scenario.epoch_ns,
        tick_ms=scenario.tick_ms,
    )


def _flight_options(scenario: Scenario, app: App) -> Mapping[str, object]:
    """Return the scenario's options; the optical plan is part of the scenario itself."""
    options = dict(scenario.options.get(app.name, {}))
    if app is App.GATEWAY:
        options = {**_link_options(scenario), **options}
    if app is App.OPTICAL and scenario.links:
        options["links"] = [
            {
                "terminal": window.terminal_index,
                "partner": window.partner_index,
                "from_s": window.from_s,
                "until_s": window.until_s,
            }
            for window in scenario.links
        ]
    return options


def _link_options(scenario: Scenario) -> dict[str, object]:
    """Return the profiles of both ends; what is simulated or on a rig has the public test keys."""
    link = scenario.radio_link
    return {"telecommand": link.telecommand, "telemetry": link.telemetry, "test_keys": True}


def _laser_profile(scenario: Scenario) -> dict[str, object]:
    """Return the profile of the optical link, nothing without one."""
    return {} if scenario.laser_link is None else {"laser": scenario.laser_link.profile}


def _laser(link: LaserLink, private: Path) -> list[Participant]:
    """Return the laser end on board and its modem."""
    board, ground = (_ring(link, private, name) for name in ("board", "ground"))
    modem = LaserModemOptions(
        board=board,
        ground=ground,
        terminal_index=link.terminal_index,
        relay_range_m=link.relay_range_m,
        bit_error_ratio=link.bit_error_ratio,
    )
    options = {"laser": link.profile, "test_keys": True, "ring": board.path}
    return [
        replace(_LASER, options=options),
        replace(_device(App.LASER_MODEM), options=_plain(modem)),
    ]


def _ring(link: LaserLink, private: Path, name: str) -> RingOptions:
    """Return one of the two rings of the optical link."""
    return RingOptions(path=str(private / f"{name}.ring"), **asdict(ring_shape(load_builtin(link.profile))))


def truth_groups(scenario: Scenario) -> list[str]:
    """Return the groups of truth that plots and expectations need, and what every report shows."""
    words = [word for plot in scenario.plots for word in (*plot.lines.values(), *plot.truth.values())]
    words += [
        word
        for item in scenario.expect
        for word in (getattr(item, "quantity", ""), getattr(item, "reference", ""))
        if word
    ]
    named = {quantity.owner for quantity in map(parse_quantity, words) if quantity.is_truth}
    return sorted({owner.removeprefix("truth.") for owner in named} | _TRUTH_ALWAYS)


def _plant(scenario: Scenario, rig: Rig, folder: Path) -> list[Participant]:
    satellite = scenario.satellite
    options: dict[App, Mapping[str, object]] = {
        App.WORLD: {
            "orbit": satellite.orbit.value,
            "numbers": satellite.numbers(scenario.epoch_ns),
            "faults": [_plain(fault) for fault in plant_faults(scenario)],
            "truth_folder": str(folder / "truth"),
            "truth_groups": truth_groups(scenario),
            "truth_every_s": max(1, round(scenario.record_every_s)),
        },
        App.RADIO: {
            "stations": [
                _plain(
                    StationSite(
                        latitude_rad=radians(site.latitude_deg),
                        longitude_rad=radians(site.longitude_deg),
                        altitude_m=site.altitude_m,
                        elevation_min_rad=site.elevation_min_rad,
                    )
                )
                for site in scenario.stations
            ],
            "octets_per_tick": int(scenario.channel.downlink_bits_per_s * scenario.tick_s / 8.0),
            "up_ratio": scenario.channel.up_bit_error_ratio,
            "down_ratio": scenario.channel.down_bit_error_ratio,
            "faults": [_plain(fault) for fault in _channel_faults(scenario)],
        },
        App.BATTERY: _plain(rig.choice("battery")),
    }
    return [replace(_device(app), options=options.get(app, {})) for app in _PLANT]


def _device(app: App) -> Participant:
    """Return a device: all of them share the plant."""
    return Participant(
        app=app, factory="hil.devices.build:build", process="plant", unit="plant", level=Level.DEVICE
    )


def plant_faults(scenario: Scenario) -> list[TimedFault]:
    """Return the faults that the plant makes true, with ticks."""
    found = []
    for fault in scenario.faults:
        match fault:
            case SensorFault():
                channel = f"{fault.group}.{fault.field}[{fault.index}]"
                parameters: dict[str, object] = {"channel": channel}
                if fault.error is SensorError.BIAS:
                    parameters["value"] = fault.value
                found.append(_timed(scenario, fault, _SENSOR_FAULTS[fault.error], parameters))
            case SectionLoss():
                name = f"section_{fault.error.value}"
                found.append(_timed(scenario, fault, name, {"section": fault.section_index}))
            case PlantFault():
                found.append(_timed(scenario, fault, fault.fault, dict(fault.parameters)))
            case _:
                pass
    return found


def _timed(scenario: Scenario, fault: Fault, name: str, parameters: Mapping[str, object]) -> TimedFault:
    return TimedFault(
        onset_tick=scenario.tick_of(fault.at_s),
        end_tick=None if fault.for_s is None else scenario.tick_of(fault.until_s),
        name=name,
        parameters=parameters,
    )


def _channel_faults(scenario: Scenario) -> list[ChannelFault]:
    """Return the faults that the channel makes true, with ticks."""
    found = []
    for fault in scenario.faults:
        end_tick = scenario.tick_count + 1 if fault.until_s == inf else scenario.tick_of(fault.until_s)
        onset_tick = scenario.tick_of(fault.at_s)
        if isinstance(fault, BitErrors):
            up = fault.bit_error_ratio if fault.direction is Direction.UP else 0.0
            down = fault.bit_error_ratio - up
            found.append(ChannelFault(onset_tick=onset_tick, end_tick=end_tick, up_ratio=up, down_ratio=down))
        elif isinstance(fault, Outage):
            found.append(
                ChannelFault(onset_tick=onset_tick, end_tick=end_tick, station_index=fault.station_index)
            )
    return found


def _plain(record: object) -> dict[str, object]:
    """Return a dataclass as the plain mapping that a manifest carries; enums by value, None left out."""
    table = asdict(record)  # type: ignore[call-overload]
    return {
        key: value.value if isinstance(value, Enum) else value
        for key, value in table.items()
        if value is not None
    }
