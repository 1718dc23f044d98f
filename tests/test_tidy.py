"""The house rules of `tests/tidy.py`, applied to the checkout, and each rule tried on a planted example."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import tidy
from checkout import APPLICATIONS, PRODUCT, Source, c_files, files, python_files

Rule = Callable[[Source], Iterator[str]]

CODE = ("flight", "ground", "hil", "scripts", ".ci", "tests")


def _without_this(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    """Leave out the two files that must spell what is banned, and the licence's own text."""
    spelling = {"tests/tidy.py", "tests/test_tidy.py", "LICENSE"}
    return tuple(source for source in sources if source.path not in spelling)


def _application_readmes() -> tuple[Source, ...]:
    names = {f"flight/{name}/README.md" for name in APPLICATIONS}
    return tuple(source for source in files() if source.path in names)


RULES: dict[str, tuple[Rule, Callable[[], tuple[Source, ...]]]] = {
    "long_files": (tidy.long_files, lambda: (*python_files(*CODE), *c_files())),
    "long_functions": (tidy.long_functions, lambda: (*python_files(*CODE), *c_files())),
    "names_without_unit": (tidy.names_without_unit, lambda: python_files(*PRODUCT)),
    "loose_dataclasses": (tidy.loose_dataclasses, lambda: python_files(*PRODUCT)),
    "uses_of_any": (tidy.uses_of_any, lambda: python_files(*PRODUCT)),
    "banned_words": (tidy.banned_words, lambda: _without_this(files())),
    "absolute_paths": (tidy.absolute_paths, lambda: _without_this(files())),
    "missing_headings": (tidy.missing_headings, _application_readmes),
}


@pytest.mark.parametrize("name", RULES)
def test_house_rule_is_kept(name: str) -> None:
    rule, sources = RULES[name]
    faults = [fault for source in sources() for fault in rule(source)]
    assert not faults, "\n".join(["", *faults])


def test_no_module_is_dead() -> None:
    others = [source for source in files() if source.path.startswith(("scripts/", "pyproject.toml"))]
    data = [source for source in files() if source.path.startswith(PRODUCT) and source.path.endswith(".toml")]
    faults = list(tidy.dead_modules(python_files(*PRODUCT), [*others, *data]))
    assert not faults, "\n".join(["", *faults])


def test_requirements_are_stated_once_and_verified() -> None:
    readmes = [
        source
        for source in files()
        if source.path.startswith("flight/") and source.path.endswith("README.md")
    ]
    tests = [source for source in python_files("tests") if source.path != "tests/test_tidy.py"]
    faults = list(tidy.requirement_faults(readmes, tests))
    assert not faults, "\n".join(["", *faults])


def python(text: str, path: str = "flight/power/law.py") -> Source:
    return Source(path, text)


def long_function(line_count: int) -> str:
    return "def f():\n" + "    x = 1\n" * (line_count - 1)


PLANTS: list[tuple[Rule, Source, bool]] = [
    (tidy.long_files, python("x = 1\n" * 401), True),
    (tidy.long_files, python("x = 1\n" * 400), False),
    (tidy.long_files, python("x = 1\n" * 600, "tests/test_x.py"), False),
    (tidy.long_files, python("x = 1\n" * 601, "tests/test_x.py"), True),
    (tidy.long_files, Source("csrc/link/rs_table.h", "0,\n" * 900), False),
    (tidy.long_functions, python(long_function(61)), True),
    (tidy.long_functions, python(long_function(60)), False),
    (tidy.long_functions, Source("csrc/a.c", "int dd_f(void)\n{\n" + "    f();\n" * 59 + "}\n"), True),
    (tidy.long_functions, Source("csrc/a.c", "int dd_f(void)\n{\n" + "    f();\n" * 58 + "}\n"), False),
    (tidy.names_without_unit, python("def f(power: float) -> None: ..."), True),
    (tidy.names_without_unit, python("def f(gap_s_max: float) -> None: ..."), True),
    (tidy.names_without_unit, python("def f(*, s: float | None) -> None: ..."), True),
    (tidy.names_without_unit, python("class A:\n    load: F32"), True),
    (tidy.names_without_unit, python("class A:\n    sun: NDArray[np.float64]"), True),
    (tidy.names_without_unit, python("P = Annotated[tuple[float, ...], R(8)]\nclass A:\n    pack: P"), True),
    (tidy.names_without_unit, python("def f(mass_kg: float, heat_w_per_m2: float) -> None: ..."), False),
    (tidy.names_without_unit, python("def f(soc_frac: float, value: float) -> None: ..."), False),
    (tidy.names_without_unit, python("class A:\n    sun_dir_body: NDArray[np.float64]"), False),
    (tidy.names_without_unit, python("class A:\n    q_body_from_eci: NDArray[np.float64]"), False),
    (tidy.names_without_unit, python("class A:\n    retries: int"), False),
    (tidy.names_without_unit, python("class A:\n    limits: Mapping[str, float]"), False),
    (tidy.loose_dataclasses, python("@dataclass\nclass A:\n    x: int"), True),
    (tidy.loose_dataclasses, python("@dataclass(frozen=True)\nclass A:\n    x: int"), True),
    (tidy.loose_dataclasses, python("@dataclass(frozen=True, slots=True)\nclass A:\n    x: int"), False),
    (
        tidy.loose_dataclasses,
        python(
            "@dataclass(frozen=True, slots=True)\nclass A:\n    a: int\n    b: int\n    c: int\n    d: int"
        ),
        True,
    ),
    (tidy.loose_dataclasses, python("@dataclass(slots=True)\nclass _State:\n    x: int"), False),
    (tidy.uses_of_any, python("from typing import Any, Final"), True),
    (tidy.uses_of_any, python("import typing\nx: typing.Any = 1"), True),
    (tidy.uses_of_any, python("from typing import Final"), False),
    (tidy.banned_words, python("", "flight/utils/law.py"), True),
    (tidy.banned_words, python("", "flight/power/helpers.py"), True),
    (tidy.banned_words, python("# TODO: later"), True),
    (tidy.banned_words, python("# TODO (POW-003): later"), False),
    (tidy.absolute_paths, python('open("/home/someone/file")'), True),
    (tidy.absolute_paths, python('open("/tmp/x")'), True),
    (tidy.absolute_paths, python('see("https://example.org/home/x"); run("/usr/bin/env")'), False),
    (tidy.missing_headings, Source("flight/power/README.md", "# Power\n\n## Purpose\n"), True),
    (
        tidy.missing_headings,
        Source("flight/power/README.md", "\n".join(f"## {heading}" for heading in tidy.APPLICATION_HEADINGS)),
        False,
    ),
]


@pytest.mark.parametrize(("rule", "source", "is_fault"), PLANTS)
def test_rule_sees_the_planted_fault_and_nothing_else(rule: Rule, source: Source, is_fault: bool) -> None:
    assert bool(list(rule(source))) is is_fault


def test_every_rule_has_a_planted_fault() -> None:
    planted = {rule for rule, _, is_fault in PLANTS if is_fault}
    assert planted == {rule for rule, _ in RULES.values()}


@pytest.mark.parametrize(
    ("user", "is_dead"),
    [
        ("from flight.power import law", False),
        ("import flight.power.law", False),
        ("from flight.power.law import x", False),
        ('FACTORY = "flight.power.law:build"', False),
        ("import flight.power", True),
    ],
)
def test_dead_module_is_one_that_nothing_imports(user: str, is_dead: bool) -> None:
    product = [python(""), python(user, "flight/power/__main__.py")]
    assert bool(list(tidy.dead_modules(product, []))) is is_dead


@pytest.mark.parametrize(
    ("stated", "marked", "faults"),
    [
        (["POW-001"], ["POW-001"], 0),
        (["POW-001", "POW-002"], ["POW-001"], 1),
        (["POW-001"], ["POW-001", "POW-009"], 1),
    ],
)
def test_requirement_ids_agree_both_ways(stated: list[str], marked: list[str], faults: int) -> None:
    text = (
        "## Requirements\n\n"
        + "\n".join(f"| {name} | it holds |" for name in stated)
        + "\n## Sources\nECS-123\n"
    )
    test = "\n".join(f'@pytest.mark.requirement("{name}")\ndef test_x(): ...' for name in marked)
    found = list(
        tidy.requirement_faults([Source("flight/power/README.md", text)], [python(test, "tests/t.py")])
    )
    assert len(found) == faults


def test_requirement_stated_twice_is_a_fault() -> None:
    readmes = [
        Source(f"flight/{name}/README.md", "## Requirements\nPOW-001\n") for name in ("power", "thermal")
    ]
    tests = [python('@pytest.mark.requirement("POW-001")', "tests/t.py")]
    assert len(list(tidy.requirement_faults(readmes, tests))) == 1
