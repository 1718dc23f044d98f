"""The options of a profile for frames and for their coding."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameOptions:
    """Transfer frames: ``kind`` is "aos" (732.0-B-4), "tm" (132.0-B-3) or "tc" (232.0-B-4).

    Attributes
    ----------
    kind
        Frame format.
    length_octets
        Octets of every frame (aos, tm), or of the longest (tc, <= 1024); marker and code are not counted.
    spacecraft_id
        10 bits; up to 255 an AOS header is that of 732.0-B-4, which had 8.
    channels
        Virtual channels in use, most urgent first; tm: 0..7.
    content
        "packets", "bitstream" (aos: B_PDU) or "octets" (aos, tm: data units of fixed length, VCA).
    count_cycle
        aos: extend the 24-bit frame count by the 4-bit cycle.
    header_check, insert_octets
        aos: header RS(10,6); octets of the insert zone.
    segment_header
        tc: frames carry a segment header with a multiplexer access point.
    ocf
        aos, tm: frames carry the operational control field.
    fecf
        Frames end with a CRC-16.
    encapsulation
        Encapsulation packets (133.1-B-3) travel beside space packets; a document may leave it out.
    """

    kind: str
    length_octets: int
    spacecraft_id: int
    channels: tuple[int, ...]
    content: str
    count_cycle: bool
    header_check: bool
    insert_octets: int
    segment_header: bool
    ocf: bool
    fecf: bool
    encapsulation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingOptions:
    """Synchronisation and channel coding (131.0-B-6, 231.0-B-4).

    Attributes
    ----------
    code
        "none", "rs" (each frame is the data of a codeblock) or "rs_slices" (the stream of frames with their
        markers is cut into codeblocks, 131.0-B-6) for aos and tm; "bch", or "none" (recorded frames that lie
        side by side) for tc.
    correct
        bch: repair one wrong bit in each block; false only detects.
    rs_parity_octets, rs_interleave, rs_virtual_fill_octets
        Reed-Solomon: 32 or 16 octets of parity, 1..8 codewords, symbols that are not sent; 0, 1, 0 without.
    randomiser
        "none", "tm131071" or "tm255" (aos, tm), "tc255" (tc).
    marker_hex
        Attached marker (aos, tm: 4 to 8 octets); empty for tc and for frames that lie side by side.
    marker_mismatch_max
        Wrong bits accepted in a marker at its expected place (aos, tm).
    """

    code: str
    correct: bool
    rs_parity_octets: int
    rs_interleave: int
    rs_virtual_fill_octets: int
    randomiser: str
    marker_hex: str
    marker_mismatch_max: int
