"""The housekeeping table: which message goes down, how often, on which virtual channel. Data."""

from dataclasses import dataclass

from flight.dictionary.application import ApplicationHousekeeping
from flight.dictionary.compute import ComputeStatus, NodeReading
from flight.dictionary.declare import Message
from flight.dictionary.executive import BootRecord, ExecutiveStatus
from flight.dictionary.gateway import GatewayStatus, LinkCounts
from flight.dictionary.laser import LaserModemStatus, LaserStatus
from flight.dictionary.navigation import NavigationReading
from flight.dictionary.optical import OpticalStatus, TerminalReading
from flight.dictionary.power import ArrayReading, BatteryReading, BusReading, PowerStatus
from flight.dictionary.radio import RadioStatus
from flight.dictionary.services import EventsStatus, MonitoringStatus
from flight.dictionary.thermal import LoopReading, ThermalStatus

__all__ = ["BULK", "LIVE", "STORED", "TABLE", "HousekeepingRow"]

LIVE = 0
"""Virtual channel of live housekeeping: sent now or never."""

STORED = 2
"""Virtual channel of stored housekeeping: kept until a station listens."""

BULK = 3
"""Kept for the laser, made only while its end on board keeps them."""


@dataclass(frozen=True, slots=True)
class HousekeepingRow:
    """One row.

    Parameters
    ----------
    message : type of Message
        What goes down.
    channel : int
        ``LIVE``, ``STORED`` or ``BULK``.
    divisor : int
        Every n-th second in which there is a new one; 0: none.
    """

    message: type[Message]
    channel: int
    divisor: int


TABLE: tuple[HousekeepingRow, ...] = (
    HousekeepingRow(PowerStatus, LIVE, 1),
    HousekeepingRow(ThermalStatus, LIVE, 1),
    HousekeepingRow(ComputeStatus, LIVE, 1),
    HousekeepingRow(OpticalStatus, LIVE, 1),
    HousekeepingRow(BusReading, LIVE, 1),
    HousekeepingRow(BatteryReading, LIVE, 2),
    HousekeepingRow(LoopReading, LIVE, 2),
    HousekeepingRow(ArrayReading, LIVE, 5),
    HousekeepingRow(NodeReading, LIVE, 5),
    HousekeepingRow(TerminalReading, LIVE, 5),
    HousekeepingRow(NavigationReading, LIVE, 5),
    HousekeepingRow(ExecutiveStatus, LIVE, 1),
    HousekeepingRow(BootRecord, LIVE, 1),
    HousekeepingRow(RadioStatus, LIVE, 5),
    HousekeepingRow(GatewayStatus, LIVE, 1),
    HousekeepingRow(LinkCounts, LIVE, 1),
    HousekeepingRow(LaserStatus, LIVE, 5),
    HousekeepingRow(LaserModemStatus, LIVE, 5),
    HousekeepingRow(EventsStatus, LIVE, 1),
    HousekeepingRow(MonitoringStatus, LIVE, 1),
    HousekeepingRow(ApplicationHousekeeping, LIVE, 1),
    HousekeepingRow(PowerStatus, STORED, 30),
    HousekeepingRow(ThermalStatus, STORED, 60),
    HousekeepingRow(ComputeStatus, STORED, 60),
    HousekeepingRow(OpticalStatus, STORED, 60),
    HousekeepingRow(BusReading, STORED, 30),
    HousekeepingRow(ExecutiveStatus, STORED, 60),
    HousekeepingRow(NavigationReading, BULK, 10),
    HousekeepingRow(ArrayReading, BULK, 10),
    HousekeepingRow(BatteryReading, BULK, 10),
    HousekeepingRow(LoopReading, BULK, 10),
    HousekeepingRow(NodeReading, BULK, 10),
    HousekeepingRow(TerminalReading, BULK, 10),
)
"""What goes down after start. Stored rows make 11 octets a second: 64 KiB in an orbit of 97 minutes; bulk
rows make 170, which the radio could not bring down in its passes beside the live ones."""
