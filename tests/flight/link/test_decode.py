"""Recordings: encode and decode are inverse, other missions' profiles, real packets of JPSS-1 and CYGNSS."""

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from reference.link import cadus, random_sequence, rs
from reference.link import frames as plain_frames
from reference.link.crc import crc16

from flight.bus.disk import MemoryDisk
from flight.link.crypto import find_crypto
from flight.link.decode import Summary, decode
from flight.link.encode import encode
from flight.link.errors import LocalLinkError
from flight.link.keys import builtin_test_keys
from flight.link.packet import SequenceGaps, build_packet, parse_header, split_packets
from flight.link.profile import Profile, load_builtin
from flight.link.report import hints
from flight.link.ring import SendRing
from flight.link.security_options import SecurityOptions
from flight.link.segmentation import segment_packets

PROFILES = Path(__file__).parents[2] / "vectors" / "profiles"
GCM = SecurityOptions(
    mode="gcm",
    spi=4,
    key="TEST-downlink",
    key_class="test",
    iv_octets=12,
    mac_octets=16,
    window_count=64,
    reserve_count=1000,
)
PACKETS = b"".join(
    build_packet(
        apid=5 + i % 3, is_command=False, sequence_count=i // 3, data=bytes([i]) * (1 + 37 * i % 900)
    )
    for i in range(120)
)


def mission(name: str) -> Profile:
    path = PROFILES / f"{name}.toml"
    return Profile.from_toml(path.read_text(encoding="utf-8"), where=path.name)


def sent(profile: Profile, packets: bytes, vcid: int | None = None) -> bytes:
    out = io.BytesIO()
    channel = profile.frame.channels[0] if vcid is None else vcid
    encode(profile, io.BytesIO(packets), out, vcid=channel, keys=builtin_test_keys(), disk=MemoryDisk())
    return out.getvalue()


def read(profile: Profile, octets: bytes, *, is_bitwise: bool = False) -> tuple[Summary, bytes, list[dict]]:
    lines, packets = io.StringIO(), io.BytesIO()
    summary = decode(
        profile,
        io.BytesIO(octets),
        lines,
        packets=packets,
        keys=builtin_test_keys(),
        is_bitwise=is_bitwise,
    )
    records = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert records[-1]["summary"]["packets"] == summary.packets
    return summary, packets.getvalue(), records[:-1]


def bare_commands(commands: Profile) -> Profile:
    coding = replace(commands.coding, code="none", correct=False, randomiser="none")
    return replace(commands, name="bare_tc", coding=coding)


def built() -> list[Profile]:
    telemetry = load_builtin("plain_telemetry")
    commands = load_builtin("plain_telecommand")
    checked = replace(telemetry, frame=replace(telemetry.frame, header_check=True, insert_octets=4))
    bare = replace(
        telemetry,
        coding=replace(telemetry.coding, marker_hex="", code="none", rs_parity_octets=0, rs_interleave=1),
    )
    return [
        mission("jpss_hrd"),
        mission("metop_ahrpt"),
        mission("aqua_db"),
        mission("tm_1115"),
        replace(checked, name="checked"),
        replace(bare, name="bare"),
        replace(telemetry, name="bits", frame=replace(telemetry.frame, content="bitstream")),
        replace(telemetry, name="secured", security=GCM),
        replace(mission("tm_1115"), name="secured_tm", security=GCM),
        commands,
        bare_commands(commands),
        replace(commands, name="secured_tc", security=replace(GCM, key="TEST-uplink")),
    ]


@pytest.mark.parametrize("profile", built(), ids=lambda profile: profile.name)
def test_decode_gives_the_packets_that_were_encoded(profile: Profile) -> None:
    if profile.security.is_on and profile.frame.kind != "tc" and find_crypto().is_staged:
        pytest.skip("this machine has no shared libcrypto")
    summary, packets, records = read(profile, sent(profile, PACKETS))
    assert packets == PACKETS
    packet_count = 120 if profile.frame.content == "packets" else 0
    assert (summary.packets, summary.packets_missing, summary.gaps) == (packet_count, 0, 0)
    assert summary.verdicts == {"ok": summary.frames}
    assert summary.hints == ()
    channel = {"frames": summary.frames, "gaps": 0, "corrected": 0}
    assert summary.channels == {profile.frame.channels[0]: channel}
    assert {record["spacecraft"] for record in records} == {profile.frame.spacecraft_id}
    if profile.frame.kind != "tc":
        assert [record["offset"] for record in records] == [
            i * profile.cadu_octets for i in range(summary.frames)
        ]


def test_encode_makes_of_decoded_packets_the_same_octets() -> None:
    profile = mission("jpss_hrd")
    stream = sent(profile, PACKETS, 16)
    assert sent(profile, read(profile, stream)[1], 16) == stream


def test_noise_slips_and_errors_are_told_line_by_line() -> None:
    profile = mission("jpss_hrd")
    stream = bytearray(sent(profile, PACKETS))
    size = profile.cadu_octets
    random = np.random.default_rng(4)
    for place in random.choice(892, 40, replace=False):
        stream[2 * size + 4 + place] ^= 0x11
    stream[5 * size + 4 : 6 * size] = random.bytes(size - 4)
    del stream[8 * size : 9 * size]
    summary, _, records = read(profile, b"front" + bytes(stream))
    assert records[0]["offset"] == 5
    assert records[2]["corrected"] == 40
    assert records[5]["verdict"] == "frame_unrepairable"
    assert {records[5][name] for name in ("spacecraft", "channel", "count", "corrected")} == {None}
    assert [record["gap"] for record in records if record["gap"]] == [1, 1]
    assert (summary.gaps, summary.octets_skipped) == (2, 5)
    assert summary.channels == {1: {"frames": summary.frames - 1, "gaps": 2, "corrected": 40}}


def test_every_octet_lies_in_a_frame_or_is_skipped() -> None:
    profile = mission("jpss_hrd")
    stream = bytearray(sent(profile, PACKETS))
    size = profile.cadu_octets
    stream[3 * size + 500 : 3 * size + 700] = b""
    summary, _, records = read(profile, b"front" + bytes(stream) + b"tail")
    begins = [record["offset"] for record in records]
    covered = {octet for begin in begins for octet in range(begin, begin + size)}
    assert min(end - begin for begin, end in pairwise(begins)) == size - 200
    assert summary.octets == len(covered) + summary.octets_skipped
    assert summary.octets_skipped == 9


def bit_frames(pointers: list[int], zones: list[bytes]) -> tuple[Profile, bytes]:
    """Frames built by the ring, as the encoder sends none with a pointer in the middle."""
    profile = next(profile for profile in built() if profile.name == "bits")
    ring = SendRing(profile, frame_count=len(pointers))
    ring.rows["channel"] = profile.frame.channels[0]
    ring.rows["pointer"] = pointers
    for row, zone in zip(ring.zones, zones, strict=True):
        row[:] = np.frombuffer(zone.ljust(len(row), b"\xaa"), np.uint8)
    return profile, ring.cadus[: ring.send(len(pointers))].tobytes()


def test_bits_behind_the_pointer_of_a_bitstream_are_no_data() -> None:
    # 732.0-B-4 clause 4.1.4.3: the pointer is the place of the last bit; 3FFF: all are data, 3FFE: none.
    full = (bytes(range(256)) * 8)[:1101]
    profile, stream = bit_frames([0x3FFF, 99, 0x3FFE, 3, 7], [full] * 5)
    _, data, records = read(profile, stream)
    zone_octets = records[0]["octets"]
    assert [record["octets"] for record in records] == [zone_octets, 13, 0, 1, 1]
    bits = "".join(f"{octet:08b}" for octet in full)
    joined = bits[: 8 * zone_octets] + bits[:100] + bits[:4] + bits[:8]
    assert "".join(f"{octet:08b}" for octet in data) == joined.ljust(-(-len(joined) // 8) * 8, "0")


def test_inverted_and_shifted_stream_is_read_by_bits() -> None:
    profile = mission("tm_1115")
    number = int.from_bytes(sent(profile, PACKETS))
    octets = sent(profile, PACKETS)
    shifted = ((number ^ ((1 << 8 * len(octets)) - 1)) << 5).to_bytes(len(octets) + 1)
    assert read(profile, shifted, is_bitwise=True)[1] == PACKETS


@pytest.mark.skipif(find_crypto().is_staged, reason="this machine has no shared libcrypto")
def test_bulk_data_go_through_the_laser_profile() -> None:
    profile = load_builtin("laser")
    data = np.random.default_rng(3).bytes(1_500_000)
    octets = sent(profile, data)
    summary, out, records = read(profile, octets)
    assert out[: len(data)] == data
    assert not any(out[len(data) :])
    assert summary.verdicts == {"ok": summary.frames}
    stream = b"".join(clear_data(octets, profile))
    for number, record in enumerate(records):
        slice_count, inside = divmod(record["offset"], profile.cadu_octets)
        at = slice_count * 223 * 8 + inside - 4
        assert stream[at : at + 4] == profile.marker, number
        assert int.from_bytes(stream[at + 6 : at + 9]) == number  # the frame count behind the marker


def clear_data(octets: bytes, profile: Profile) -> list[bytes]:
    """The data of codeblocks that lie side by side, by the plain reference."""
    info = profile.block_octets - 32 * profile.coding.rs_interleave
    sequence = np.frombuffer(random_sequence.tm131071(info), np.uint8)
    blocks = np.frombuffer(octets, np.uint8).reshape(-1, profile.cadu_octets)
    return [(block[4 : 4 + info] ^ sequence).tobytes() for block in blocks]


@pytest.mark.parametrize("shift_bits", [0, 3])
def test_sliced_frames_have_the_place_where_their_marker_lies(shift_bits: int) -> None:
    """Frames and slices by the reference, with noise between codeblocks and one beyond repair."""
    laser = load_builtin("laser")
    profile = replace(
        laser,
        frame=replace(laser.frame, length_octets=100, spacecraft_id=0xA5),
        coding=replace(laser.coding, rs_interleave=1),
        security=SecurityOptions(mode="none"),
    )
    bodies = [
        plain_frames.aos_header(spacecraft=0xA5, vcid=0, count=count) + bytes([count]) * 92
        for count in range(20)
    ]
    made = cadus.slices([body + crc16(body).to_bytes(2) for body in bodies])
    made[4] = made[4][:4] + bytes(80) + made[4][84:]
    noises = [b"\x55" * 7 if number in (0, 3, 7) else b"" for number in range(len(made))]
    begins, octets = [], b""
    for noise, block in zip(noises, made, strict=True):
        begins.append(len(octets) + len(noise))
        octets += noise + block
    if shift_bits:
        octets = (int.from_bytes(octets) << 8 - shift_bits).to_bytes(len(octets) + 1)
    _, _, records = read(profile, octets + profile.marker, is_bitwise=bool(shift_bits))
    numbers = [number for number in range(20) if number not in (9, 10)]  # their markers were beyond repair
    for number, record in zip(numbers, records, strict=True):
        slice_number, inside = divmod(104 * number, 223)
        assert record["offset"] == begins[slice_number] + 4 + inside
        assert record["verdict"] == ("frame_unrepairable" if number == 8 else "ok")
        assert record["count"] == (None if number == 8 else number)


# The fields of a frame that other decoders read at these places: identifiers from their public sources.
MISSIONS = [
    ("jpss_hrd", 159, 0, 16),
    ("metop_ahrpt", 11, 2, 9),
    ("aqua_db", 154, 0, 30),
    ("tm_1115", 0x155, 0, 7),
]


@pytest.mark.parametrize(("name", "spacecraft", "insert_octets", "vcid"), MISSIONS)
def test_mission_profiles_have_the_fields_of_the_public_decoders(
    name: str, spacecraft: int, insert_octets: int, vcid: int
) -> None:
    profile = mission(name)
    assert vcid in profile.frame.channels
    cadu = sent(profile, PACKETS, vcid)[: profile.cadu_octets]
    frame = bytes(a ^ b for a, b in zip(cadu[4:], random_sequence.tm255(profile.block_octets), strict=True))
    if profile.frame.kind == "tm":
        assert int.from_bytes(frame[:2]) == spacecraft << 4 | vcid << 1 | 1
        assert len(cadu) == 1279
        return
    assert int.from_bytes(frame[:2]) == 1 << 14 | spacecraft << 6 | vcid
    assert len(cadu) == 1024
    zone = 6 + insert_octets
    assert frame[zone : zone + 2] == b"\0\0"
    assert frame[zone + 2 : zone + 8] == PACKETS[:6]
    assert rs.encode(frame[:892], parity=32, interleave=4, is_dual=True) == frame[892:]


def test_profile_that_does_not_fit_is_told_what_to_look_at() -> None:
    stream = sent(mission("jpss_hrd"), PACKETS)
    cases = {
        "tm_1115": "most codeblocks are beyond repair",
        "metop_ahrpt": "frames of spacecraft 159 came, which frame.spacecraft_id does not name",
    }
    for name, text in cases.items():
        assert text in read(mission(name), stream)[0].hints[0]
    other = replace(mission("jpss_hrd"), frame=replace(mission("jpss_hrd").frame, channels=(2,)))
    assert "frames of channel 1 came" in read(other, stream)[0].hints[0]
    assert "no whole frame behind a marker 1ACFFC1D" in read(mission("jpss_hrd"), bytes(5000))[0].hints[0]
    bare = replace(mission("jpss_hrd"), coding=replace(mission("jpss_hrd").coding, marker_hex=""))
    assert "fewer octets than one frame of 1020" in read(bare, bytes(100))[0].hints[0]
    assert "no start sequence EB90" in read(load_builtin("plain_telecommand"), bytes(100))[0].hints[0]
    assert read(mission("jpss_hrd"), b"")[0].hints == ("the recording is empty",)


def test_garbage_of_good_frames_is_told() -> None:
    commands = load_builtin("plain_telecommand")
    wide = replace(commands, frame=replace(commands.frame, segment_header=not commands.frame.segment_header))
    summary = read(wide, sent(commands, PACKETS))[0]
    assert set(summary.verdicts) == {"ok"}
    assert "frames are good, but most of their packets are not" in summary.hints[0]
    profile = mission("jpss_hrd")
    scattered = [
        build_packet(apid=5, is_command=False, sequence_count=i * 7919 % 16384, data=bytes(900))
        for i in range(20)
    ]
    assert "frames are good" in read(profile, sent(profile, b"".join(scattered)))[0].hints[0]
    tenth = [
        build_packet(apid=5, is_command=False, sequence_count=10 * i, data=bytes(900)) for i in range(20)
    ]
    assert read(profile, sent(profile, b"".join(tenth)))[0].hints == ()


@pytest.mark.parametrize(
    ("verdict", "option"),
    [
        ("frame_length", "frame.length_octets"),
        ("security_spi", "security.spi"),
        ("security_iv", "security.salt_hex"),
        ("security_tag", "mask_hex"),
    ],
)
def test_most_frequent_verdict_is_explained(verdict: str, option: str) -> None:
    sums = {"octets": 1, "frames": 9, "gaps": 0, "packets": 1, "packets_idle": 0, "packets_missing": 0}
    found = hints(mission("jpss_hrd"), {verdict: 8, "ok": 1}, {**sums, "packets_broken": 0}, {})
    assert len(found) == 1
    assert option in found[0]


def test_many_spacecraft_are_told_as_noise() -> None:
    profile = mission("jpss_hrd")
    bare = replace(
        profile,
        frame=replace(profile.frame, length_octets=892),
        coding=replace(profile.coding, marker_hex="", code="none", rs_parity_octets=0, rs_interleave=1),
    )
    noise = b"".join((0x4000 | i << 6).to_bytes(2) + bytes(890) for i in range(20))
    plain = replace(bare, coding=replace(bare.coding, randomiser="none"))
    assert "20 numbers of spacecraft came, which looks like noise" in read(plain, noise)[0].hints[0]


def test_bare_command_frames_are_found_again_behind_a_bad_one() -> None:
    profile = bare_commands(load_builtin("plain_telecommand"))
    frames = [sent(profile, packet) for packet in split_packets(PACKETS)[:4]]
    assert frames[0][:2] == (0x2000 | profile.frame.spacecraft_id).to_bytes(2)
    assert int.from_bytes(frames[0][2:4]) & 0x3FF == len(frames[0]) - 1
    bad = frames[1][:-1] + bytes([frames[1][-1] ^ 1])
    summary, packets, records = read(profile, frames[0] + bad + frames[2] + b"\xff" * 9 + frames[3])
    assert packets == b"".join(split_packets(PACKETS)[i] for i in (0, 2, 3))
    found = [(record["offset"], record["verdict"]) for record in records]
    second = len(frames[0])
    third = second + len(bad)
    fourth = third + len(frames[2])
    assert found[:3] == [(0, "ok"), (second, "frame_checksum"), (third, "ok")]
    assert [place for place, _ in found[3:]] == [fourth, fourth + 9]
    assert found[3][1] == "frame_length"
    assert summary.octets_skipped == len(bad) + 9
    assert summary.octets == summary.octets_skipped + sum(len(frames[i]) for i in (0, 2, 3))


def test_bits_are_not_looked_for_without_a_marker() -> None:
    with pytest.raises(LocalLinkError, match="--bits must be left out"):
        read(load_builtin("plain_telecommand"), bytes(100), is_bitwise=True)


@pytest.mark.parametrize("piece_octets", [1, 7, 300])
def test_recordings_may_come_in_any_pieces(piece_octets: int) -> None:
    class Dripping(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(piece_octets, size or piece_octets))

    few = b"".join(split_packets(PACKETS)[:3])
    for profile in (mission("jpss_hrd"), load_builtin("plain_telecommand"), built()[5]):
        stream = b"front" + sent(profile, few) + b"tail"
        out = io.BytesIO()
        summary = decode(profile, Dripping(stream), io.StringIO(), packets=out)
        whole, packets, _ = read(profile, stream)
        assert (summary, out.getvalue()) == (whole, packets)
        if profile.marker or profile.frame.kind == "tc":
            assert packets == few
            assert summary.octets_skipped == 9


def test_interrupted_reading_is_summed_up() -> None:
    class Interrupted(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            piece = super().read(size)
            if not piece:
                raise KeyboardInterrupt
            return piece

    lines = io.StringIO()
    with pytest.raises(KeyboardInterrupt):
        decode(mission("jpss_hrd"), Interrupted(sent(mission("jpss_hrd"), PACKETS)), lines)
    assert json.loads(lines.getvalue().splitlines()[-1])["summary"]["packets"] > 100


def test_broken_packets_and_segments_are_counted() -> None:
    profile = mission("jpss_hrd")
    units = segment_packets(apid=7, is_command=False, first_count=0, data=bytes(9000), data_octets_max=3000)
    stream = sent(profile, b"".join([*units, units[0], units[2], *units]))
    size = profile.cadu_octets
    summary = read(profile, stream)[0]
    assert (summary.packets, summary.segments_broken, summary.packets_broken) == (8, 1, 0)
    assert read(profile, stream[: 3 * size] + stream[4 * size :])[0].packets_broken == 1


def test_what_is_missing_is_named() -> None:
    secured = replace(load_builtin("plain_telemetry"), security=GCM)
    with pytest.raises(LocalLinkError, match="keys must be given for a secured profile"):
        decode(secured, io.BytesIO(), io.StringIO())
    with pytest.raises(LocalLinkError, match="keys and disk must be given for a secured profile"):
        encode(secured, io.BytesIO(), io.BytesIO(), vcid=0)


def source_file(package: str, version: str, name: str, folder: Path) -> bytes:
    """Return a file of a source distribution, fetched once into `folder` by the name of its package."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps"]
    command += ["--no-binary", package, "-d", str(folder), f"{package}=={version}"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=100)
    archives = list(folder.glob("*.tar.gz")) + list(folder.glob("*.zip"))
    if done.returncode != 0 or not archives:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{package} must be there for CI, got {done.stderr.decode()[-300:]}")
        pytest.skip(f"{package} {version} cannot be fetched")
    if archives[0].suffix == ".zip":
        with zipfile.ZipFile(archives[0]) as archive:
            member = next(member for member in archive.namelist() if member.endswith(name))
            return archive.read(member)
    with tarfile.open(archives[0]) as archive:
        member = next(member for member in archive.getnames() if member.endswith(name))
        content = archive.extractfile(member)
        assert content is not None
        return content.read()


REAL = [
    ("space_packet_parser", "6.2.0", ".DAT1", 511_200),
    ("ccsdspy", "2.0.1", "CYGNSS_F7_L0_2022_086_10_15_V01_F__first101pkts.tlm", 14_820),
]
# Packets and missing ones of each application process.
Census = dict[int, tuple[int, int]]


def census(rows: Iterable[tuple[int, int]]) -> Census:
    """Count packets and steps of their counts (133.0-B-2 4.1.3.4.3), given process and count of each."""
    found: Census = {}
    last: dict[int, int] = {}
    for apid, count in rows:
        packets, missing = found.get(apid, (0, 0))
        found[apid] = packets + 1, missing + (count - last.get(apid, count - 1) - 1) % 16384
        last[apid] = count
    return found


def census_of_space_packet_parser(recording: bytes) -> Census:
    generators = pytest.importorskip("space_packet_parser.generators.ccsds")
    packets = list(generators.ccsds_generator(io.BytesIO(recording)))
    return census((packet.apid, packet.sequence_count) for packet in packets)


def census_of_ccsdspy(recording: bytes) -> Census:
    utils = pytest.importorskip("ccsdspy.utils")
    found: Census = {}
    for apid, stream in utils.split_by_apid(io.BytesIO(recording)).items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it tells of counts out of order, which are counted here
            fields = utils.read_primary_headers(stream)
        numbers = fields["CCSDS_SEQUENCE_COUNT"].astype(int)
        found[int(apid)] = len(numbers), int(((np.diff(numbers) - 1) % 16384).sum())
    return found


@pytest.mark.interop
@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize(("package", "version", "name", "size"), REAL, ids=["JPSS-1", "CYGNSS"])
def test_real_packets_come_through_whole_and_are_counted_as_others_count_them(
    package: str, version: str, name: str, size: int, tmp_path: Path
) -> None:
    recording = source_file(package, version, name, tmp_path)
    shutil.rmtree(tmp_path)
    assert len(recording) == size
    theirs = census_of_space_packet_parser(recording)
    assert theirs == census_of_ccsdspy(recording)
    headers = [parse_header(packet) for packet in split_packets(recording)]
    assert census((header.apid, header.sequence_count) for header in headers) == theirs
    gaps = SequenceGaps()
    missing: Counter[int] = Counter()
    for header in headers:
        missing[header.apid] += gaps.missing(header.apid, header.sequence_count)
    assert missing == {apid: count for apid, (_, count) in theirs.items()}
    summary, out, _ = read(mission("jpss_hrd"), sent(mission("jpss_hrd"), recording, 11))
    assert out == recording
    assert summary.gaps == 0
    assert summary.packets == sum(packets for packets, _ in theirs.values())
    assert summary.packets_missing == sum(count for _, count in theirs.values())
