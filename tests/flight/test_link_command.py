"""``flight link`` as a user runs it: files, standard streams, exit codes, and what is said of an error."""

import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flight.__main__ import _link_commands
from flight.link.encode import encode
from flight.link.packet import build_packet
from flight.link.profile import load_builtin

NAME = "plain_telemetry"
PACKETS = b"".join(
    build_packet(apid=5, is_command=False, sequence_count=i, data=bytes([i]) * 900) for i in range(9)
)


def run(*arguments: str | Path, octets: bytes = b"") -> tuple[int, bytes, str]:
    """Return the exit code and what came on standard output and error."""
    done = CliRunner().invoke(_link_commands(), [str(argument) for argument in arguments], input=octets)
    return done.exit_code, done.stdout_bytes, done.stderr


def stream() -> bytes:
    profile, out = load_builtin(NAME), io.BytesIO()
    encode(profile, io.BytesIO(PACKETS), out, vcid=profile.frame.channels[0])
    return out.getvalue()


def test_info_names_cipher_level_and_profiles() -> None:
    code, out, _ = run("info")
    assert code == 0
    assert [line.split(":")[0] for line in out.decode().splitlines()] == ["encryption", "level", "profiles"]
    assert NAME in out.decode()


def test_standard_streams_are_read_and_written(tmp_path: Path) -> None:
    code, made, _ = run("encode", "--profile", NAME, octets=PACKETS)
    assert (code, made) == (0, stream())
    code, lines, said = run("decode", "--profile", NAME, "--packets", tmp_path / "p", octets=made)
    assert (code, said) == (0, "")
    assert (tmp_path / "p").read_bytes() == PACKETS
    assert json.loads(lines.splitlines()[-1])["summary"]["packets"] == 9


def test_files_are_read_and_written(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(PACKETS)
    assert run("encode", "--profile", NAME, tmp_path / "in", "--out", tmp_path / "out")[0] == 0
    assert (tmp_path / "out").read_bytes() == stream()
    assert run("decode", "--profile", NAME, tmp_path / "out")[0] == 0
    assert run("encode", "--profile", NAME, tmp_path / "in", "--out", "/dev/null")[0] == 0


def test_profile_file_needs_no_suffix(tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "vectors/profiles/jpss_hrd.toml").read_text(encoding="utf-8")
    (tmp_path / "mission").write_text(text, encoding="utf-8")
    assert run("encode", "--profile", tmp_path / "mission", octets=PACKETS)[0] == 0


@pytest.mark.parametrize(
    ("octets", "hint"), [(b"", "the recording is empty"), (bytes(5000), "no whole frame")]
)
def test_recording_without_a_good_frame_ends_with_one(octets: bytes, hint: str) -> None:
    code, _, said = run("decode", "--profile", NAME, octets=octets)
    assert code == 1
    assert hint in said


def test_what_cannot_be_used_is_told_in_one_line(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe")
    gone = tmp_path / "gone"
    cases = (
        ("decode", "--profile", NAME, gone),
        ("decode", "--profile", NAME, tmp_path),
        ("decode", "--profile", gone),
        ("decode", "--profile", tmp_path),
        ("decode", "--profile", binary),
        ("decode", "--profile", NAME, "--keys", gone),
        ("decode", "--profile", NAME, "--keys", binary),
        ("decode", "--profile", NAME, binary, "--packets", binary),
        ("encode", "--profile", NAME, binary, "--out", binary),
        ("encode", "--profile", NAME, gone),
        ("encode", "--profile", NAME, "--out", gone / "out"),
        ("encode", "--profile", NAME, "--out", tmp_path),
        ("decode", "--bits", "--profile", "plain_telecommand"),
    )
    for case in cases:
        code, out, said = run(*case)
        assert (code, out) == (2, b""), case
        assert said.startswith("flight link: "), case
        assert " must be " in said, case
        assert said.count("\n") == 1, case
        assert str(case[-1]) in said, case
    assert binary.read_bytes() == b"\xff\xfe"


def test_bad_packets_leave_no_output_behind(tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, _, said = run("encode", "--profile", NAME, "--out", out, octets=PACKETS + b"\0")
    assert code == 2
    assert "packet must be whole" in said
    assert list(tmp_path.iterdir()) == []
    out.write_bytes(b"before")
    run("encode", "--profile", NAME, "--out", out, octets=PACKETS + b"\0")
    assert out.read_bytes() == b"before"


def test_secured_encoding_says_where_it_wrote_and_which_keys_serve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "radio_telemetry"
    code, made, said = run("encode", "--profile", name, octets=PACKETS)
    assert code == 0
    assert said.splitlines() == [
        "flight link: public TEST keys serve, as no --keys were given",
        "flight link: the numbers used with security are kept in runs/link (--state)",
    ]
    assert [path.name for path in (tmp_path / "runs" / "link").iterdir()] == ["link_s_2"]
    code, _, said = run("decode", "--profile", name, octets=made)
    assert (code, said) == (0, "flight link: public TEST keys serve, as no --keys were given\n")
    keys = tmp_path / "keys.toml"
    text = f'[[key]]\nname = "TEST-downlink"\nepoch = 1\ntest = true\nhex = "{"0A" * 32}"\n'
    keys.write_text(text, encoding="utf-8")
    state = tmp_path / "elsewhere"
    code, _, said = run("encode", "--profile", name, "--keys", keys, "--state", state, octets=PACKETS)
    assert (code, said) == (
        0,
        f"flight link: the numbers used with security are kept in {state} (--state)\n",
    )


def test_insert_zones_come_from_a_file(tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "vectors/profiles/metop_ahrpt.toml").read_text(encoding="utf-8")
    mission, zones = tmp_path / "metop.toml", tmp_path / "zones"
    mission.write_text(text, encoding="utf-8")
    zones.write_bytes(b"\1\2\3\4")
    code, made, _ = run("encode", "--profile", mission, "--insert", zones, octets=PACKETS)
    assert code == 0
    code, lines, _ = run("decode", "--profile", mission, octets=made)
    found = [json.loads(line)["insert"] for line in lines.splitlines()[:-1]]
    assert (code, found[:3], set(found[2:])) == (0, ["0102", "0304", "0000"], {"0000"})
    code, _, said = run("encode", "--profile", NAME, "--insert", zones, octets=PACKETS)
    assert code == 2
    assert "insert zones must be left out without frame.insert_octets" in said
