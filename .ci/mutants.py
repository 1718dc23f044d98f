"""Change every constant of the link, one at a time, and require that a printed vector fails.

A round trip agrees with a wrong constant at both ends, so only vectors from outside hold one. Each mutant is
a source file of the core with one text replaced, linked with a C test or a fuzz harness; or a module changed
while pytest imports it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import mutants_python
from mutant import VECTORS, Mutant, changed, passes
from steps import ROOT

_HOME = ROOT / "build" / "mutants"
_CORE = ROOT / "csrc"
_FLAGS = ("-std=c11", "-O0", "-w")
_OTHER_LEVELS = ("_avx2.c", "_avx512.c", "_gfni.c", "_neon.c", "_vpclmul.c", "aead_openssl.c")
_WORKERS = 2
_TIMEOUT_S = 60
_HARNESS_RUNS = "20000"

EDGES = "test/test_edges.c"
PACKET_EDGES = "test/test_packet_edges.c"
SECURITY_EDGES = "test/test_security_edges.c"
SYNC_EDGES = "test/test_sync_edges.c"


def _each_number(file: str, begin: str, end: str, *, test: str = VECTORS) -> Iterator[Mutant]:
    """Yield a mutant for every number of a table between two texts: its lowest bit is changed."""
    source = (_CORE / "link" / file).read_text(encoding="utf-8")
    first = source.index(begin)
    last = source.index(end, first + len(begin))
    found = list(re.finditer(r"\b(0x[0-9A-Fa-f]+|[0-9]+)", source[first + len(begin) : last]))
    for match in found:
        stop = first + len(begin) + match.end()
        start = first + len(begin) + match.start()
        after = f"{source[first:start]}{int(match[1], 0) ^ 1}"
        yield Mutant(file=file, before=source[first:stop], after=after, test=test)


def _each_bit(file: str, *names: str) -> Iterator[Mutant]:
    """Yield a mutant for every set bit of the named masks: it is cleared."""
    source = (_CORE / "link" / file).read_text(encoding="utf-8")
    for name in names:
        match = re.search(rf"#define {name} (0x[0-9A-F]+|[0-9]+)", source)
        assert match, f"{file} must define {name}"
        mask = int(match[1], 0)
        for bit in range(mask.bit_length()):
            if mask >> bit & 1:
                yield Mutant(
                    file=file, before=match[0], after=f"#define {name} {mask ^ 1 << bit}", test=EDGES
                )


CORE: tuple[Mutant, ...] = (
    *changed("cltu.c", ("0xEB90u", "0xEB91u"), ("FILL 0x55", "FILL 0xAA"), ("0xC5, 0x79", "0xC5, 0x78")),
    *changed("cltu.c", ("{0xC5,", "{0xC4,")),
    *changed(
        "bch.c", ("^ 0xFE;", "^ 0xFC;"), ("0x80 ? 0x8A", "0x80 ? 0x88"), ("power = 0x02", "power = 0x04")
    ),
    *_each_number("bch.c", "DD_LINEAR_256(", ")"),
    *_each_number("crc.c", "[256] = {", "};", test="test/test_octets.c"),
    *_each_number("rand.c", "[DD_RANDOM_TM131071] = {", "}"),
    *_each_number("rand.c", "[DD_RANDOM_TM255] = {", "}"),
    *_each_number("rand.c", "[DD_RANDOM_TC255] = {", "}"),
    *changed("idle.c", ("state >> 6", "state >> 5"), ("state >> 16)", "state >> 17)"), ("c >> 3", "c >> 2")),
    *changed("idle.c", ("state << 15 ^", "state << 14 ^"), ("register32 >> 24", "register32 >> 16")),
    *_each_number("fhec.c", "generator[4] = {", "}"),
    *changed("fhec.c", ("{1, 2, 4, 8, 3,", "{1, 2, 4, 8, 2,"), ("{0, 0, 1, 4,", "{0, 0, 1, 5,")),
    *changed("packet.c", ("0x07FFu", "0x07FEu"), ("0xC000u", "0x8000u"), ("OCTET 0x55", "OCTET 0x54")),
    *changed("packet.c", ("size - DD_PACKET_MIN", "size - DD_PACKET_HEADER")),
    *changed("packet.c", ("ENCAPSULATION 7", "ENCAPSULATION 6"), ("LENGTH 0x03u", "LENGTH 0x01u")),
    *changed("frame_fixed.c", ("AOS_VERSION 1u", "AOS_VERSION 2u"), ("REPLAY 0x80u", "REPLAY 0x20u")),
    *changed("frame_fixed.c", ("CYCLE 0x40u", "CYCLE 0x10u"), ("SIGNAL_SPACECRAFT 4", "SIGNAL_SPACECRAFT 5")),
    *changed("frame_fixed.c", ("#define HEADER 6u", "#define HEADER 7u"), ("POINTER 2u", "POINTER 3u")),
    *changed("frame_fixed.c", ("#define OCF 4u", "#define OCF 3u"), ("#define FECF 2u", "#define FECF 3u")),
    *changed("frame_fixed.c", ("HAS_OCF 0x0001u", "HAS_OCF 0x0002u"), ("TM_SYNC 0x4000u", "TM_SYNC 0x2000u")),
    *changed(
        "frame_fixed.c", ("UNSEGMENTED 0x1800u", "UNSEGMENTED 0x1000u"), ("count << 8 |", "count << 7 |")
    ),
    *changed("frame_fixed.c", ("spacecraft << 4", "spacecraft << 3"), ("channel << 1 |", "channel << 2 |")),
    *changed("frame_tc.c", ("FRAME_MAX 1024", "FRAME_MAX 1025"), ("> 0x3FF ||", "> 0x3FE ||"), test=EDGES),
    *changed("frame_tc.c", ("> 0x3F)", "> 0x3E)"), ("& 0x3FFu) + 1", "& 0x1FFu) + 1"), test=EDGES),
    *changed("frame_tc.c", ("RESERVED 0x0C00u", "RESERVED 0x0800u"), test=EDGES),
    *changed("frame_tc.c", ("RESERVED 0x0C00u", "RESERVED 0x0400u"), test=EDGES),
    *changed(
        "frame_tc.c", ("(data[0] >> 6", "(data[0] >> 7"), ("count = data[4]", "count = data[5]"), test=EDGES
    ),
    *changed("frame_tc.c", ("BYPASS 0x2000u", "BYPASS 0x0800u"), ("CONTROL 0x1000u", "CONTROL 0x0800u")),
    *changed(
        "frame_tc.c",
        ("TC_HEADER 5", "TC_HEADER 6"),
        ("channel << 10", "channel << 9"),
        ("(size - 1)", "size"),
    ),
    *changed("cop1.c", ("data[0] == 0x00)", "data[0] == 0x01)"), ("0x82 &&", "0x83 &&")),
    *changed("cop1.c", ("window / 2", "window / 3"), ("ahead < half", "ahead <= half")),
    *changed("cop1.c", ("behind <= half", "behind < half"), ("{ASK_AGAIN, 0, 0}", "{0, 0, 0}")),
    *changed("cop1.c", ("{ACCEPT | NEXT | FORGET, 0, 0}", "{ACCEPT | FORGET, 0, 0}")),
    *changed("cop1.c", ("{LOCKOUT, LOCKOUT, 0}", "{0, LOCKOUT, 0}")),
    *changed("sdls.c", ("IV_NUMBER 8u", "IV_NUMBER 7u"), ("return 2 + sa->iv", "return 3 + sa->iv")),
    *changed("sdls.c", ("frame[i] & mask[i];", "frame[i];")),
    *changed("cdef.h", ("CHANNEL_IDLE 63", "CHANNEL_IDLE 62"), ("POINTER_NONE 2047", "POINTER_NONE 2045")),
    *changed("cdef_packet.h", ("PACKET_HEADER 6", "PACKET_HEADER 5"), ("PACKET_MIN 7", "PACKET_MIN 8")),
    *_each_bit("frame_fixed.c", "MPDU_RESERVED", "BPDU_RESERVED", "TM_SECONDARY_VERSION", "SPACECRAFT_MAX"),
    *changed("frame_fixed.c", ("TM_FRAME_MAX 2048u", "TM_FRAME_MAX 2047u"), test=EDGES),
    *changed("frame_fixed.c", ("TM_FRAME_MAX 2048u", "TM_FRAME_MAX 2049u"), test=EDGES),
    *changed("frame_fixed.c", ("FRAME_MAX 65535u", "FRAME_MAX 65534u"), test=EDGES),
    *changed("frame_fixed.c", ("FRAME_MAX 65535u", "FRAME_MAX 65536u"), test=EDGES),
    *changed("frame_fixed.c", ("TM_SECONDARY 0x8000u", "TM_SECONDARY 0x0000u"), test=EDGES),
    *changed("frame_fixed.c", ("& 0x3Fu) + 1", "& 0x1Fu) + 1"), ("length >= 2", "length >= 1"), test=EDGES),
    *changed("frame_fixed.c", ("length >= 2", "length >= 3"), ("mask <= 0xFF", "mask <= 0x1FF"), test=EDGES),
    *changed(
        "frame_fixed.c", ("mask <= 0xFF", "mask <= 0x7F"), ("interleave > 8", "interleave > 9"), test=EDGES
    ),
    *changed("frame_fixed.c", ("interleave > 8", "interleave > 7"), test=EDGES),
    *changed("frame_fixed.c", (">= 255)", ">= 254)"), ("& 0xFFFFFF;", "& 0x7FFFFF;"), test=EDGES),
    *changed("frame_fixed.c", ("24 & 0xF)", "24 & 0x7)"), ("(in[5] & 0xF)", "(in[5] & 0x7)"), test=EDGES),
    *changed("frame_fixed.c", ("count + 1) & 0xFF;", "count + 1) & 0x7F;"), test=EDGES),
    *changed(
        "frame_fixed.c",
        ("REPLAY 0x80u", "REPLAY 0x81u"),
        ("count + 1) & 0xFF;", "count + 1) & 0xFE;"),
        test=EDGES,
    ),
    *changed("frame_fixed.c", ("& 3u) << 8", "& 1u) << 8"), ("4 & 0x3FF)", "4 & 0x1FF)"), test=EDGES),
    *changed("chain.c", ("? 0xFFFFFFF ", "? 0x7FFFFFF "), (": 0xFFFFFF;", ": 0x7FFFFF;"), test=EDGES),
    *changed("chain.c", ("return 0xFF;", "return 0x7F;"), ("mask / 2", "mask / 4"), test=EDGES),
    *changed("chain.c", ("mask != 0xFF", "mask != 0x7F"), ("count > 64", "count > 65"), test=EDGES),
    *changed("chain.c", ("count > 64", "count > 63"), ("channel > 63", "channel > 64"), test=EDGES),
    *changed("chain.c", ("0x40000000u", "0x3FFFFFFFu"), test=EDGES),
    *changed("chain.c", ("0x40000000u", "0x40000001u"), test=EDGES),
    *changed("mpdu_unpack.c", ("header[0] << 8", "header[0] << 7"), test=PACKET_EDGES),
    *changed("mpdu_unpack.c", ("(header + 2)", "(header + 3)"), test=PACKET_EDGES),
    *changed("packet.c", ("UNSEGMENTED 0xC000u", "UNSEGMENTED 0xC001u"), test=PACKET_EDGES),
    *changed("sdls.c", ("IV_MAX 16u", "IV_MAX 17u"), ("MAC_MIN 4u", "MAC_MIN 5u"), test=SECURITY_EDGES),
    *changed(
        "sdls.c", ("MAC_MAX 16u", "MAC_MAX 17u"), ("pad_octets > 2", "pad_octets > 3"), test=SECURITY_EDGES
    ),
    *changed("sdls.c", ("number << 8 | in", "number << 7 | in"), test=SECURITY_EDGES),
    *changed(
        "sdls.c", ("number >>= 8", "number >>= 7"), ("channel > 63", "channel > 62"), test=SECURITY_EDGES
    ),
    *changed("cdef.h", ("WINDOW_MAX 1024", "WINDOW_MAX 1023"), test=SECURITY_EDGES),
    *changed("mpdu_unpack.c", ("APID 0x07FFu", "APID 0x07FEu"), test=PACKET_EDGES),
    *changed("mpdu_unpack.c", ("COUNT 0x3FFFu", "COUNT 0x3FFEu"), test=PACKET_EDGES),
    *changed("mpdu_unpack.c", ("PROTOCOL 0x1Cu", "PROTOCOL 0x18u"), test=PACKET_EDGES),
    *changed("mpdu_unpack.c", ("ENCAPSULATION 7", "ENCAPSULATION 6"), test=PACKET_EDGES),
    *changed("packet.c", ("size == 2", "size == 3"), ("size == 4", "size == 5"), test=PACKET_EDGES),
    *changed("packet.c", ("size == 8", "size == 9"), ("header + 2)", "header + 3)"), test=PACKET_EDGES),
    *changed("packet.c", ("dd_load32(header + 4)", "dd_load32(header + 5)"), test=PACKET_EDGES),
    *changed("cdef.h", ("POINTER_IDLE 2046", "POINTER_IDLE 2044"), test=EDGES),
    *changed("cdef_chain.h", ("BITS_ALL 0x3FFF", "BITS_ALL 0x1FFF"), test=EDGES),
    *changed("cdef_chain.h", ("BITS_IDLE 0x3FFE", "BITS_IDLE 0x3FFC"), test=EDGES),
    *changed("sync.c", ("OCTET 8u", "OCTET 7u"), ("? data[octet + 8]", "? data[octet + 9]"), test=SYNC_EDGES),
    *changed("sync.c", ("octet + 8 <", "octet + 9 <"), ("octet + 8 <", "octet + 7 <"), test=SYNC_EDGES),
    *changed("sync.c", ("i < 8; i++", "i < 7; i++"), ("u >> 56", "u >> 57"), test=SYNC_EDGES),
    *changed("sync.c", ("value >> 1 & 0x5", "value >> 0 & 0x5"), ("5555u;", "5554u;"), test=SYNC_EDGES),
    *changed("sync.c", ("3333u) +", "3332u) +"), ("3333u);", "3332u);"), ("0Fu;", "0Eu;"), test=SYNC_EDGES),
    *changed("sync.c", ("0101u", "0102u"), ("(64u - width", "(63u - width"), test=SYNC_EDGES),
    *changed(
        "sync.c",
        ("next & 0xFF", "next & 0x7F"),
        ("? 0xFF", "? 0xFE"),
        ("- shift) : 0u;", "- shift) : 1u;"),
        test=SYNC_EDGES,
    ),
    *changed("sync.c", ("_max < 4 *", "_max < 5 *"), ("search_max < 4", "search_max < 5"), test=SYNC_EDGES),
    *changed("sync.c", ("octets >= 1", "octets >= 2"), ("? 1 : OCTET", "? 2 : OCTET"), test=SYNC_EDGES),
    *changed("sync.c", ("? 1 : OCTET;\n    skip", "? 2 : OCTET;\n    skip"), test=SYNC_EDGES),
    *changed("cdef.h", ("MARKER_MAX 8", "MARKER_MAX 9"), ("MARKER_MAX 8", "MARKER_MAX 7"), test=SYNC_EDGES),
    # rs_tables.h is compared with what its script makes of the definitions, which are changed below.
)
HARNESSES: tuple[Mutant, ...] = (
    *changed("sdls.c", ("age >= sa->window", "0"), test="fuzz/fuzz_sdls.c"),
    *changed("sdls.c", ("sa->state != DD_SA_STARTED || sa->spa", "sa->spa"), test="fuzz/fuzz_sdls.c"),
    *changed("sdls.c", ("age >= sa->window", "0"), test="fuzz/fuzz_uplink.c"),
    *changed("uplink.c", ("opened != DD_OK", "0"), test="fuzz/fuzz_uplink.c"),
    *changed("uplink.c", ("!(is_control && link->clear_control)", "!is_control"), test="fuzz/fuzz_uplink.c"),
    *changed("sdls.c", ("sa->takes_repeats ? DD_OK", "1 ? DD_OK"), test="fuzz/fuzz_sdls.c"),
    *changed("mpdu_unpack.c", ("(uint16_t)probe.left", "(uint16_t)1"), test="fuzz/fuzz_mpdu.c"),
    *changed("mpdu_unpack.c", ("(uint32_t)octets - had", "(uint32_t)octets"), test="fuzz/fuzz_mpdu.c"),
    *changed("sync.c", ("(uint8_t)(at - whole * OCTET)", "0"), test="fuzz/fuzz_sync.c"),
    *changed("chain.c", ("dd_sdls_commit(&chain->sas[", "(void)(&chain->sas["), test="fuzz/fuzz_receive.c"),
    *changed("chain.c", ("!chain->leaves_counts", "0"), test="test/test_chain.c"),
    *changed("cop1.c", ("ahead < half", "ahead <= half"), test="fuzz/fuzz_farm.c"),
    *changed("cop1.c", ("{LOCKOUT, LOCKOUT, 0}", "{LOCKOUT, 0, 0}"), test="fuzz/fuzz_farm.c"),
    *_each_number("fhec.c", "exp_table[30] = {", "};", test="fuzz/fuzz_fhec.c"),
    *_each_number("fhec.c", "log_table[16] = {0", "}", test="fuzz/fuzz_fhec.c"),
    *changed("frame_fixed.c", ("made.zone_offset - tail;", "made.zone_offset;"), test="fuzz/fuzz_receive.c"),
)


def _sources() -> list[Path]:
    return [path for path in sorted((_CORE / "link").glob("*.c")) if not path.name.endswith(_OTHER_LEVELS)]


def _compile(home: Path, source: Path, target: Path) -> None:
    """Compile one file with the headers of a folder first."""
    command = [
        "cc",
        *_FLAGS,
        f"-I{home / 'link'}",
        "-c",
        str(source),
        "-o",
        str(target),
    ]
    subprocess.run(command, check=True)


def _copy_portable(home: Path) -> None:
    """Copy the core and its tests without the levels of any processor."""
    for folder in ("link", "test", "fuzz"):
        (home / folder).mkdir(parents=True)
        for path in (*(_CORE / folder).glob("*.c"), *(_CORE / folder).glob("*.h")):
            text = path.read_text(encoding="utf-8")
            text = text.replace("__x86_64__", "DD_NONE").replace("__aarch64__", "DD_NONE")
            (home / folder / path.name).write_text(text, encoding="utf-8")


def _build_base() -> None:
    """Compile the core and the tests as they are."""
    shutil.rmtree(_HOME, ignore_errors=True)
    _copy_portable(_HOME / "base")
    for path in _sources():
        _compile(_HOME / "base", _HOME / "base" / "link" / path.name, _HOME / "base" / f"{path.stem}.o")
    for test in sorted({mutant.test for mutant in (*CORE, *HARNESSES)} | {"fuzz/standalone.c"}):
        _compile(_HOME / "base", _HOME / "base" / test, _HOME / "base" / f"{Path(test).stem}.o")


def _passes(home: Path, objects: dict[str, Path], test: str) -> bool:
    """Link a test with the core and run it."""
    parts = [objects[path.stem] for path in _sources()] + [objects[Path(test).stem]]
    is_harness = test.startswith("fuzz/")
    parts += [objects["standalone"]] if is_harness else []
    arguments = [f"-runs={_HARNESS_RUNS}"] if is_harness else []
    return passes(parts, home / "program", arguments, _TIMEOUT_S)


def _core_survives(number: int, mutant: Mutant) -> bool:
    """Return whether the test passes over a mutant of the core."""
    home = _HOME / str(number)
    objects = {path.stem: path for path in (_HOME / "base").glob("*.o")}
    for folder in ("link", "test", "fuzz"):
        shutil.copytree(_HOME / "base" / folder, home / folder)
    changed = home / "link" / mutant.file
    text = changed.read_text(encoding="utf-8")
    assert mutant.before in text, f"{mutant.file} must hold {mutant.before!r}"
    changed.write_text(text.replace(mutant.before, mutant.after, 1), encoding="utf-8")
    is_header = changed.suffix == ".h"
    for path in _sources() if is_header else [changed]:
        objects[path.stem] = home / f"{path.stem}.o"
        _compile(home, home / "link" / path.name, objects[path.stem])
    if is_header:
        objects[Path(mutant.test).stem] = home / "test.o"
        _compile(home, home / mutant.test, home / "test.o")
    survives = _passes(home, objects, mutant.test)
    shutil.rmtree(home)
    return survives


def run() -> None:
    """Build and run everything; raise `AssertionError` with the mutants that no test saw."""
    _build_base()
    base = {path.stem: path for path in (_HOME / "base").glob("*.o")}
    for test in sorted({mutant.test for mutant in (*CORE, *HARNESSES)}):
        assert _passes(_HOME, base, test), f"{test} must pass over the core as it is"
    python = mutants_python.PYTHON
    same = {(mutant.file, mutant.test): replace(mutant, after=mutant.before) for mutant in python}
    assert all(mutants_python.survive(list(same.values()))), "tests must pass over modules as they are"
    core = (*CORE, *HARNESSES)
    with ThreadPoolExecutor(_WORKERS) as pool:
        survivals = list(pool.map(_core_survives, range(len(core)), core))
        parts = [python[start::_WORKERS] for start in range(_WORKERS)]
        for part in pool.map(mutants_python.survive, parts):
            survivals += part
    mutants = (*core, *(mutant for part in parts for mutant in part))
    unseen = [mutant for mutant, survives in zip(mutants, survivals, strict=True) if survives]
    shutil.rmtree(_HOME)
    print(f"   {len(mutants) - len(unseen)} of {len(mutants)} changed constants fail a test")
    assert not unseen, "\n".join(
        f"{mutant.file}: {mutant.before[-60:]!r} -> {mutant.after[-60:]!r} passes {mutant.test}"
        for mutant in unseen
    )


if __name__ == "__main__":
    run()
    sys.exit(0)
