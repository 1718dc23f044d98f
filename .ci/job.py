#!/usr/bin/env python3
"""The CI job: tests as the README says, gates, then the C core: sanitizers, fuzzing, gcov, other CPUs."""

import os
import shutil
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

import cross  # noqa: E402
import environment  # noqa: E402
import freestanding  # noqa: E402
import fuzz  # noqa: E402
import instrumented  # noqa: E402
import mutants  # noqa: E402
from steps import BIN, ROOT, SIDE_BY_SIDE, Skip, Step, ctest_command, loud, quiet, run  # noqa: E402

DEBIAN_PACKAGES = (
    "clang",
    "libclang-rt-dev",
    "libfec-dev",
    "libsimde-dev",
    "qemu-user",
    "gcc-aarch64-linux-gnu",
    "gcc-arm-linux-gnueabihf",
    "gcc-powerpc64-linux-gnu",
    "gcc-riscv64-linux-gnu",
    "libc6-dev-arm64-cross",
    "libc6-dev-armhf-cross",
    "libc6-dev-ppc64-cross",
    "libc6-dev-riscv64-cross",
)
SOAK_FRAME_COUNT = 1_000_000


def install_debian_packages() -> None:
    """Install the outside oracles, emulators and cross-compilers that this system offers."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        raise Skip("needs apt-get and root")
    quiet([apt, "update", "-qq"])
    quiet(
        [apt, "install", "-y", "-qq", "--no-install-recommends", *DEBIAN_PACKAGES],
        {"DEBIAN_FRONTEND": "noninteractive"},
    )


def run_tests() -> None:
    """Run the test command of the README, files side by side."""
    loud([str(ROOT / "scripts" / "test"), *SIDE_BY_SIDE], {"CI": "true"})


def run_gates() -> None:
    """Run the quick gates; the tests have run already."""
    loud([str(ROOT / ".ci" / "check"), "--fast"])


def run_sanitized() -> None:
    """Run the tests of the C core, from C and from Python, under ASan and UBSan."""
    python = instrumented.build("sanitize", "DD_SANITIZE")
    quiet(ctest_command("build/sanitize/cmake", 300))
    # A report of the sanitizers goes to the file descriptor, which pytest must leave alone.
    options = ("-m", "not long and not allocator", "--capture=sys", "--timeout=600")
    command = instrumented.pytest_command(python, *options, *instrumented.CORE_TESTS)
    loud(command, instrumented.sanitizer_environment())


def run_fuzz() -> None:
    """Feed every harness a million inputs under ASan and UBSan."""
    fuzz.run()


def run_soak() -> None:
    """Send a million frames over a bad channel, in the build of the gates."""
    loud([str(ROOT / "build" / "check" / "test_soak"), str(SOAK_FRAME_COUNT)])


def run_mutants() -> None:
    """Require that a vector holds every constant of the link."""
    mutants.run()


def run_coverage() -> None:
    """Require that the tests reach every line of csrc but for those listed in `pyproject.toml`."""
    python = instrumented.build("coverage", "DD_COVERAGE")
    build = ROOT / "build" / "coverage" / "cmake"
    quiet(ctest_command(build, 300))
    loud(instrumented.pytest_command(python, *instrumented.CORE_TESTS), instrumented.pytest_environment())
    faults = instrumented.uncovered_faults(build)
    assert not faults, "\n".join(["every line of csrc must be reached", *faults])


def run_on(prefix: str) -> None:
    """Cross-compile the core with its C tests and run them under emulation."""
    processor = cross.processor(prefix)
    build = f"build/{prefix}"
    options = ("-DDD_EXTENSIONS=OFF", "-DDD_TESTS=ON", *processor.switches())
    quiet([str(BIN / "cmake"), "-G", "Ninja", "-S", "csrc", "-B", build, *options])
    quiet([str(BIN / "cmake"), "--build", build])
    faults = freestanding.faults(processor.compiler)
    assert not faults, "\n".join(["the link core must be freestanding", *faults])
    loud(ctest_command(build, 900))


STEPS = (
    Step(name="Debian packages", action=install_debian_packages),
    Step(name="tests (scripts/test)", action=run_tests),
    Step(name="gates (.ci/check --fast)", action=run_gates),
    Step(name="C core under ASan and UBSan", action=run_sanitized),
    Step(name="fuzz harnesses under ASan and UBSan", action=run_fuzz),
    Step(name="a million frames over a bad channel", action=run_soak),
    Step(name="changed constants of the link", action=run_mutants),
    Step(name="gcov: every line of csrc", action=run_coverage),
    *(
        Step(name=f"C tests on {prefix}", action=lambda prefix=prefix: run_on(prefix))
        for prefix in cross.PREFIXES
    ),
)


if __name__ == "__main__":
    environment.prepare(environment.ORACLE_EXTRAS)
    sys.exit(run(STEPS))
