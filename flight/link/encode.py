"""Packets of a file into what a profile sends: the inverse of `flight.link.decode`."""

from collections.abc import Iterator
from typing import IO

import numpy as np

from flight.link.errors import LocalLinkError, RemoteLinkError
from flight.link.keys import KeyStore
from flight.link.numbers import NumberDisk
from flight.link.packet import read_packets
from flight.link.profile import Profile
from flight.link.ring import BITS_ALL, BITS_IDLE, SendRing
from flight.link.security import SecurityEnd
from flight.link.sender import TelemetrySender
from flight.link.telecommand import TelecommandSender

_BATCH_COUNT = 256
_PENDING_OCTETS = 1 << 17


def encode(
    profile: Profile,
    packets: IO[bytes],
    out: IO[bytes],
    *,
    vcid: int,
    keys: KeyStore | None = None,
    disk: NumberDisk | None = None,
    inserts: IO[bytes] | None = None,
) -> int:
    """Write CADUs, frames (a profile without a marker) or transmission units; return how many.

    Parameters
    ----------
    profile
        What is to be made.
    packets
        A run of whole packets; data of any length where frames carry no packets.
    out
        For the octets, binary.
    vcid
        Virtual channel of all of them.
    keys, disk
        Needed with security: the key store, and where the numbers that were used are kept.
    inserts
        A run of insert zones, one for each frame; frames behind its end carry zeros.

    Raises
    ------
    LocalLinkError
        When security lacks its key or its disk, the channel is not in the profile, a packet is too long,
        content and code do not go together (packets are not sliced), or there are insert zones for a profile
        without.
    RemoteLinkError
        When the input is no run of whole packets, or `inserts` none of whole zones.
    """
    zones = _Inserts(profile, inserts)
    security = None
    if profile.security.is_on:
        if keys is None or disk is None:
            msg = f"keys and disk must be given for a secured profile, got none (profile {profile.name})"
            raise LocalLinkError(msg, field="keys")
        security = SecurityEnd(profile, is_sender=True, keys=keys, disk=disk)
    run = read_packets(packets, profile.packet_kinds, packet_octets_max=profile.limits.packet_octets_max)
    if profile.frame.kind == "tc":
        units = TelecommandSender(profile, security)
        count = 0
        for packet in run:
            count += _write([units.send(vcid, 0, packet)], out)
        return count
    if profile.frame.content == "packets":
        return _encode_packets(TelemetrySender(profile, security=security), run, out, vcid, zones)
    ring = SendRing(profile, frame_count=_BATCH_COUNT, security=security)
    has_bits = profile.frame.content == "bitstream"
    return _encode_octets(ring, packets, out, vcid, zones, has_bits=has_bits)


class _Inserts:
    """Reads insert zones one by one; zeros behind the last."""

    def __init__(self, profile: Profile, inserts: IO[bytes] | None) -> None:
        self._octets = profile.frame.insert_octets
        self._inserts = inserts
        self._ahead_count = 0
        if inserts is not None and not self._octets:
            msg = f"insert zones must be left out without frame.insert_octets, got some ({profile.name})"
            raise LocalLinkError(msg, field="inserts")

    def feed(self, sender: TelemetrySender) -> None:
        """Queue the zones of the next frames."""
        while self._inserts is not None and self._ahead_count < _BATCH_COUNT:
            sender.push_insert(self._take(self._inserts))
            self._ahead_count += 1

    def used(self, count: int) -> None:
        """Say how many frames were made since."""
        self._ahead_count -= count

    def fill(self, ring: SendRing, count: int) -> None:
        """Lay the zones of the next frames into a ring."""
        if self._inserts is not None:
            zones = b"".join(self._take(self._inserts) for _ in range(count))
            ring.inserts.reshape(-1)[: len(zones)] = np.frombuffer(zones, np.uint8)

    def _take(self, inserts: IO[bytes]) -> bytes:
        zone = inserts.read(self._octets)
        if zone and len(zone) < self._octets:
            msg = f"insert zones must be of {self._octets} octets, got {len(zone)} octets (the last)"
            raise RemoteLinkError(msg, field="inserts")
        return zone or bytes(self._octets)


def _encode_packets(
    sender: TelemetrySender, run: Iterator[bytes], out: IO[bytes], vcid: int, zones: _Inserts
) -> int:
    """Multiplex packets; the last frame is filled with an idle packet."""
    count = 0
    for packet in run:
        if sender.pending_octets(vcid) > _PENDING_OCTETS:
            count += _drain(sender, out, zones, idle=False)
        if not sender.push(vcid, packet):
            count += _drain(sender, out, zones, idle=False)
            if not sender.push(vcid, packet):
                msg = f"limits.queue_octets_max must hold a packet, got one of {len(packet)} octets (encode)"
                raise LocalLinkError(msg, field="limits.queue_octets_max")
    return count + _drain(sender, out, zones, idle=True)


def _drain(sender: TelemetrySender, out: IO[bytes], zones: _Inserts, *, idle: bool) -> int:
    """Write the frames that packets fill, with `idle` the last one too."""
    count, made = 0, _BATCH_COUNT
    while made == _BATCH_COUNT:
        zones.feed(sender)
        made = _write(sender.frames(_BATCH_COUNT, idle=idle, only_idle=False), out)
        zones.used(made)
        count += made
    return count


def _write(cadus: list[bytes], out: IO[bytes]) -> int:
    out.writelines(cadus)
    return len(cadus)


def _encode_octets(
    ring: SendRing, octets: IO[bytes], out: IO[bytes], vcid: int, zones: _Inserts, *, has_bits: bool
) -> int:
    """Cut octets into data units of fixed length; the last is filled with zeros, slices with a unit more.

    A bitstream's pointers say what is data; data units of fixed length have none.
    """
    ring.rows["channel"] = vcid
    zone_octets = ring.zone_octets(vcid)
    count = 0
    while piece := octets.read(len(ring.rows) * zone_octets):
        frame_count = -(-len(piece) // zone_octets)
        ring.zones.reshape(-1)[: len(piece)] = np.frombuffer(piece, np.uint8)
        ring.zones.reshape(-1)[len(piece) :] = 0
        ring.rows["pointer"] = BITS_ALL
        rest = len(piece) % zone_octets
        if rest and has_bits:
            ring.rows["pointer"][frame_count - 1] = 8 * rest - 1
        zones.fill(ring, frame_count)
        count += _send(ring, frame_count, out)
    while ring.waiting_octets:
        ring.zones[:1] = 0
        ring.rows["pointer"][:1] = BITS_IDLE
        zones.fill(ring, 1)
        before = count
        count += _send(ring, 1, out)
        if count > before:
            break
    return count


def _send(ring: SendRing, frame_count: int, out: IO[bytes]) -> int:
    made = ring.send(frame_count)
    out.write(ring.cadus[:made].tobytes())
    return made
