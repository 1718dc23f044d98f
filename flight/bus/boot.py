"""What a process is told at its start: its name, the address, the token of this boot, its participants."""

from typing import NamedTuple

import msgpack

from flight.bus.manifest import Level, Manifest, Participant
from flight.dictionary.types import App

__all__ = ["Boot", "pack_boot", "parse_boot"]


class Boot(NamedTuple):
    """Start information of one process.

    Parameters
    ----------
    name : str
        Name of the process in the manifest.
    identity : bytes
        Its address at the coordinator's socket; new for each incarnation.
    endpoint : str
        Where the coordinator listens.
    token : bytes
        Secret of this boot; it travels over standard input only.
    stack_path : str
        File for the stacks of all threads, written on SIGUSR1.
    manifest : Manifest
        The participants of this process only.
    """

    name: str
    identity: bytes
    endpoint: str
    token: bytes
    stack_path: str
    manifest: Manifest


def pack_boot(boot: Boot) -> bytes:
    """Return the octets that a process reads from its standard input."""
    manifest = boot.manifest
    rows = [
        (int(o.app), o.factory, o.process, o.unit, int(o.level), o.sends_commands, o.publishes, o.options)
        for o in manifest.participants
    ]
    state = (manifest.state_folder, manifest.state_synced)
    common = (manifest.seed, manifest.epoch_ns, manifest.tick_ms, *state)
    octets: bytes = msgpack.packb((*boot[:-1], common, rows))
    return octets


def parse_boot(octets: bytes) -> Boot:
    """Parse start information, which only the parent process can have written."""
    *head, common, rows = msgpack.unpackb(octets)
    seed, epoch_ns, tick_ms, state_folder, state_synced = common
    participants = []
    for app, factory, process, unit, level, sends_commands, publishes, options in rows:
        participants.append(
            Participant(
                app=App(app),
                factory=factory,
                process=process,
                unit=unit,
                level=Level(level),
                sends_commands=sends_commands,
                publishes=None if publishes is None else tuple(publishes),
                options=options,
            )
        )
    manifest = Manifest(
        participants=tuple(participants),
        seed=seed,
        epoch_ns=epoch_ns,
        tick_ms=tick_ms,
        state_folder=state_folder,
        state_synced=state_synced,
    )
    name, identity, endpoint, token, stack_path = head
    return Boot(name, identity, endpoint, token, stack_path, manifest)
