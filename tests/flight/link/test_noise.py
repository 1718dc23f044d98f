"""Every parser of `flight.link` over what hypothesis makes: its own error, or a result that adds up."""

from contextlib import suppress
from importlib import resources
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flight.link.clcw import parse_clcw
from flight.link.coding import decode_cltu
from flight.link.decode import decode
from flight.link.encapsulation import parse_encapsulation
from flight.link.errors import LinkError
from flight.link.keys import KeyStore, read_keys
from flight.link.packet import WITH_ENCAPSULATION, SpacePacketHeader, parse_header, split_packets
from flight.link.profile import Profile
from flight.link.segmentation import SegmentAssembler

BUILTIN = resources.files("flight.link") / "profiles"
TEXTS = {
    name: (BUILTIN / f"{name}.toml").read_text(encoding="utf-8") for name in ("laser", "radio_telecommand")
}
KEYS = (BUILTIN / "keys" / "test.toml").read_text(encoding="utf-8")
MISSIONS = sorted((Path(__file__).parents[2] / "vectors" / "profiles").glob("*.toml"))
# Places of a text, octets taken away there and what comes in their stead.
EDITS = st.lists(
    st.tuples(
        st.integers(0, 5000),
        st.integers(0, 12),
        st.sampled_from(["", "0", "-1", "[", "]", '"', "=", "1e9", "\n"]),
    ),
    min_size=1,
    max_size=4,
)


def edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    for place, taken, put in edits:
        at = place % len(text)
        text = text[:at] + put + text[at + taken :]
    return text


@pytest.mark.parametrize("name", TEXTS)
@given(edits=EDITS)
def test_edited_profile_is_refused_or_is_one(name: str, edits: list[tuple[int, int, str]]) -> None:
    with suppress(LinkError):
        assert Profile.from_toml(edited(TEXTS[name], edits), where="x").cadu_octets >= 0


@given(EDITS)
@example([(0, 0, "key = " + "[" * 20_000)])
def test_edited_keys_are_refused_or_are_a_store(edits: list[tuple[int, int, str]]) -> None:
    with suppress(LinkError):
        assert isinstance(read_keys(edited(KEYS, edits), where="x"), KeyStore)


@given(st.integers(-(2**33), 2**33))
def test_control_word_is_refused_or_reads_back(word: int) -> None:
    try:
        clcw = parse_clcw(word)
    except LinkError:
        assert word >> 24 & 0xE3 != 1 or not 0 <= word < 2**32
    else:
        assert clcw.pack() == word & 0xFFFCFEFF


@given(st.binary(max_size=400))
@example(b"\0\0\0\0\xff\xff" + bytes(20))
def test_run_of_packets_is_refused_or_joins_again(data: bytes) -> None:
    for kinds in (1, WITH_ENCAPSULATION):
        with suppress(LinkError):
            assert b"".join(split_packets(data, kinds)) == data


@given(st.binary(max_size=20))
@example(bytes.fromhex("fb05c396000000ff"))
def test_headers_are_refused_or_read_back(data: bytes) -> None:
    with suppress(LinkError):
        header = parse_header(data)
        assert header.pack() == data[:6]
    with suppress(LinkError):
        capsule = parse_encapsulation(data)
        kept = capsule.pack()
        # Where no extension is read its bits are lost.
        assert len(kept) < 2 or kept[0] == data[0]
        assert kept[2:] == data[2 : len(kept)]


@given(st.binary(max_size=300), st.booleans())
def test_blocks_of_telecommand_are_whole_and_few(data: bytes, correct: bool) -> None:
    found = decode_cltu(data, correct=correct, octets_max=140)
    assert len(found.data) % 7 == 0
    assert len(found.data) <= min(140, len(data) // 8 * 7)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 5), st.binary(max_size=9))))
def test_segments_in_any_order_give_units_within_the_limit(
    rows: list[tuple[int, int, int, bytes]],
) -> None:
    assembler = SegmentAssembler(20)
    for apid, flags, count, data in rows:
        header = SpacePacketHeader(
            apid=apid,
            is_command=False,
            has_secondary_header=False,
            sequence_flags=flags,
            sequence_count=count,
            data_octets=len(data) + 1,
        )
        unit, _ = assembler.add(header, data)
        assert unit is None or len(unit) <= 20


@pytest.mark.parametrize("path", MISSIONS, ids=lambda path: path.stem)
@given(noise=st.binary(max_size=3000), repeats=st.integers(1, 3))
def test_recording_of_anything_is_counted_to_its_last_octet(path: Path, noise: bytes, repeats: int) -> None:
    profile = Profile.from_toml(path.read_text(encoding="utf-8"), where=path.name)
    recording = (profile.marker + noise) * repeats
    packets = BytesIO()
    summary = decode(profile, BytesIO(recording), StringIO(), packets=packets)
    assert summary.octets == len(recording)
    assert summary.octets_skipped <= summary.octets
    assert sum(summary.verdicts.values()) == summary.frames
