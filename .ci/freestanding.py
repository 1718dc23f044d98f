"""The link core without an operating system: compiled freestanding, what it calls from outside is named."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from steps import ROOT

# What C11 4 lets a freestanding compiler ask for; atomics of a word need no library.
_ALLOWED = {"memcpy", "memmove", "memset", "memcmp"}
# Compiler's own arithmetic: 64-bit shifts and divisions of 32-bit processors (libgcc).
_OWN_PREFIXES = (
    "__aeabi_",
    "__ashldi3",
    "__lshrdi3",
    "__udiv",
    "__umod",
    "__popcount",
    "_savegpr",
    "_restgpr",
)
_TABLE_OF_CONTENTS = {".TOC.", "_GLOBAL_OFFSET_TABLE_"}
_HOSTED = ("aead_openssl.c",)
_X86_LEVELS = ("_avx2.c", "_gfni.c", "_vpclmul.c")


def faults(compiler: str) -> list[str]:
    """Return what keeps the link core from running without an operating system.

    Parameters
    ----------
    compiler
        A gcc, such as ``aarch64-linux-gnu-gcc``; its ``nm`` lies beside it.
    """
    link = ROOT / "csrc" / "link"
    is_arm = "aarch64" in compiler
    other_levels = _X86_LEVELS if is_arm else (*_X86_LEVELS, "_neon.c")
    sources = [
        path
        for path in sorted(link.glob("*.c"))
        if path.name not in _HOSTED and not path.name.endswith(other_levels)
    ]
    nm = shutil.which(compiler.removesuffix("gcc") + "nm")
    if nm is None:
        return [f"nm must be there beside {compiler}"]
    defined: set[str] = set()
    wanted: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for source in sources:
            target = Path(folder) / f"{source.stem}.o"
            flags = [
                "-std=c11",
                "-O2",
                "-ffreestanding",
                "-fno-stack-protector",
                "-Wall",
                "-Wextra",
                "-Werror",
            ]
            done = subprocess.run(
                [compiler, *flags, "-c", str(source), "-o", str(target)],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                return [f"{source.name}: {done.stderr.strip()[-400:]}"]
            report = subprocess.run([nm, str(target)], capture_output=True, text=True, check=True)
            for line in report.stdout.splitlines():
                *_, kind, name = line.split()
                if kind == "U":
                    wanted.setdefault(name, source.name)
                elif kind.isupper():
                    defined.add(name)
    outside = set(wanted) - defined - _ALLOWED - _TABLE_OF_CONTENTS
    return [
        f"{wanted[name]} must not call {name}"
        for name in sorted(outside)
        if not name.startswith(("dd_", "__cpu_", *_OWN_PREFIXES))
    ]
