"""AOS and telecommand frames as bit strings, from the figures of 732.0-B-4 and 232.0-B-4."""

from reference.link.crc import crc16


def pack_fields(*fields: tuple[int, int]) -> bytes:
    """Fields of (value, bits), most significant first."""
    text = "".join(f"{value:0{width}b}" for value, width in fields)
    return int(text, 2).to_bytes(len(text) // 8)


def aos_header(*, spacecraft: int, vcid: int, count: int, replay: int = 0) -> bytes:
    """Return the primary header with a 28-bit count."""
    head = pack_fields((1, 2), (spacecraft, 8), (vcid, 6), (count % (1 << 24), 24))
    return head + pack_fields((replay, 1), (1, 1), (0, 2), (count >> 24, 4))


def aos(
    *, spacecraft: int, vcid: int, count: int, pointer: int, zone: bytes, ocf: int, replay: int = 0
) -> bytes:
    """Return a frame with M_PDU, 28-bit count, control word and checksum."""
    head = aos_header(spacecraft=spacecraft, vcid=vcid, count=count, replay=replay)
    frame = head + pack_fields((0, 5), (pointer, 11)) + zone + pack_fields((ocf, 32))
    return frame + crc16(frame).to_bytes(2)


def telecommand(
    *, spacecraft: int, vcid: int, map_id: int, flags: int, data: bytes, bypass: int = 1
) -> bytes:
    """Return a frame with segment header and checksum."""
    total = 5 + 1 + len(data) + 2
    frame = pack_fields(
        (0, 2), (bypass, 1), (0, 1), (0, 2), (spacecraft, 10), (vcid, 6), (total - 1, 10), (0, 8)
    )
    frame += pack_fields((flags, 2), (map_id, 6)) + data
    return frame + crc16(frame).to_bytes(2)


def zones_and_pointers(packets: list[bytes], zone_octets: int) -> list[tuple[bytes, int]]:
    """Cut the stream of packets into whole zones, each with its first header pointer."""
    starts = []
    at = 0
    for packet in packets:
        starts.append(at)
        at += len(packet)
    stream = b"".join(packets)
    out = []
    for begin in range(0, len(stream) - zone_octets + 1, zone_octets):
        inside = [start - begin for start in starts if begin <= start < begin + zone_octets]
        out.append((stream[begin : begin + zone_octets], inside[0] if inside else 2047))
    return out
