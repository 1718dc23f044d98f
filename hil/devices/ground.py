"""The ground station as a participant: it answers in the tick in which it hears."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flight.bus.application import Application, Config, Inbox, Now, Policy, Received, Subscription
from flight.dictionary.laser import GroundLaserBatch
from flight.dictionary.radio import FRAMES_OCTETS_MAX, GroundReceived, GroundTransmit, StationStatus
from flight.dictionary.types import App
from flight.link.ends import read_ends
from flight.link.slots import SlotRing
from ground.server.assembly import GroundPlan, open_node
from ground.server.config import GroundConfig
from ground.server.node import GroundNode, StationView
from hil.devices.rings import RingOptions, slot_of
from hil.devices.tables import read_table

__all__ = ["GroundDevice", "GroundOptions", "build"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundOptions:
    """Options of the ground in the manifest.

    Parameters
    ----------
    satellite : int
        Spacecraft id of the link's profiles.
    archive : str
        File of the archive.
    procedure : str
        Operator procedure; empty for none.
    name : str
        What clients see the loop listed as.
    live : bool
        Open the door to live clients.
    durable : bool
        Wait for the medium at each commit (rigs).
    link : mapping
        Profiles and keys, see :func:`flight.link.ends.read_ends`.
    ring : RingOptions or None
        The ring that the receiver of the optical link writes; None without one.
    """

    satellite: int
    archive: str
    procedure: str = ""
    name: str = ""
    live: bool = False
    durable: bool = False
    link: Mapping[str, object] = field(default_factory=dict)
    ring: RingOptions | None = None


class GroundDevice(Application):
    """Run a ground node in the ticks of the bus.

    It is woken by everything that the antenna hears and steps once a second besides, so that waits of a
    procedure and requests of live clients are served outside of passes too.

    Parameters
    ----------
    config : Config
        From the manifest.
    node : GroundNode
        The ground itself; it knows nothing of the bus.
    """

    APP = App.GROUND
    PERIOD_MS = 1000
    SUBSCRIPTIONS = (
        Subscription(message=GroundReceived, depth=64, policy=Policy.REJECT_NEW, wake=True),
        Subscription(message=StationStatus, depth=16, policy=Policy.REJECT_NEW, wake=True),
        Subscription(message=GroundLaserBatch, depth=16, policy=Policy.REJECT_NEW, wake=True),
    )

    def __init__(self, config: Config, node: GroundNode) -> None:
        super().__init__(config)
        self._node = node

    def step(self, now: Now, inbox: Inbox) -> None:  # noqa: ARG002  mail came to receive
        """Let time pass for procedure, clients and time-outs."""
        self._radiate(self._node.step(now.time_ns, (), None))

    def receive(self, now: Now, message: Received) -> None:
        """Hand over what antenna or telescope heard, or where the antenna points."""
        content = message.message
        if isinstance(content, GroundReceived):
            self._radiate(self._node.step(now.time_ns, (content.octets,), None))
        elif isinstance(content, GroundLaserBatch):
            self._node.take_batch(now.time_ns, slot_of(content))
        elif isinstance(content, StationStatus):
            view = StationView(
                in_view=bool(content.in_view),
                azimuth_rad=content.azimuth_rad,
                elevation_rad=content.elevation_rad,
                range_m=content.range_m,
            )
            self._radiate(self._node.step(now.time_ns, (), view))

    def close(self) -> None:
        """End procedure and clients, complete the archive."""
        self._node.close()

    def _radiate(self, units: list[bytes]) -> None:
        """Send units in messages that the bus can carry."""
        batch = b""
        for unit in units:
            if batch and len(batch) + len(unit) > FRAMES_OCTETS_MAX:
                self.publish(GroundTransmit(octets=batch))
                batch = b""
            batch += unit
        if batch:
            self.publish(GroundTransmit(octets=batch))


def build(configs: Mapping[App, Config]) -> list[Application]:
    """Make the ground station.

    Raises
    ------
    ConfigurationError
        An option is unknown or refused.
    """
    config = configs[App.GROUND]
    options = read_table(GroundOptions, config.options, "options of GROUND")
    plan = GroundPlan(
        config=GroundConfig(
            satellite=options.satellite,
            token_key=config.seed.to_bytes(8, "big"),
            ends=read_ends(options.link, config.disk, "options of GROUND"),
        ),
        archive=Path(options.archive),
        procedure=Path(options.procedure) if options.procedure else None,
        name=options.name,
        live=options.live,
        durable=options.durable,
        ring=None if options.ring is None else SlotRing(options.ring.memory().view, options.ring.shape),
    )
    return [GroundDevice(config, open_node(plan))]
