"""Recordings: encode and decode are inverse, other missions' profiles, real packets of JPSS-1 and CYGNSS."""

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from flight.bus.disk import MemoryDisk
from flight.link.crypto import find_crypto
from flight.link.decode import Summary, decode
from flight.link.encode import encode
from flight.link.errors import LocalLinkError
from flight.link.keys import builtin_test_keys
from flight.link.packet import SequenceGaps, build_packet, parse_header, split_packets
from flight.link.profile import Profile, load_builtin
from flight.link.security_options import SecurityOptions

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
        mission("tm_1115"),
        replace(checked, name="checked"),
        replace(bare, name="bare"),
        replace(telemetry, name="secured", security=GCM),
        replace(mission("tm_1115"), name="secured_tm", security=GCM),
        commands,
        replace(commands, name="secured_tc", security=replace(GCM, key="TEST-uplink")),
    ]


@pytest.mark.parametrize("profile", built(), ids=lambda profile: profile.name)
def test_decode_gives_the_packets_that_were_encoded(profile: Profile) -> None:
    if profile.security.is_on and profile.frame.kind != "tc" and find_crypto().is_staged:
        pytest.skip("this machine has no shared libcrypto")
    summary, packets, records = read(profile, sent(profile, PACKETS))
    assert packets == PACKETS
    assert (summary.packets, summary.packets_missing, summary.gaps) == (120, 0, 0)
    assert summary.verdicts == {"ok": summary.frames}
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
    assert [record["gap"] for record in records if record["gap"]] == [1, 1]
    assert (summary.gaps, summary.octets_skipped) == (2, 5)


def test_inverted_and_shifted_stream_is_read_by_bits() -> None:
    profile = mission("tm_1115")
    number = int.from_bytes(sent(profile, PACKETS))
    octets = sent(profile, PACKETS)
    shifted = ((number ^ ((1 << 8 * len(octets)) - 1)) << 5).to_bytes(len(octets) + 1)
    assert read(profile, shifted, is_bitwise=True)[1] == PACKETS


@pytest.mark.skipif(find_crypto().is_staged, reason="this machine has no shared libcrypto")
def test_bulk_data_go_through_the_laser_profile() -> None:
    profile = load_builtin("laser")
    data = np.random.default_rng(3).bytes(300_000)
    summary, out, records = read(profile, sent(profile, data))
    assert out[: len(data)] == data
    assert not any(out[len(data) :])
    assert summary.verdicts == {"ok": summary.frames}
    assert records[0]["offset"] is None


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


# CYGNSS records every tenth packet of three application processes: 3 of 4 counts have 9 missing, three times.
REAL = [
    ("space_packet_parser", "6.2.0", ".DAT1", 511_200, {11: 7200}, 0),
    (
        "ccsdspy",
        "2.0.1",
        "CYGNSS_F7_L0_2022_086_10_15_V01_F__first101pkts.tlm",
        14_820,
        {384: 4, 386: 4, 391: 1, 392: 4, 393: 40, 394: 39, 1313: 9},
        3 * 3 * 9,
    ),
]


@pytest.mark.interop
@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("package", "version", "name", "size", "counts", "missing_count"), REAL, ids=["JPSS-1", "CYGNSS"]
)
def test_real_packets_come_through_whole(
    package: str,
    version: str,
    name: str,
    size: int,
    counts: dict[int, int],
    missing_count: int,
    tmp_path: Path,
) -> None:
    recording = source_file(package, version, name, tmp_path)
    shutil.rmtree(tmp_path)
    assert len(recording) == size
    packets = split_packets(recording)
    headers = [parse_header(packet) for packet in packets]
    assert Counter(header.apid for header in headers) == counts
    gaps = SequenceGaps()
    assert sum(gaps.missing(header.apid, header.sequence_count) for header in headers) == missing_count
    summary, out, _ = read(mission("jpss_hrd"), sent(mission("jpss_hrd"), recording, 11))
    assert out == recording
    assert (summary.packets, summary.gaps) == (sum(counts.values()), 0)
    assert summary.packets_missing == missing_count
