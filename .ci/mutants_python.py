"""Constants of `flight.link` changed one at a time, while pytest imports the module that holds them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

from mutant import Mutant, changed
from steps import BIN, ROOT

_TESTS = "tests/flight/link"
_PARTS = "test_segmentation.py"
_PROTOCOLS = (("IDLE", 0), ("LTP", 1), ("IP_EXTENSION", 2), ("CFDP", 3), ("BUNDLE", 4), ("EXTENDED", 6))
PYTHON: tuple[Mutant, ...] = (
    *changed(
        "flight.link.clcw",
        ("_COP_1 = 1", "_COP_1 = 2"),
        ("status << 26", "status << 25"),
        test="test_clcw.py",
    ),
    *changed(
        "flight.link.clcw", ("vcid << 18", "vcid << 17"), ("flags << 11", "flags << 10"), test="test_clcw.py"
    ),
    *changed("flight.link.clcw", ("bypass_count << 9", "bypass_count << 8"), test="test_clcw.py"),
    *changed("flight.link.packet", ('">HHH"', '"<HHH"'), ("0xC000 |", "0x8000 |"), test="test_packet.py"),
    *changed("flight.link.packet", ("is_command << 12", "is_command << 11"), test="test_packet.py"),
    *changed(
        "flight.link.clcw",
        *((f"word >> {at} & 1", f"word >> {at - 1} & 1") for at in range(11, 16)),
        *((f"available << {at}", f"available << {at - 1}") for at in (4,)),
        *((f"{name} << {at}", f"{name} << {at + 1}") for name, at in (("lock", 3), ("out", 2), ("wait", 1))),
        ("word >> 26 & 7", "word >> 26 & 3"),
        ("word >> 18 & 0x3F", "word >> 18 & 0x1F"),
        ("word >> 9 & 3", "word >> 9 & 1"),
        ("word & 0xFF", "word & 0x7F"),
        ("word >> 31", "word >> 32"),
        ("word >> 29 & 3", "word >> 29 & 1"),
        ("word >> 24 & 3", "word >> 24 & 1"),
        test="test_clcw.py",
    ),
    *changed(
        "flight.link.packet",
        ("HEADER_OCTETS = 6", "HEADER_OCTETS = 5"),
        ("OCTETS_MAX = 65_542", "OCTETS_MAX = 65_541"),
        ("APID_IDLE = 0x7FF", "APID_IDLE = 0x7FE"),
        ("MODULUS = 1 << 14", "MODULUS = 1 << 13"),
        ("if identification >> 13", "if identification >> 14"),
        ("identification & 0x7FF", "identification & 0x3FF"),
        ("identification >> 11 & 1", "identification >> 12 & 1"),
        ("identification >> 12 & 1", "identification >> 11 & 1"),
        ("header << 11", "header << 10"),
        ("sequence >> 14", "sequence >> 13"),
        ("sequence & 0x3FFF", "sequence & 0x1FFF"),
        test="test_packet.py",
    ),
    *changed(
        "flight.link.encapsulation",
        *((f"PROTOCOL_{name} = {at}", f"PROTOCOL_{name} = {at ^ 1}") for name, at in _PROTOCOLS),
        ("VERSION << 5", "VERSION << 4"),
        ("packet[0] >> 2 & 7", "packet[0] >> 2 & 3"),
        ("user_field << 4", "user_field << 3"),
        ("packet[1] >> 4", "packet[1] >> 3"),
        ("packet[2] << 8", "packet[2] << 7"),
        ("(1, 0xFF,", "(1, 0xFE,"),
        ("0xFFFF, 0xFFFFFFFF)", "0xFFFE, 0xFFFFFFFF)"),
        test="test_encapsulation.py",
    ),
    *changed("flight.link.segmentation", ("CONTINUATION = 0", "CONTINUATION = 3"), test=_PARTS),
    *changed("flight.link.packet", ("UNSEGMENTED = 3", "UNSEGMENTED = 2"), test=_PARTS),
    *changed("flight.link.packet", ("OCTETS_MIN = 7", "OCTETS_MIN = 8"), test="test_units.py"),
    *changed("flight.link.segmentation", ("FIRST = 1", "FIRST = 2"), test=_PARTS),
    *changed("flight.link.segmentation", ("LAST = 2", "LAST = 1"), test=_PARTS),
    *changed("flight.link.cop1", ("_MODULUS = 256", "_MODULUS = 128"), test="test_cop1.py"),
    *changed("flight.link.cop1", ("(0x82, 0x00,", "(0x82, 0x01,"), test="test_cop1.py"),
    *changed(
        "flight.link.frame_tc", ("flags << 6", "flags << 5"), ("& 0x3F", "& 0x1F"), test="test_frame.py"
    ),
    *changed("flight.link.frame_tc", ("segment >> 6", "segment >> 5"), test="test_frame.py"),
    *changed("flight.link.profile_rules", ("spi << 16", "spi << 8"), test="test_security.py"),
    *changed(
        "flight.link.security_options",
        ("_SPI_RESERVED = 0xFFFF", "_SPI_RESERVED = 0xFFFE"),
        test="test_security.py",
    ),
    *changed("flight.link.coding", ("dd_crc16(0xFFFF", "dd_crc16(0x0000"), test="test_coding.py"),
    *changed("flight.link.encapsulation", ("VERSION = 7", "VERSION = 6"), test="test_encapsulation.py"),
    *changed(
        "flight.link.encapsulation", ("protocol_id << 2", "protocol_id << 3"), test="test_encapsulation.py"
    ),
    *changed(
        "flight.link.cop1",
        ('UNLOCK = b"\\x00"', 'UNLOCK = b"\\x01"'),
        ("(0x82,", "(0x83,"),
        test="test_cop1.py",
    ),
    *changed("reference.link.rs", ("0x187", "0x11D"), ("0xEF", "0xEE"), test="test_coding.py -k printed"),
    *changed(
        "reference.link.rs",
        ("EXP[11 *", "EXP[7 *"),
        ("128 - self", "127 - self"),
        test="test_coding.py -k printed",
    ),
)

# Imports what every test needs once, then runs the tests of each mutant in a process of its own.
_HOOK = """
import importlib.abc, importlib.machinery, json, os, pathlib, sys
import cffi, hypothesis, numpy, pytest, zmq
class Changed(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname):
        text = pathlib.Path(self.path).read_text(encoding="utf-8")
        assert before in text, f"{self.path} must hold {before!r}"
        return compile(text.replace(before, after), self.path, "exec")
class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, fullname, path, target=None):
        if fullname != name:
            return None
        file = pathlib.Path(*name.split(".")).with_suffix(".py")
        file = file if file.exists() else "tests" / file
        loader = Changed(fullname, str(file))
        return importlib.machinery.ModuleSpec(fullname, loader, origin=str(file))
codes = []
for name, before, after, *arguments in json.load(sys.stdin):
    child = os.fork()
    if child == 0:
        out = os.open(os.devnull, os.O_WRONLY)
        os.dup2(out, 1)
        os.dup2(out, 2)
        sys.meta_path.insert(0, Finder())
        options = ["-x", "-q", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:randomly", *arguments]
        try:
            code = int(pytest.main(options))
        except BaseException:
            code = 99
        os._exit(code)
    codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
print(json.dumps(codes))
"""


def survive(mutants: Sequence[Mutant]) -> list[bool]:
    """Return for each changed module whether the tests pass over it."""
    rows: list[list[str]] = []
    for mutant in mutants:
        file, *options = mutant.test.split()
        rows.append([mutant.file, mutant.before, mutant.after, f"{_TESTS}/{file}", *options])
    done = subprocess.run(
        [str(BIN / "python"), "-c", _HOOK],
        cwd=ROOT,
        input=json.dumps(rows),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    codes = json.loads(done.stdout)
    odd = [mutant for mutant, code in zip(mutants, codes, strict=True) if code not in (0, 1)]
    assert not odd, f"tests must run over each changed module, got trouble with {odd}"
    return [code == 0 for code in codes]


if __name__ == "__main__":
    sys.exit("mutants_python.py is used by .ci/run")
