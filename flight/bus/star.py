"""The star: the processes around the coordinator, started, admitted, heard and ended."""

import stat
from collections.abc import Collection, Sequence
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Final, NamedTuple

from flight.bus.boot import Boot, pack_boot
from flight.bus.children import Child, ProcessControl
from flight.bus.envelope import BUNDLE_OCTETS_MAX
from flight.bus.exchange import Declared, Start, Work
from flight.bus.frames import STOP, Bye, FromProcess, Ready, pack, pack_run, parse_from_process
from flight.bus.manifest import Manifest
from flight.bus.pair_wire import PairWire
from flight.bus.router_wire import RouterWire
from flight.bus.wire import Wire
from flight.dictionary.executive import BusReject
from flight.dictionary.registry import DICTIONARY

__all__ = ["Incoming", "Member", "Star", "Transport"]


class Transport(Enum):
    """What carries the frames."""

    PAIR = "pair"
    """One pair of connected sockets per process: for simulated time."""
    ROUTER = "router"
    """ZeroMQ, one ROUTER and one DEALER per process: for the wall clock."""


class Incoming(NamedTuple):
    """One frame from a process of this boot."""

    process: str
    content: FromProcess


class Member:
    """One process around the coordinator."""

    __slots__ = (
        "apps",
        "bye",
        "child",
        "declared",
        "frozen",
        "identity",
        "incarnation",
        "is_ready",
        "name",
        "refusal",
    )

    def __init__(self, name: str, apps: Collection[int]) -> None:
        self.name: Final = name
        self.apps: Final = frozenset(apps)
        self.incarnation = 0
        self.identity = b""
        self.child: Child | None = None
        self.is_ready = False
        self.frozen = False
        self.refusal = ""
        self.declared: tuple[Declared, ...] = ()
        self.bye: Bye | None = None


class Star:
    """Processes and the socket to them.

    Parameters
    ----------
    manifest : Manifest
        Who takes part, and where.
    control : ProcessControl
        Starts processes.
    run_dir : Path
        Folder of mode 0700 for socket and stacks.
    token : bytes
        Secret of this boot.
    transport : Transport
        What carries the frames.

    Raises
    ------
    ValueError
        When the folder is open to others or its path is too long for a socket.
    """

    def __init__(
        self, manifest: Manifest, control: ProcessControl, run_dir: Path, token: bytes, transport: Transport
    ) -> None:
        mode = stat.S_IMODE(run_dir.stat().st_mode)
        if mode != 0o700:
            raise ValueError(f"run folder must have mode 0700, got {mode:04o} ({run_dir})")
        self._manifest: Final = manifest
        self._control: Final = control
        self._run_dir: Final = run_dir
        self._token: Final = token
        self.members: Final = {
            name: Member(name, [int(one.app) for one in manifest.of_process(name)])
            for name in manifest.processes
        }
        self.member_of: Final = {app: member for member in self.members.values() for app in member.apps}
        self.rejects: Final[list[tuple[BusReject, int]]] = []
        self._by_identity: Final[dict[bytes, Member]] = {}
        apps = max((len(member.apps) for member in self.members.values()), default=1)
        octets_max = (apps + 1) * 2 * BUNDLE_OCTETS_MAX
        self._wire: Final[Wire] = (
            PairWire(octets_max) if transport is Transport.PAIR else RouterWire(run_dir, octets_max)
        )

    def spawn(self, name: str) -> None:
        """Start one process, as a new incarnation."""
        member = self.members[name]
        self._forget(member)
        member.incarnation += 1
        member.identity = f"{name}.{member.incarnation}".encode()
        member.is_ready = member.frozen = False
        member.refusal = ""
        self._by_identity[member.identity] = member
        way = self._wire.open(member.identity)
        stack_path = str(self._run_dir / f"{name}.stack")
        boot = Boot(name, member.identity, way.endpoint, self._token, stack_path, self._part(name))
        member.child = self._control.spawn(name, pack_boot(boot), way.descriptors)
        self._wire.opened(member.identity)

    def send_run(self, member: Member, tick: int, starts: Sequence[Start], works: Sequence[Work]) -> bool:
        """Send one tick's work to a process; return False when it is gone."""
        return self._wire.send(member.identity, pack_run(tick, starts, works))

    def send_stop(self, member: Member) -> bool:
        """Ask a process to end; return False when it is gone."""
        return self._wire.send(member.identity, pack((STOP,)))

    def receive(self, timeout_ms: int) -> Incoming | None:
        """Return the next good frame, or None after a time without any; bad ones are noted in ``rejects``.

        None comes early when a process has hung up.
        """
        while (arrival := self._wire.receive(timeout_ms)) is not None:
            member = self._by_identity.get(arrival.identity)
            if member is None:
                old = arrival.identity.rpartition(b".")[0].decode(errors="replace") in self.members
                self.rejects.append((BusReject.LATE if old else BusReject.WRONG_SENDER, 0))
                continue
            content = self._content(member, arrival.frame)
            if content is not None:
                return Incoming(member.name, content)
        return None

    def _content(self, member: Member, frame: bytes | BusReject) -> FromProcess | None:
        """Return what a frame says, or None when it is refused."""
        content = frame if isinstance(frame, BusReject) else parse_from_process(frame, self._token)
        if isinstance(content, BusReject):
            self.rejects.append((content, min(member.apps)))
            return None
        if isinstance(content, Ready) and not self._admit(member, content):
            return None
        if isinstance(content, Bye):
            member.bye = content
        return content

    def kill(self, member: Member) -> None:
        """End a process at once: before its wire goes, at whose end it would end by itself, in order."""
        member.is_ready = False
        if member.child is not None:
            member.child.kill()
        self._forget(member)

    def _forget(self, member: Member) -> None:
        if self._by_identity.pop(member.identity, None) is not None:
            self._wire.drop(member.identity)

    def dead(self) -> list[Member]:
        """Return the processes that have ended unasked."""
        return [m for m in self.members.values() if m.child is not None and m.child.exit_code() is not None]

    def close(self) -> None:
        """End what still runs and close the wire."""
        for member in self.members.values():
            if member.child is not None:
                member.child.kill()
        self._wire.close()

    def stack_of(self, name: str) -> str:
        """Return the stacks that a process wrote on request."""
        try:
            return (self._run_dir / f"{name}.stack").read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""

    def _part(self, name: str) -> Manifest:
        return replace(self._manifest, participants=self._manifest.of_process(name))

    def _admit(self, member: Member, ready: Ready) -> bool:
        """Check a READY against the manifest and the dictionary of this build."""
        apps = {one.app for one in ready.declared}
        if ready.name != member.name or apps != member.apps or member.is_ready:
            self.rejects.append((BusReject.WRONG_SENDER, min(member.apps)))
            return False
        if ready.dictionary_hash != DICTIONARY.hash or ready.manifest_hash != self._part(member.name).hash():
            self.rejects.append((BusReject.WRONG_SCHEMA, min(member.apps)))
            member.refusal = "its dictionary or its part of the manifest differs from the coordinator's"
            return False
        member.is_ready = True
        member.declared = ready.declared
        return True
