"""Packets of a file into what a profile sends: the inverse of `flight.link.decode`."""

from collections.abc import Iterator
from typing import IO

import numpy as np

from flight.link.errors import LocalLinkError
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

    Raises
    ------
    LocalLinkError
        When security lacks its key or its disk, the channel is not in the profile, a packet is too long, or
        content and code do not go together (packets are not sliced).
    RemoteLinkError
        When the input is no run of whole packets.
    """
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
        return _encode_packets(TelemetrySender(profile, security=security), run, out, vcid)
    return _encode_octets(SendRing(profile, frame_count=_BATCH_COUNT, security=security), packets, out, vcid)


def _encode_packets(sender: TelemetrySender, run: Iterator[bytes], out: IO[bytes], vcid: int) -> int:
    """Multiplex packets; the last frame is filled with an idle packet."""
    count = 0
    for packet in run:
        if not sender.push(vcid, packet) or sender.pending_octets(vcid) > _PENDING_OCTETS:
            count += _write(sender.frames(1 << 20, idle=False), out)
    return count + _write(sender.frames(1 << 20, idle=True, only_idle=False), out)


def _write(cadus: list[bytes], out: IO[bytes]) -> int:
    out.writelines(cadus)
    return len(cadus)


def _encode_octets(ring: SendRing, octets: IO[bytes], out: IO[bytes], vcid: int) -> int:
    """Cut octets into data units of fixed length; the last is filled with zeros, slices with a unit more.

    A bitstream's pointers say what is data; data units of fixed length have none.
    """
    ring.rows["channel"] = vcid
    zone_octets = ring.zones.shape[1]
    count = 0
    while piece := octets.read(ring.zones.size):
        frame_count = -(-len(piece) // zone_octets)
        ring.zones.reshape(-1)[: len(piece)] = np.frombuffer(piece, np.uint8)
        ring.zones.reshape(-1)[len(piece) :] = 0
        ring.rows["pointer"] = BITS_ALL
        if rest := len(piece) % zone_octets:
            ring.rows["pointer"][frame_count - 1] = 8 * rest - 1
        count += _send(ring, frame_count, out)
    while ring.waiting_octets:
        ring.zones[:1] = 0
        ring.rows["pointer"][:1] = BITS_IDLE
        before = count
        count += _send(ring, 1, out)
        if count > before:
            break
    return count


def _send(ring: SendRing, frame_count: int, out: IO[bytes]) -> int:
    made = ring.send(frame_count)
    out.write(ring.cadus[:made].tobytes())
    return made
