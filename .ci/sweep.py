#!/usr/bin/env python3
"""Change every number of files of the link core, one at a time, and name those that no C test notices.

`mutants.py` holds the constants that somebody thought of, on every run of CI. This sweep needs nobody's
thought: each number in the named files becomes one more (one behind a bracket, such as an array's size, one
less), the C tests and the harnesses run, and a number whose change nothing shows is a survivor; what does not
compile, crashes or runs ten times as long is noticed. `equivalent.toml` lists survivors whose change cannot
be seen from outside, with the reason. Run it when a file has changed:

    .venv/bin/python .ci/sweep.py sdls.c chain.c     some files
    .venv/bin/python .ci/sweep.py                    all for this processor; hours
    .venv/bin/python .ci/sweep.py --on aarch64-linux-gnu vector_neon.h    for another, emulated
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cross
from mutant import passes
from steps import BIN, ROOT, Skip, quiet

_BUILD = ROOT / "build" / "sweep"
_LINK = ROOT / "csrc" / "link"
_FOLDERS = ("link", "test", "fuzz")
_LISTED = Path(__file__).with_name("equivalent.toml")
# A change that reads or writes beyond an array is seen; -O1 keeps both the compiler and the tests short.
_FLAGS = "-O1 -w -fsanitize=bounds -fsanitize-undefined-trap-on-error"
_HARNESS_RUNS = "3000"
_GENERATED = "rs_tables.h"  # held by a test that makes it again
_SKIPPED_TESTS = {"test_soak"}  # seconds, for what test_flips and test_verdicts show at once
_NOT_CODE = r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|\#\s*(?:if|ifdef|ifndef|elif|include|error|pragma)[^\n]*'
_NUMBER = re.compile(r"(?<![\w.])(0[xX][0-9A-Fa-f]+|[0-9]+)(?=[uUlL]*\b)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number of a file: where it stands, and which one it is on its line."""

    file: str
    begin: int
    text: str
    line: int
    code: str
    place: int


def numbers_of(file: str, text: str) -> Iterator[Number]:
    """Yield the numbers of a C file outside comments, texts, conditions and hints to the compiler."""
    code = re.sub(_NOT_CODE, lambda match: re.sub(r"[^\n]", " ", match[0]), text, flags=re.S)
    lines = text.split("\n")
    seen: dict[int, int] = {}
    for match in _NUMBER.finditer(code):
        line = code.count("\n", 0, match.start())
        place = seen[line] = seen.get(line, -1) + 1
        yield Number(
            file=file,
            begin=match.start(),
            text=match[0],
            line=line + 1,
            code=lines[line].strip(),
            place=place,
        )


def changed(text: str, number: Number) -> str:
    """Return the text of the file with that number one more, or one less for the size of an array."""
    value = int(number.text, 0)
    is_size = text[number.begin - 1] == "[" and value > 0
    other = value - 1 if is_size else value + 1
    return f"{text[: number.begin]}{other:#x}{text[number.begin + len(number.text) :]}"


class Core:
    """The core and its tests, built once; mutants are linked with what did not change."""

    _source = _BUILD / "csrc"  # as it was at the start, whatever is edited since

    def __init__(self, other: cross.Processor | None) -> None:
        self._other = other
        shutil.rmtree(_BUILD, ignore_errors=True)
        shutil.copytree(ROOT / "csrc", self._source, ignore=shutil.ignore_patterns("plant"))
        options = ["-DDD_TESTS=ON", "-DDD_EXTENSIONS=OFF", "-DCMAKE_BUILD_TYPE=Sweep"]
        options += other.switches() if other else []
        cmake = [str(BIN / "cmake"), "-G", "Ninja", "-S", "csrc", "-B", str(_BUILD)]
        quiet([*cmake, *options, f"-DCMAKE_C_FLAGS={_FLAGS}"])
        quiet([str(BIN / "cmake"), "--build", str(_BUILD), "--target", "all", "harnesses"])
        rows = json.loads((_BUILD / "compile_commands.json").read_text(encoding="utf-8"))
        self._commands: dict[str, list[str]] = {}
        self._objects: dict[str, Path] = {}
        for row in rows:
            source = Path(row["file"])
            if source.parent.name in _FOLDERS and source.name != "seeds.c":
                words = shlex.split(row["command"])
                self._objects[source.name] = _BUILD / words[words.index("-o") + 1]
                self._commands[source.name] = words[: words.index("-o")]
        self._headers = {name: self._headers_of(name) for name in self._commands}
        self.tests = self._order()

    def _headers_of(self, name: str) -> set[str]:
        """Return the names of the headers of the link that a source includes, directly or not."""
        command = [*self._commands[name], "-MM", str(self._path(name))]
        rule = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return {Path(word).name for word in rule.split() if word.endswith(".h")}

    def _path(self, name: str) -> Path:
        """Return where a source lies at the start."""
        return next(path for folder in _FOLDERS if (path := self._source / folder / name).exists())

    def _order(self) -> dict[str, float]:
        """Return the names of tests and harnesses with their time limits, quick ones first."""
        durations: dict[str, float] = {}
        for name in self._commands:
            test = name.removesuffix(".c")
            if not name.startswith(("test_", "fuzz_")) or test in _SKIPPED_TESTS:
                continue
            begin = time.monotonic()
            assert self.passes(test, self._objects, _BUILD, 120.0), f"{test} must pass over the core as it is"
            durations[test] = time.monotonic() - begin
        quick_first = sorted(durations, key=lambda test: durations[test])
        return {test: max(3.0, 10.0 * durations[test]) for test in quick_first}

    def files(self) -> list[str]:
        """Return the sources of the link that this build holds, and the headers they share."""
        included = {name for headers in self._headers.values() for name in headers} - {_GENERATED}
        names = [name for name in (*self._commands, *included) if (_LINK / name).exists()]
        return sorted(names, key=lambda name: (name.endswith(".h"), name))

    def passes(self, test: str, objects: Mapping[str, Path], home: Path, limit_s: float) -> bool:
        """Link a test with the core and run it."""
        is_harness = test.startswith("fuzz_")
        parts = [path for name, path in objects.items() if (_LINK / name).exists()]
        parts += [objects[f"{test}.c"], *([objects["standalone.c"]] if is_harness else [])]
        arguments = [f"-runs={_HARNESS_RUNS}"] if is_harness else []
        return passes(parts, home / f"{test}.out", arguments, limit_s, other=self._other)

    def _compile(self, name: str, home: Path) -> Path | None:
        """Compile a file of a tree; return its object, or None when it does not compile."""
        target = home / f"{name}.o"
        source = home / self._path(name).relative_to(self._source)
        command = [word.replace(str(_LINK), str(home / "link")) for word in self._commands[name]]
        done = subprocess.run(
            [*command, "-o", str(target), "-c", str(source)], check=False, capture_output=True
        )
        return target if done.returncode == 0 else None

    def _objects_of(self, file: str, home: Path) -> dict[str, Path] | None:
        """Compile what a file of a tree is part of; return all objects, or None when it does not compile."""
        users = [name for name, headers in self._headers.items() if file in {name, *headers}]
        made = {name: self._compile(name, home) for name in users}
        built = {name: path for name, path in made.items() if path is not None}
        return {**self._objects, **built} if len(built) == len(users) else None

    def survives(self, number: Number | None, file: str) -> bool:
        """Return whether every test passes although the number is another; with none, nothing changes."""
        home = _BUILD / f"{file}-{number.begin if number else 'as-it-is'}"
        for folder in _FOLDERS:
            shutil.copytree(self._source / folder, home / folder)
        try:
            if number is not None:
                path = home / "link" / file
                path.write_text(changed(path.read_text(encoding="utf-8"), number), encoding="utf-8")
            objects = self._objects_of(file, home)
            if objects is None:
                return False
            is_same = file in objects and _same(objects[file], self._objects[file])
            return is_same or all(
                self.passes(test, objects, home, limit_s) for test, limit_s in self.tests.items()
            )
        finally:
            shutil.rmtree(home)


def _same(first: Path, second: Path) -> bool:
    return first.read_bytes() == second.read_bytes()


def sweep(core: Core, file: str, listed: Sequence[Mapping[str, object]], jobs: int) -> list[str]:
    """Change every number of a file; return a line for each survivor that is not listed."""
    assert core.survives(None, file), f"tests must pass over {file} as it is"
    numbers = list(numbers_of(file, (_LINK / file).read_text(encoding="utf-8")))
    with ThreadPoolExecutor(jobs) as pool:
        survived = list(pool.map(lambda number: core.survives(number, file), numbers))
    found = [number for number, survives in zip(numbers, survived, strict=True) if survives]
    known = {(row["code"], row.get("place", 0)) for row in listed if row["file"] == file}
    faults = [
        f"line {number.line}: {number.text} (place {number.place}) in: {number.code}"
        for number in found
        if (number.code, number.place) not in known
    ]
    seen = {(number.code, number.place) for number in found}
    vain = sorted(known - seen)
    print(f"{file}: {len(numbers)} numbers, {len(numbers) - len(found)} noticed, {len(known & seen)} listed")
    notes = [f"noticed here, though listed: {code} (place {place})" for code, place in vain]
    print("".join(f"  {line}\n" for line in (*faults, *notes)), end="", flush=True)
    return faults


def main() -> int:
    """Sweep the files that were named."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", help="names in csrc/link; all by default")
    parser.add_argument("--jobs", type=int, default=2, help="mutants at a time (2)")
    parser.add_argument("--on", choices=cross.PREFIXES, help="emulate another processor")
    arguments = parser.parse_args()
    try:
        other = cross.processor(arguments.on) if arguments.on else None
    except Skip as reason:
        parser.error(str(reason))
    core = Core(other)
    unknown = sorted(set(arguments.files) - set(core.files()))
    if unknown:
        parser.error(f"files must be of this build of csrc/link, got {', '.join(unknown)}")
    listed = tomllib.loads(_LISTED.read_text(encoding="utf-8"))["equivalent"]
    faults: list[str] = []
    for file in arguments.files or core.files():
        faults += sweep(core, file, listed, arguments.jobs)
    print(f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
