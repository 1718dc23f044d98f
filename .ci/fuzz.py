"""Feed every harness of `csrc/fuzz` a million inputs that begin with what the core's own encoders make.

clang's libFuzzer follows what inputs reach; where it is missing `csrc/fuzz/standalone.c` drives the harnesses
of the sanitizer build without that knowledge.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from instrumented import SANITIZER_OPTIONS
from steps import BIN, ROOT, quiet

RUN_COUNT = 1_000_000
_HOME = ROOT / "build" / "fuzz"
_SLOWEST = ("fuzz_rs", "fuzz_receive", "fuzz_staged")
_POOL_COUNT = 64  # inputs that the standalone driver begins with
_DONE = re.compile(r"^(?:Done (\d+) runs|(\d+) inputs)", re.MULTILINE)
_REACHED = re.compile(r"DONE +(cov: \d+ ft: \d+ corp: \S+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """What feeds the harnesses.

    Attributes
    ----------
    name
        As it is printed.
    folder
        Where the harnesses are.
    follows_coverage
        Whether it is libFuzzer.
    """

    name: str
    folder: Path
    follows_coverage: bool


def run() -> None:
    """Build and feed all harnesses; raise `AssertionError` with what a failed one said."""
    driver = _driver()
    print(f"   driver: {driver.name}")
    corpus = _HOME / "corpus"
    shutil.rmtree(corpus, ignore_errors=True)
    corpus.mkdir(parents=True)
    quiet([str(driver.folder / "seeds"), str(corpus)], SANITIZER_OPTIONS)
    names = sorted(path.stem for path in (ROOT / "csrc" / "fuzz").glob("fuzz_*.c"))
    assert names, "csrc/fuzz must hold harnesses, got none"
    names.sort(key=lambda name: name not in _SLOWEST)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        faults = [text for text in pool.map(lambda name: _feed(driver, name, corpus / name), names) if text]
    assert not faults, "\n".join(faults)


def _driver() -> Driver:
    """Build with libFuzzer, or name the driver of the sanitizer build."""
    clang = shutil.which("clang")
    if clang is None or not _links_fuzzer(clang):
        reason = "clang is missing" if clang is None else "clang has no libFuzzer"
        return Driver(
            name=f"standalone, without coverage ({reason})",
            folder=ROOT / "build" / "sanitize" / "cmake",
            follows_coverage=False,
        )
    switches = ("-DDD_FUZZ=ON", "-DDD_TESTS=ON", "-DDD_EXTENSIONS=OFF", f"-DCMAKE_C_COMPILER={clang}")
    quiet([str(BIN / "cmake"), "-G", "Ninja", "-S", "csrc", "-B", str(_HOME), *switches])
    quiet([str(BIN / "cmake"), "--build", str(_HOME), "--target", "harnesses"])
    version = subprocess.run([clang, "--version"], check=True, capture_output=True, text=True).stdout
    return Driver(name=f"libFuzzer, {version.splitlines()[0]}", folder=_HOME, follows_coverage=True)


def _links_fuzzer(clang: str) -> bool:
    program = b"#include <stddef.h>\nint LLVMFuzzerTestOneInput(const char *a, size_t b) { return !a && b; }"
    command = [clang, "-fsanitize=fuzzer,address,undefined", "-x", "c", "-", "-o", os.devnull]
    return subprocess.run(command, input=program, capture_output=True, check=False).returncode == 0


def _feed(driver: Driver, name: str, seeds: Path) -> str:
    """Feed one harness; returns what is wrong, or nothing."""
    files = sorted(seeds.iterdir()) if seeds.exists() else []
    if not files:
        return f"{name} must have seeds of csrc/fuzz/seeds.c, got none"
    start_s = time.monotonic()
    done = subprocess.run(
        [str(driver.folder / name), f"-runs={RUN_COUNT}", "-seed=1", *_options(driver, seeds, files)],
        cwd=ROOT,
        env={**os.environ, **SANITIZER_OPTIONS},
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    text = done.stdout.decode(errors="replace")
    found = _DONE.search(text)
    count = int(found[1] or found[2]) if found else 0
    if done.returncode != 0 or count < RUN_COUNT:
        return f"{name} must take {RUN_COUNT} inputs, got exit code {done.returncode}:\n{text[-4000:]}"
    reached = _REACHED.search(text)
    print(f"   {name}: {count} inputs, {time.monotonic() - start_s:.0f} s {reached[1] if reached else ''}")
    return ""


def _options(driver: Driver, seeds: Path, files: Sequence[Path]) -> list[str]:
    """Return the options beside the count: found inputs are kept with the seeds, which are made anew."""
    if not driver.follows_coverage:
        return [str(file) for file in files[:: -(-len(files) // _POOL_COUNT)]]
    # Its choice of inputs by rarity costs more than the harnesses take.
    return ["-entropic=0", "-reload=0", "-timeout=20", f"-artifact_prefix={_HOME}/", str(seeds)]


if __name__ == "__main__":
    run()
    sys.exit(0)
