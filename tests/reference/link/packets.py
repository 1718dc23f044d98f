"""Packets in streams and zones, from the figures of 133.0-B-2, 133.1-B-3 and 732.0-B-4, octet by octet."""

from collections import deque

from reference.link.frames import pack_fields


def encapsulation(*, protocol: int, form: int, data: bytes, user: int = 0, extension: int = 0) -> bytes:
    """A packet whose length field, of 0, 1, 2 or 4 octets, counts all of it (133.1-B-3 figure 4-2)."""
    fields = [(7, 3), (protocol, 3), (form, 2)]
    if form >= 2:
        fields += [(user, 4), (extension, 4)]
    if form == 3:
        fields += [(0, 16)]
    octets = 1 << form
    if form:
        fields += [(octets + len(data), 8 << (form - 1))]
    return pack_fields(*fields) + data


def whole_size(octets: bytes) -> int | None:
    """Octets of the packet that begins there, None when its header is not whole."""
    if octets[0] >> 5 == 7:
        size = 1 << (octets[0] & 3)
        if len(octets) < size:
            return None
        return int.from_bytes(octets[size // 2 : size]) if size > 1 else 1
    return None if len(octets) < 6 else int.from_bytes(octets[4:6]) + 7


class Reassembly:
    """One octet at a time; a zone that is missing forgets everything up to the next header pointer."""

    def __init__(self) -> None:
        self.current: bytearray | None = None
        self.packets: deque[bytes] = deque()

    def lose(self) -> None:
        self.current = None

    def add(self, zone: bytes, pointer: int) -> None:
        for place, octet in enumerate(zone):
            if place == pointer:
                self.current = bytearray()
            if self.current is None:
                continue
            self.current.append(octet)
            if whole_size(bytes(self.current)) == len(self.current):
                self.packets.append(bytes(self.current))
                self.current = bytearray()
