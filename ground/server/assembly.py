"""Put a node together from paths and switches: the way in for the runner and for operations."""

from dataclasses import dataclass, field
from pathlib import Path

from flight.link.slots import SlotRing
from ground.archive.records import JournalRow
from ground.archive.sqlite import ArchiveWriter
from ground.script.procedure import Procedure, load_procedure
from ground.server.clients import ClientDoor
from ground.server.config import GroundConfig
from ground.server.node import GroundNode

__all__ = ["GroundPlan", "open_node"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundPlan:
    """What a node shall have.

    Parameters
    ----------
    archive : Path
        The file ``ground.sqlite``; continued when it exists.
    procedure : Path or None
        Script that is run from the first step on.
    name : str
        Name of the run, for clients that look for it.
    live : bool
        Whether live clients may come in.
    durable : bool
        Whether each commit waits for the medium (rigs, operations).
    replay : tuple of JournalRow
        Journal of an earlier, interactive run.
    ring : SlotRing or None
        Memory into which the receiver of an optical link writes; None without one.
    """

    config: GroundConfig
    archive: Path
    procedure: Path | None = None
    name: str = "run"
    live: bool = False
    durable: bool = False
    replay: tuple[JournalRow, ...] = field(default=())
    ring: SlotRing | None = None


def open_node(plan: GroundPlan) -> GroundNode:
    """Return a node, ready for its first step.

    Raises
    ------
    FileNotFoundError
        When there is no such procedure.
    sqlite3.Error, ValueError
        When the archive cannot be opened (see :class:`ArchiveWriter`).
    """
    procedure = None
    if plan.procedure is not None:
        if not plan.procedure.is_file():
            raise FileNotFoundError(f"procedure must be a file, got {plan.procedure}")
        procedure = Procedure(plan.procedure.name, load_procedure(plan.procedure))
    archive = ArchiveWriter(plan.archive, satellite=plan.config.satellite, durable=plan.durable)
    clients = ClientDoor(satellite=plan.config.satellite, name=plan.name) if plan.live else None
    return GroundNode(
        plan.config, archive, procedure=procedure, clients=clients, replay=plan.replay, ring=plan.ring
    )
