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

import zmq

from flight.bus.boot import Boot, parse_boot
from flight.bus.frames import BYE, READY, REPLY, Run, pack, parse_to_process
from flight.bus.group import Group
from flight.dictionary.registry import DICTIONARY

__all__ = ["main", "serve"]

LINGER_MS = 200
PARENT_CHECK_MS = 1000


def serve(boot: Boot, socket: "zmq.Socket[bytes]", parent: int) -> None:
    """Answer the coordinator until STOP.

    Parameters
    ----------
    boot : Boot
        Start information.
    socket : zmq.Socket
        Connected to the coordinator.
    parent : int
        Process id of the parent; when it changes, the coordinator is gone.
    """
    group = Group(boot.manifest.units(boot.name), time.perf_counter_ns)
    declared = group.declared()
    if "flight.link.coding" in sys.modules:  # only a process that has the link loaded pays for it
        import_module("flight.link.level").use_level_of_environment()
    gc.collect()
    gc.freeze()
    token = boot.token
    socket.send(pack((token, READY, boot.name, boot.manifest.hash(), DICTIONARY.hash, declared)))
    while True:
        try:
            frame = socket.recv()
        except zmq.Again:
            if os.getppid() != parent:
                return
            continue
        order = parse_to_process(frame)
        if not isinstance(order, Run):
            group.close()
            busy = sorted(group.busy_ns.items())
            socket.send(pack((token, BYE, busy, time.process_time_ns())))
            return
        for start in order.starts:
            group.start(start)
        socket.send(pack((token, REPLY, order.tick, group.run(order.tick, order.works))))


def main() -> None:
    """Run one process from its start information on standard input."""
    parent = os.getppid()
    boot = parse_boot(sys.stdin.buffer.read())
    with Path(boot.stack_path).open("w", encoding="utf-8") as stacks:
        faulthandler.register(signal.SIGUSR1, stacks, all_threads=True)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        context = zmq.Context()
        socket = context.socket(zmq.DEALER)
        socket.setsockopt(zmq.IDENTITY, boot.identity)
        socket.setsockopt(zmq.LINGER, LINGER_MS)
        socket.setsockopt(zmq.RCVTIMEO, PARENT_CHECK_MS)
        socket.connect(boot.endpoint)
        try:
            serve(boot, socket, parent)
        finally:
            socket.close()
            context.term()
            faulthandler.unregister(signal.SIGUSR1)


if __name__ == "__main__":
    main()
