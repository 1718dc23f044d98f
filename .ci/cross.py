"""Other processors: a cross-compiler, and the emulator that runs what it makes."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass

from steps import Skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Processor:
    """A processor that this machine can build for and emulate.

    Attributes
    ----------
    name
        As CMake says it.
    compiler
        Path of the cross-compiler.
    runner
        What stands before a program to run it.
    """

    name: str
    compiler: str
    runner: tuple[str, ...]

    def switches(self) -> list[str]:
        """Return the arguments with which CMake builds the core and its C tests for this processor."""
        settings = {
            "CMAKE_SYSTEM_NAME": "Linux",
            "CMAKE_SYSTEM_PROCESSOR": self.name,
            "CMAKE_C_COMPILER": self.compiler,
            "CMAKE_CROSSCOMPILING_EMULATOR": ";".join(self.runner),
        }
        return [f"-D{key}={value}" for key, value in settings.items()]


# Compiler prefix -> (CMake's name of the processor, qemu's name of it).
_KNOWN = {
    "aarch64-linux-gnu": ("aarch64", "qemu-aarch64"),
    "arm-linux-gnueabihf": ("armv7l", "qemu-arm"),
    "powerpc64-linux-gnu": ("ppc64", "qemu-ppc64"),
    "riscv64-linux-gnu": ("riscv64", "qemu-riscv64"),
}
PREFIXES = tuple(_KNOWN)


def processor(prefix: str) -> Processor:
    """Return a processor by the prefix of its compiler; raise `Skip` where that is missing."""
    name, emulator = _KNOWN[prefix]
    compiler, qemu = shutil.which(f"{prefix}-gcc"), shutil.which(emulator)
    if compiler is None or qemu is None:
        raise Skip(f"needs {prefix}-gcc and {emulator}")
    return Processor(name=name, compiler=compiler, runner=(qemu, "-L", f"/usr/{prefix}"))


if __name__ == "__main__":
    sys.exit("cross.py is used by .ci/run and .ci/sweep.py")
