"""The seams: clock, randomness, disk, network and process control reach code by injection.

Outside the adapter files listed here no product file may name what touches the machine. An entry that is no
longer needed fails as well, so that the list stays as short as it can be.
"""

from __future__ import annotations

import pytest
from checkout import PRODUCT, Source, python_files, qualified_names

MODULES = {
    "asyncio": "asynchrony",
    "concurrent": "processes",
    "fcntl": "disk",
    "multiprocessing": "processes",
    "pickle": "never",
    "random": "randomness",
    "secrets": "randomness",
    "select": "network",
    "shutil": "disk",
    "signal": "processes",
    "socket": "network",
    "sqlite3": "disk",
    "subprocess": "processes",
    "tempfile": "disk",
    "threading": "threads",
    "time": "clock",
    "uuid": "randomness",
    "zmq": "network",
}
NAMES = {
    "datetime.date.today": "clock",
    "datetime.datetime.now": "clock",
    "datetime.datetime.today": "clock",
    "datetime.datetime.utcnow": "clock",
    "builtins.eval": "never",
    "builtins.exec": "never",
    "numpy.random": "randomness",
    "builtins.open": "disk",
    "os.environ": "environment",
    "os.fork": "never",
    "os.getenv": "environment",
    "os.getpid": "processes",
    "os.kill": "processes",
    "os.open": "disk",
    "os.system": "never",
    "os.urandom": "randomness",
}
METHODS = {
    "glob": "disk",
    "iterdir": "disk",
    "mkdir": "disk",
    "read_bytes": "disk",
    "read_text": "disk",
    "rglob": "disk",
    "unlink": "disk",
    "write_bytes": "disk",
    "write_text": "disk",
}
# Annotations may name these types; they draw nothing by themselves.
HARMLESS = {"numpy.random.Generator", "time.struct_time"}

# Adapter file -> (what it touches, why it must).
ADAPTERS: dict[str, tuple[set[str], str]] = {
    "flight/__main__.py": ({"disk", "processes", "randomness"}, "the command: manifest, signals, token"),
    "flight/bus/barrier.py": ({"clock"}, "gives a real process real time to answer"),
    "flight/bus/memory.py": ({"disk"}, "maps memory that processes share"),
    "flight/bus/lockstep.py": ({"clock"}, "holds the pace and the budget of wall time"),
    "flight/bus/pair_wire.py": ({"network"}, "pairs of sockets to the processes"),
    "flight/bus/process.py": ({"clock", "processes"}, "main loop of one process on the bus"),
    "flight/bus/realtime.py": ({"clock"}, "absolute deadlines on the wall clock"),
    "flight/bus/stall.py": ({"processes"}, "the alarm that breaks out of an endless step"),
    "flight/bus/tap.py": ({"disk", "network"}, "the socket for live displays"),
    "flight/bus/router_wire.py": ({"disk", "network"}, "the ZeroMQ socket in the run directory"),
    "flight/bus/star.py": ({"disk"}, "reads the stacks of processes"),
    "flight/bus/disk.py": ({"disk"}, "the disk for small state"),
    "flight/executive/process_control.py": ({"environment", "processes"}, "starts and ends processes"),
    "flight/link/keys.py": ({"disk"}, "reads the test keys that come inside the package"),
    "flight/link/level.py": ({"environment"}, "the level of processor instructions that a user names"),
    "flight/link/profile.py": ({"disk"}, "lists the profiles that come inside the package"),
    "ground/archive/query.py": ({"disk"}, "reads an archive's file"),
    "ground/archive/sqlite.py": ({"disk"}, "the archive's SQLite side"),
    "ground/script/live.py": ({"environment", "network", "processes"}, "a live client's socket and name"),
    "ground/script/loops.py": (
        {"disk", "environment", "processes", "randomness"},
        "the runtime folder in which loops are found",
    ),
    "ground/script/procedure.py": ({"threads"}, "the one hand-over thread of an operator's procedure"),
    "ground/server/clients.py": ({"network"}, "the socket for live clients"),
    "hil/devices/battery_unit.py": ({"processes"}, "an emulated unit outlives the Ctrl-C that ends the run"),
    "hil/devices/columns.py": ({"disk"}, "column files"),
    "hil/devices/serial_battery.py": ({"network", "processes"}, "the serial line and the emulated unit"),
    "hil/devices/truth_log.py": ({"disk"}, "the runner's file of the plant's truth"),
    "hil/runner/machine.py": (
        {"clock", "disk", "processes", "randomness"},
        "what a run takes from the machine: time, a private folder, a secret, the interrupt key",
    ),
    "hil/runner/memory.py": ({"disk", "processes"}, "the memory account, from /proc"),
    "hil/runner/places.py": ({"disk"}, "files that a command line names, and the run directory it gets"),
    "hil/runner/recorder.py": ({"processes"}, "starts the recorder's process"),
    "hil/runner/recorder_main.py": ({"disk", "processes"}, "the recorder's process and its files"),
    "hil/runner/run_folder.py": ({"disk"}, "the run directory"),
}


def touches(source: Source) -> dict[str, str]:
    """Return what a file touches, by kind, each with the first place."""
    found: dict[str, str] = {}
    for name, line in sorted(qualified_names(source.tree), key=lambda found: found[1]):
        kind = _kind(name)
        if kind:
            found.setdefault(kind, f"{source.path}:{line}: {name}")
    return found


def _kind(name: str) -> str | None:
    if name in HARMLESS:
        return None
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        prefix = ".".join(parts[:end])
        if prefix in NAMES:
            return NAMES[prefix]
    if parts[0] == "?":
        return METHODS.get(parts[-1])
    return MODULES.get(parts[0])


def faults(sources: tuple[Source, ...], adapters: dict[str, tuple[set[str], str]]) -> list[str]:
    """Return what is touched outside the adapters, and what the list allows without need."""
    found: list[str] = []
    used: dict[str, set[str]] = {path: set() for path in adapters}
    for source in sources:
        allowed = adapters.get(source.path, (set(), ""))[0]
        for kind, place in touches(source).items():
            if kind in allowed:
                used[source.path].add(kind)
            else:
                found.append(f"{place} ({kind} must be injected)")
    for path, (allowed, _) in adapters.items():
        found += [
            f"{path}: the list of adapters must be short, got {kind} unused"
            for kind in sorted(allowed - used[path])
        ]
    return found


def test_machine_is_touched_only_in_adapters() -> None:
    found = faults(python_files(*PRODUCT), ADAPTERS)
    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize("path", ADAPTERS)
def test_adapter_has_a_reason_and_touches_nothing_that_is_banned_everywhere(path: str) -> None:
    kinds, reason = ADAPTERS[path]
    assert reason
    assert "never" not in kinds


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("import time\n", "clock"),
        ("from time import monotonic_ns\n", "clock"),
        ("import datetime\nx = datetime.datetime.now()\n", "clock"),
        ("from datetime import datetime\nx = datetime.now()\n", "clock"),
        ("import random\n", "randomness"),
        ("import numpy as np\nx = np.random.default_rng()\n", "randomness"),
        ("from uuid import uuid4\n", "randomness"),
        ("import os\nx = os.urandom(4)\n", "randomness"),
        ("from os import environ\n", "environment"),
        ("import os as o\nx = o.environ['HOME']\n", "environment"),
        ("x = open('file')\n", "disk"),
        ("def f(path):\n    return path.read_text()\n", "disk"),
        ("from pathlib import Path\nx = Path('a').read_text()\n", "disk"),
        ("import socket\n", "network"),
        ("import zmq.asyncio\n", "network"),
        ("import subprocess\n", "processes"),
        ("import threading\n", "threads"),
        ("import asyncio\n", "asynchrony"),
        ("x = eval('1')\n", "never"),
    ],
)
def test_planted_touch_is_seen(text: str, kind: str) -> None:
    source = Source("flight/power/law.py", text)
    assert set(touches(source)) == {kind}
    assert faults((source,), {})
    assert not faults((source,), {source.path: ({kind}, "planted")})


@pytest.mark.parametrize(
    "text",
    [
        "from datetime import datetime\n",
        "import os\nx = os.path.join('a', 'b')\n",
        "from numpy.random import Generator\n",
        "def f(store):\n    store.open('slot')\n",
        "class A:\n    def open(self): ...\n",
        "def f(socket, time):\n    socket.send(time)\n",
    ],
)
def test_harmless_text_passes(text: str) -> None:
    assert not touches(Source("flight/power/law.py", text))


def test_unused_permission_is_a_fault() -> None:
    source = Source("flight/power/law.py", "import time\n")
    assert faults((source,), {source.path: ({"clock", "disk"}, "planted")})
