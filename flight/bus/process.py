"""Main loop of one process on the bus: ``python -m flight.bus.process``, started by the executive only.

It reads its start information from standard input, builds its applications, says READY, and then answers each
frame of the coordinator with one frame until it is told to stop or its parent is gone.
"""

import faulthandler
import gc
import os
import signal
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import cast

from flight.bus.boot import Boot, parse_boot
from flight.bus.frames import BYE, READY, REPLY, Run, pack, parse_to_process
from flight.bus.group import Group
from flight.bus.wire import ProcessEnd
from flight.dictionary.registry import DICTIONARY

__all__ = ["main", "serve"]


def serve(boot: Boot, end: ProcessEnd) -> None:
    """Answer the coordinator until STOP.

    Parameters
    ----------
    boot : Boot
        Start information.
    end : ProcessEnd
        Connected to the coordinator.
    """
    group = Group(boot.manifest.units(boot.name), time.perf_counter_ns)
    declared = group.declared()
    if "flight.link.coding" in sys.modules:  # only a process that has the link loaded pays for it
        import_module("flight.link.level").use_level_of_environment()
    gc.collect()
    gc.freeze()
    token = boot.token
    end.send(pack((token, READY, boot.name, boot.manifest.hash(), DICTIONARY.hash, declared)))
    while (frame := end.receive()) is not None:
        order = parse_to_process(frame)
        if not isinstance(order, Run):
            group.close()
            busy = sorted(group.busy_ns.items())
            end.send(pack((token, BYE, busy, time.process_time_ns())))
            return
        for start in order.starts:
            group.start(start)
        end.send(pack((token, REPLY, order.tick, group.run(order.tick, order.works))))


def main() -> None:
    """Run one process from its start information on standard input."""
    parent = os.getppid()
    boot = parse_boot(sys.stdin.buffer.read())
    with Path(boot.stack_path).open("w", encoding="utf-8") as stacks:
        faulthandler.register(signal.SIGUSR1, stacks, all_threads=True)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        end = _connect(boot, parent)
        try:
            serve(boot, end)
        finally:
            end.close()
            faulthandler.unregister(signal.SIGUSR1)


def _connect(boot: Boot, parent: int) -> ProcessEnd:
    """Return this process's end of the wire; only the one that is used is imported."""
    kind, _, where = boot.endpoint.partition(":")
    if kind == "fd":
        return cast("ProcessEnd", import_module("flight.bus.pair_wire").PairEnd(int(where)))
    dealer = import_module("flight.bus.router_wire").DealerEnd
    return cast("ProcessEnd", dealer(boot.endpoint, boot.identity, parent))


if __name__ == "__main__":
    main()
