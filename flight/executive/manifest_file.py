"""Manifests as TOML, with strict keys: an unknown key names itself, its place and the allowed ones."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from flight.bus.config import EPOCH_DEFAULT_NS
from flight.bus.manifest import Level, Manifest, Participant
from flight.bus.star import Transport
from flight.dictionary.types import App
from flight.executive.executive import Clock, RunSettings

__all__ = ["FlightFile", "ManifestError", "parse_manifest"]

E = TypeVar("E", App, Level)

_RUN_KEYS = {
    "clock": str,
    "transport": str,
    "tick_ms": int,
    "seed": int,
    "epoch_ns": int,
    "heartbeat_ticks": int,
    "restart_ticks": int,
    "ready_timeout_s": float,
    "wall_budget_s": float,
}
_PARTICIPANT_KEYS = {
    "app": str,
    "factory": str,
    "process": str,
    "unit": str,
    "level": str,
    "sends_commands": bool,
    "publishes": list,
    "options": dict,
}


class ManifestError(ValueError):
    """A manifest does not say what it must."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightFile:
    """A manifest and how to run it."""

    manifest: Manifest
    settings: RunSettings


def parse_manifest(text: str, where: str) -> FlightFile:
    """Parse a manifest.

    Parameters
    ----------
    text : str
        TOML with a table ``run`` and one table ``participant`` for each application.
    where : str
        Name of the file, for errors.

    Raises
    ------
    ManifestError
        With file, key and what is allowed.
    """
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ManifestError(f"manifest must be TOML, got {error} ({where})") from error
    _check(table, {"run": dict, "participant": list}, where)
    run = table.get("run", {})
    _check(run, _RUN_KEYS, f"{where}, run")
    rows = table.get("participant", [])
    participants = tuple(_participant(row, f"{where}, participant {i}") for i, row in enumerate(rows, 1))
    try:
        manifest = Manifest(
            participants=participants,
            seed=run.get("seed", 0),
            epoch_ns=run.get("epoch_ns", EPOCH_DEFAULT_NS),
            tick_ms=run.get("tick_ms", 100),
        )
        for one in participants:
            one.may_publish()
            manifest.config(one)
    except (ValueError, KeyError) as error:
        raise ManifestError(f"{error} ({where})") from error
    return FlightFile(manifest=manifest, settings=_settings(run, where))


def _participant(row: Mapping[str, object], where: str) -> Participant:
    _check(row, _PARTICIPANT_KEYS, where)
    for key in ("app", "factory", "process"):
        if key not in row:
            raise ManifestError(f"{key} must be given, got none ({where})")
    publishes = row.get("publishes")
    return Participant(
        app=_member(App, row["app"], where),
        factory=str(row["factory"]),
        process=str(row["process"]),
        unit=str(row.get("unit", "")),
        level=_member(Level, row.get("level", "APPLICATION"), where),
        sends_commands=bool(row.get("sends_commands", False)),
        publishes=tuple(map(str, publishes)) if isinstance(publishes, list) else None,
        options=options if isinstance(options := row.get("options", {}), dict) else {},
    )


def _settings(run: Mapping[str, object], where: str) -> RunSettings:
    try:
        clock = Clock(run.get("clock", "realtime"))
    except ValueError as error:
        raise ManifestError(
            f"clock must be one of {', '.join(one.value for one in Clock)}, got {run['clock']!r} ({where})"
        ) from error
    transport = run.get("transport")
    if transport is not None and transport not in [one.value for one in Transport]:
        allowed = ", ".join(one.value for one in Transport)
        raise ManifestError(f"transport must be one of {allowed}, got {transport!r} ({where})")
    names = ("heartbeat_ticks", "restart_ticks", "ready_timeout_s", "wall_budget_s")
    given = {name: run[name] for name in names if name in run}
    chosen = None if transport is None else Transport(transport)
    return RunSettings(clock=clock, transport=chosen, **given)  # type: ignore[arg-type]


def _check(table: Mapping[str, object], allowed: Mapping[str, type], where: str) -> None:
    for key, value in table.items():
        if key not in allowed:
            raise ManifestError(f"key must be one of {', '.join(sorted(allowed))}, got {key!r} ({where})")
        wanted = (int, float) if allowed[key] is float else allowed[key]
        if not isinstance(value, wanted) or (isinstance(value, bool) and allowed[key] is not bool):
            raise ManifestError(f"{key} must be {allowed[key].__name__}, got {value!r} ({where})")


def _member(kind: type[E], name: object, where: str) -> E:
    try:
        return kind[str(name).upper()]
    except KeyError as error:
        names = ", ".join(one.name.lower() for one in kind)
        raise ManifestError(
            f"{kind.__name__.lower()} must be one of {names}, got {name!r} ({where})"
        ) from error
