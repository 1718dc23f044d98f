"""Memory of the chain: what rings of 256 frames take, and what a batch allocates after the start."""

import ctypes
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

if __name__ == "__main__":  # the interpreter that is started below
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.link_chain import RADIO, security_end
from bench.row import Row, alone, skipped

from flight.link._clink import ffi, lib
from flight.link.crypto import find_crypto
from flight.link.ring import ReceiveRing, SendRing

SOURCE = Path(__file__).with_name("memory.c")
FRAMES = 256
BATCHES = 16
MIB = 1 << 20
NAMES = (
    "allocations in 32 batches after the start",
    "ring of 256 frames, sending",
    "ring of 256 frames, receiving",
)


def rows() -> Iterator[Row]:
    """Measure in an interpreter of its own, in which every allocation is counted."""
    found = measured()
    if isinstance(found, str):
        for name, unit in zip(NAMES, ("calls", "MiB", "MiB"), strict=True):
            yield skipped(name, unit, reason=found)
        return
    note = f"radio profile, {find_crypto().name}"
    yield alone(NAMES[0], found["allocations"], "calls", at_most=0, note=note)
    for name, kind in zip(NAMES[1:], ("send", "receive"), strict=True):
        yield alone(name, found[kind] / MIB, "MiB", at_most=1, note=f"{note}: rows, data, CADUs, work")


def measured() -> dict[str, int] | str:
    """Return the allocations and the octets of either end, security included, or why there are none."""
    if "LD_PRELOAD" in os.environ:
        return "needs to be the only one that is loaded first"
    compiler = shutil.which("cc")
    if compiler is None or find_crypto().is_staged:
        return "needs a C compiler and a shared libcrypto"
    with TemporaryDirectory() as folder:
        counter = Path(folder) / "memory.so"
        command = [compiler, "-O2", "-shared", "-fPIC", "-fno-builtin", str(SOURCE), "-o", str(counter)]
        if subprocess.run(command, check=False, capture_output=True).returncode != 0:
            return "needs the GNU C library"
        child = [sys.executable, str(Path(__file__)), str(counter)]
        done = subprocess.run(child, check=True, capture_output=True, env={"LD_PRELOAD": str(counter)})
    figures: dict[str, int] = json.loads(done.stdout)
    return figures


def _in_use(make: Callable[[], SendRing | ReceiveRing]) -> tuple[SendRing | ReceiveRing, int]:
    """Return what was made and the octets that the C library has given out for it."""
    usage = ctypes.CDLL(None).mallinfo2
    usage.restype = type("Usage", (ctypes.Structure,), {"_fields_": [("v", ctypes.c_size_t * 10)]})

    def octets() -> int:
        values = usage().v
        return int(values[4] + values[7])  # mapped (hblkhd) and from the heap (uordblks)

    before = octets()
    made = make()
    return made, octets() - before


def _count(counter: ctypes.CDLL) -> dict[str, int]:
    # What is loaded once is loaded.
    SendRing(RADIO, frame_count=1, security=security_end(RADIO, is_sender=True))
    sender, send_octets = _in_use(
        lambda: SendRing(RADIO, frame_count=FRAMES, security=security_end(RADIO, is_sender=True))
    )
    receiver, receive_octets = _in_use(
        lambda: ReceiveRing(
            RADIO, cadu_count=FRAMES, security=security_end(RADIO, is_sender=False), first_count=0
        )
    )
    assert isinstance(sender, SendRing)
    assert isinstance(receiver, ReceiveRing)
    send_end = sender._security
    assert send_end is not None
    sender.send(FRAMES)
    allocations = 0
    for _ in range(BATCHES):
        send_end.serving(FRAMES)
        receiver.cadus[:] = sender.cadus
        allocations += counter.allocations_of_rx(
            *_addresses(
                ffi.addressof(lib, "dd_rx_batch"),
                receiver._chain.record,
                receiver._c_cadus,
                receiver.cadus.nbytes,
                receiver._c_rows,
                FRAMES,
                receiver._chain.total,
            )
        )
        assert not receiver.rows["verdict"].any()
        allocations += counter.allocations_of_tx(
            *_addresses(
                ffi.addressof(lib, "dd_tx_batch"),
                sender._chain.record,
                sender._c_rows,
                FRAMES,
                sender._c_zones,
                sender.zones.nbytes,
                sender._c_outputs[0],
                sender.cadus.nbytes,
                sender._chain.total,
            )
        )
    return {"allocations": allocations, "send": send_octets, "receive": receive_octets}


def _addresses(*values: object) -> list[ctypes.c_size_t]:
    return [
        ctypes.c_size_t(value if isinstance(value, int) else int(ffi.cast("uintptr_t", value)))
        for value in values
    ]


def _main(counter_path: str) -> None:
    counter = ctypes.CDLL(counter_path)
    counter.allocation_count.restype = ctypes.c_size_t
    counter.allocations_of_tx.restype = counter.allocations_of_rx.restype = ctypes.c_size_t
    assert counter.allocation_count() > 0, "allocations must be counted, got none (bench)"
    print(json.dumps(_count(counter)))


if __name__ == "__main__":
    _main(sys.argv[1])
