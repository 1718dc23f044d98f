"""The generated parts of READMEs: what they must hold, and a command that writes them.

`python tests/generated.py` renews every part between ``<!-- generated: name -->`` and ``<!-- end: name -->``.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path

from flight.bus.application import ALL_EVENTS, Application
from flight.dictionary.declare import Message
from flight.dictionary.tables import block, io_table, with_block
from flight.dictionary.transitions import modes_table
from flight.dictionary.types import App

ROOT = Path(__file__).resolve().parent.parent
FOLDERS: dict[str, tuple[App, ...]] = {
    "executive": (App.EXECUTIVE,),
    "services": (App.EVENTS, App.HOUSEKEEPING, App.MONITORING),
    "gateway": (App.GATEWAY, App.LASER),
    "power": (App.POWER,),
    "thermal": (App.THERMAL,),
    "compute": (App.COMPUTE,),
    "optical": (App.OPTICAL,),
}


def parts(folder: str) -> Iterator[tuple[str, str]]:
    """Yield name and text of each generated part that a folder's README may have."""
    classes = {cls.APP: cls for cls in applications(folder)}
    tables = [(app, io_table(app, heard(classes[app]))) for app in FOLDERS[folder] if app in classes]
    if len(tables) == 1:
        yield "io", tables[0][1]
    else:
        yield "io", "\n\n".join(f"### {app.name.lower()}\n\n{table}" for app, table in tables)
    path = ROOT / "flight" / folder / "modes.py"
    if path.exists():
        yield "modes", modes_table(importlib.import_module(f"flight.{folder}.modes").TRANSITIONS)
    path = ROOT / "flight" / folder / "sequence.py"
    if path.exists():
        yield "sequence", modes_table(importlib.import_module(f"flight.{folder}.sequence").TRANSITIONS)


def applications(folder: str) -> list[type[Application]]:
    """Return the application classes that the modules of a folder define."""
    found: dict[App, type[Application]] = {}
    for path in sorted((ROOT / "flight" / folder).glob("*.py")):
        if path.stem.startswith("__"):
            continue
        module = importlib.import_module(f"flight.{folder}.{path.stem}")
        for _, cls in inspect.getmembers(module, inspect.isclass):
            if issubclass(cls, Application) and cls.__module__ == module.__name__:
                found[cls.APP] = cls
    return [found[app] for app in sorted(found)]


def heard(cls: type[Application]) -> list[type[Message]]:
    """Return the messages an application subscribes to; every event counts as none."""
    return [one.message for one in cls.SUBSCRIPTIONS if one.message is not ALL_EVENTS]


def stale(folder: str) -> list[str]:
    """Return the names of the parts of a folder's README that are not as generated."""
    readme = ROOT / "flight" / folder / "README.md"
    text = readme.read_text(encoding="utf-8")
    return [
        name
        for name, body in parts(folder)
        if f"<!-- generated: {name} -->" in text and block(name, body) not in text
    ]


def renew(folder: str) -> None:
    """Write the generated parts of a folder's README that it has marks for."""
    readme = ROOT / "flight" / folder / "README.md"
    text = readme.read_text(encoding="utf-8")
    for name, body in parts(folder):
        if f"<!-- generated: {name} -->" in text:
            text = with_block(text, name, body)
    readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for name in FOLDERS:
        if (ROOT / "flight" / name / "README.md").exists():
            renew(name)
