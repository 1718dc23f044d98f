"""Make the world and its devices for one process: they share one plant, so one factory builds them all."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import Enum
from pathlib import Path

from flight.bus.application import Application, Config
from flight.dictionary.types import App
from hil.devices.array import ArrayDevice
from hil.devices.battery import BatteryDevice, SimulatedBattery
from hil.devices.bench import Bench
from hil.devices.distribution import DistributionDevice
from hil.devices.errors import ConfigurationError
from hil.devices.laser import LaserModemDevice, LaserModemOptions
from hil.devices.loops import LoopsDevice
from hil.devices.motion import Motion, TimedFault
from hil.devices.navigation import NavigationDevice
from hil.devices.nodes import NodesDevice
from hil.devices.radio import RadioDevice, RadioOptions
from hil.devices.replay import ReplayedBattery
from hil.devices.tables import read_table
from hil.devices.terminals import TerminalsDevice
from hil.devices.truth_log import LineLog, TruthLog
from hil.devices.world import WorldDevice
from hil.plant.channels import GROUPS
from hil.plant.consistency import check_together
from hil.plant.core import Plant
from hil.plant.params import PlantParams, odc100_dawn_dusk, odc100_mid_inclination

__all__ = ["BatteryOptions", "Orbit", "WorldOptions", "build", "plant_params"]


class Orbit(Enum):
    """The two satellites of the reference data."""

    DAWN_DUSK = "dawn_dusk"
    MID_INCLINATION = "mid_inclination"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldOptions:
    """Options of the world in the manifest.

    Parameters
    ----------
    numbers : Mapping
        Plant parameters that differ from the reference, ``section.name`` to value.
    truth_folder : str
        Where the truth log goes; empty: nothing is kept.
    truth_groups : tuple of str
        Groups of the plant's channel list that it keeps.
    truth_every_s : int
        Seconds between two rows of them.
    """

    orbit: Orbit = Orbit.MID_INCLINATION
    numbers: Mapping[str, float] = field(default_factory=dict)
    faults: tuple[TimedFault, ...] = ()
    truth_folder: str = ""
    truth_groups: tuple[str, ...] = ()
    truth_every_s: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryOptions:
    """Options of the battery monitor in the manifest: the choice of the rig."""

    backend: str = "sim"
    port: str = ""
    baud_rate_per_s: int = 115_200
    run: str = ""


_PLAIN = (ArrayDevice, DistributionDevice, LoopsDevice, NavigationDevice, NodesDevice, TerminalsDevice)
"""Devices that need nothing but the plant."""


def build(configs: Mapping[App, Config]) -> list[Application]:
    """Make the world and every device that the manifest places with it.

    Parameters
    ----------
    configs : Mapping
        Configuration by participant; the world is one of them.

    Raises
    ------
    ConfigurationError
        An option is unknown or refused.
    """
    config = configs[App.WORLD]
    options = read_table(WorldOptions, config.options, "options of WORLD")
    try:
        params = plant_params(options.orbit, options.numbers)
    except ValueError as error:
        raise ConfigurationError(str(error), "numbers of WORLD") from error
    plant = Plant(params, seed=config.seed, epoch_tai_ns=config.epoch_ns)
    battery = params.battery
    truth = _truth_log(options, plant, config.tick_ms)
    bench = Bench(
        plant=plant,
        motion=Motion(plant, config.tick_ms, options.faults, truth),
        pack_count=int(battery.pack_count),
        pack_current_max_a=battery.pack_current_max_a,
    )
    made: list[Application] = [WorldDevice(config, bench)]
    made += [device(configs[device.APP], bench) for device in _PLAIN if device.APP in configs]
    if App.BATTERY in configs:
        made.append(_battery(configs[App.BATTERY], bench))
    if App.RADIO in configs:
        radio = configs[App.RADIO]
        log = LineLog(Path(options.truth_folder) / "channel.log" if options.truth_folder else None)
        made.append(
            RadioDevice(radio, bench, read_table(RadioOptions, radio.options, "options of RADIO"), log)
        )
    if App.LASER_MODEM in configs:
        laser = configs[App.LASER_MODEM]
        made.append(
            LaserModemDevice(
                laser, bench, read_table(LaserModemOptions, laser.options, "options of LASER_MODEM")
            )
        )
    return sorted(made, key=lambda application: application.app)


def plant_params(orbit: Orbit, parameters: Mapping[str, float]) -> PlantParams:
    """Return the satellite of an orbit with some numbers replaced.

    Raises
    ------
    ValueError
        A name is unknown, or the plant refuses the value.
    """
    params = odc100_dawn_dusk() if orbit is Orbit.DAWN_DUSK else odc100_mid_inclination()
    for name, value in parameters.items():
        section_name, _, number_name = name.partition(".")
        sections = [item.name for item in fields(params) if item.name != "name"]
        if section_name not in sections:
            raise ValueError(f"parameter must begin with one of {', '.join(sections)}, got {name}")
        section = getattr(params, section_name)
        known = [item.name for item in fields(section)]
        if number_name not in known:
            raise ValueError(
                f"parameter of {section_name} must be one of {', '.join(known)}, got {number_name}"
            )
        params = replace(params, **{section_name: replace(section, **{number_name: value})})
    check_together(params)
    return params


def _truth_log(options: WorldOptions, plant: Plant, tick_ms: int) -> TruthLog:
    """Keep the groups that the runner asked for, or none."""
    kept = tuple(group for group in GROUPS if group.name in options.truth_groups)
    groups = kept if options.truth_folder else ()
    return TruthLog(Path(options.truth_folder), plant, groups, tick_ms * 1_000_000, options.truth_every_s)


def _battery(config: Config, bench: Bench) -> BatteryDevice:
    """Make the battery monitor with the backend that the rig chose."""
    options = read_table(BatteryOptions, config.options, "options of BATTERY")
    simulated = SimulatedBattery(bench=bench)
    if options.backend == "replay":
        return BatteryDevice(config, ReplayedBattery(Path(options.run)))
    if options.backend in ("emulated", "real"):
        from hil.devices.serial_battery import (  # noqa: PLC0415  needs the extra `rig`
            EmulatedUnit,
            SerialBattery,
            SerialBatteryDevice,
        )

        unit = EmulatedUnit(simulated) if options.backend == "emulated" else None
        port = unit.port if unit else options.port
        line = SerialBattery(port, baud_rate_per_s=options.baud_rate_per_s, unit=unit)
        return SerialBatteryDevice(config, line)
    return BatteryDevice(config, simulated)
