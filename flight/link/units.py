"""Whole packets in data units of fixed length: how packets travel where frames carry no packet pointers.

A data unit (VCA_SDU, 732.0-B-4 clause 3.4) of a long frame holds whole packets, one behind the other, and an
idle packet (133.0-B-2 clause 4.1.3.3.4) up to its end. No packet lies in two units, so a lost frame takes
its own packets and no others.
"""

from collections.abc import Iterable

from flight.link._clink import ffi, lib
from flight.link.errors import LocalLinkError, RemoteLinkError
from flight.link.packet import COUNT_MODULUS, PACKET_OCTETS_MIN, is_idle, split_packets

__all__ = ["UnitFiller", "unit_packets"]


class UnitFiller:
    """Fill data units.

    Attributes
    ----------
    idle_count
        Sequence count of the next idle packet.
    """

    def __init__(self, idle_count: int = 0) -> None:
        self.idle_count = idle_count

    @staticmethod
    def fits(packet_octets: int, used_octets: int, unit_octets: int) -> bool:
        """Return whether a packet goes into the rest of a unit; what is left must hold an idle packet."""
        rest = unit_octets - used_octets - packet_octets
        return rest == 0 or rest >= PACKET_OCTETS_MIN

    def fill(self, unit: memoryview, packets: Iterable[bytes]) -> None:
        """Write packets, which must fit, into a unit and an idle packet behind them.

        Raises
        ------
        LocalLinkError
            When they do not fit.
        """
        octets = b"".join(packets)
        if not self.fits(len(octets), 0, unit.nbytes):
            msg = (
                f"packets must fill a unit or leave {PACKET_OCTETS_MIN} octets of {unit.nbytes},"
                f" got {len(octets)} octets (units)"
            )
            raise LocalLinkError(msg, field="packets", clause="133.0-B-2 4.1.3")
        unit[: len(octets)] = octets
        if rest := unit.nbytes - len(octets):
            idle = ffi.from_buffer("uint8_t[]", unit[len(octets) :], require_writable=True)
            lib.dd_packet_idle(self.idle_count, idle, rest)
            self.idle_count = (self.idle_count + 1) % COUNT_MODULUS


def unit_packets(unit: bytes) -> list[bytes] | None:
    """Return the packets of a data unit without its idle ones; None when it is no run of whole packets."""
    try:
        return [packet for packet in split_packets(unit) if not is_idle(packet)]
    except RemoteLinkError:
        return None
