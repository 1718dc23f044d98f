"""A desk over an archive in memory, so that rows can be read back in their order."""

from dataclasses import dataclass, field

import pytest

from flight.link.errors import LocalLinkError
from ground.archive.records import OpenCommand, Row, StageRow
from ground.command.build import BuiltCommand
from ground.command.desk import CommandDesk
from ground.command.tracking import Tracker, TrackLimits


@dataclass
class MemoryArchive:
    """An archive that keeps rows in a list; ``failure`` makes it refuse."""

    failure: str = ""
    rows: list[Row] = field(default_factory=list)
    safe_count: int = 0
    left: tuple[OpenCommand, ...] = ()
    sequences: dict[int, int] = field(default_factory=dict)

    def put(self, row: Row) -> None:
        self.rows.append(row)

    def commit(self) -> bool:
        if not self.failure:
            self.safe_count = len(self.rows)
        return not self.failure

    def open_commands(self) -> tuple[OpenCommand, ...]:
        return self.left

    def last_command_id(self) -> int:
        return max((one.row.command_id for one in self.left), default=0)

    def last_sequence_counts(self) -> dict[int, int]:
        return self.sequences

    def last_packet_counts(self) -> dict[int, int]:
        raise AssertionError("a desk takes no packets")

    def load(self, _: str) -> str:
        raise AssertionError("a desk loads no values")

    def store(self, *_: object) -> None:
        raise AssertionError("a desk stores no values")

    store_counter = store
    store_dictionary = store

    def close(self) -> None:
        raise AssertionError("a desk closes no archive")

    def stages(self, command_id: int) -> list[str]:
        return [row.stage for row in self.rows if isinstance(row, StageRow) and row.command_id == command_id]


@dataclass
class Bench:
    """Desk, tracker and archive together; a packet is its command's name and count, a unit the packet."""

    archive: MemoryArchive = field(default_factory=MemoryArchive)
    safe_when_framed: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.tracker = Tracker(self.archive, TrackLimits(track_count_max=50))
        self.desk = CommandDesk(
            archive=self.archive,
            tracker=self.tracker,
            build_packet=self.packet,
            frame=self.frame,
            ttl_s=300.0,
        )

    def packet(self, command: BuiltCommand, sequence_count: int, token: int | None) -> bytes:
        return f"{command.name} {command.arguments} #{sequence_count} {token}".encode()

    def frame(self, packet: bytes) -> bytes:
        if b"tier=3" in packet:
            raise LocalLinkError("packet must be <= 10 octets, got 11 (test)", field="packet")
        return packet


@pytest.fixture
def bench() -> Bench:
    return Bench()
