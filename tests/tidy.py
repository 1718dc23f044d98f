"""The house rules a machine can check, each a function from a source to the faults in it.

`tests/test_tidy.py` applies them to the checkout and tries each on a planted example.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from checkout import Source

FILE_LINES_MAX = 400
TEST_FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 60

# Units of the SI and those this field uses beside them; a name ends in one, or in several joined by `per`.
UNITS = set(
    "v a w wh kwh j k degc kg m km mm um nm s ns us ms h d hz khz mhz ghz rad urad mrad deg arcsec n pa kpa "
    "ohm mohm f ah t sr l db dbw dbm dbi dbhz octets octet bytes bits bit symbols samples ticks frames px "
    "mb eur count frac ratio index percent ppm orbit".split()
)
FRAMES = {"body", "eci", "ecef", "lvlh", "enu", "rtn", "local"}
# Quantities whose unit travels beside them: a value with its declaration, a bound or spread of any quantity.
GENERIC_NAMES = set(
    "value values raw low high default minimum maximum step figure number items mean sigma noise bias "
    "quantum tolerance slack scale offset sign draw expected operand first second vector quaternion".split()
)
FLOATS = re.compile(r"\b(float|F32|F64|NDArray|ndarray|floating)\b")
NO_QUANTITY = re.compile(r"Callable|\btype\[|\b(Mapping|dict)\[str\b")
BANNED_NAMES = {"utils", "util", "common", "helpers", "helper", "misc", "stuff"}
BANNED_TEXT = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!\s*\([A-Z]{3}-\d{3}\))")
ABSOLUTE_PATH = re.compile(r"(?<![\w.)}\]:/])/(?:home|root|work|tmp|Users|mnt|opt)/\w")
REQUIREMENT = re.compile(r"\b[A-Z]{3}-\d{3}\b")
APPLICATION_HEADINGS = (
    "Purpose",
    "Inputs and outputs",
    "Modes",
    "Requirements",
    "Faults and responses",
    "Sources",
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def long_files(source: Source) -> Iterator[str]:
    """Files are at most 400 lines long, tests 600; tables that a script generates are exempt."""
    if source.path.endswith("_table.h"):
        return
    line_count = source.text.count("\n")
    limit = TEST_FILE_LINES_MAX if source.path.startswith("tests/") else FILE_LINES_MAX
    if line_count > limit:
        yield f"{source.path}: file must be at most {limit} lines long, got {line_count}"


def long_functions(source: Source) -> Iterator[str]:
    """Functions are at most 60 lines long, in Python and in C."""
    spans = _c_functions(source.text) if source.path[-2:] in {".c", ".h"} else _python_functions(source.tree)
    for name, line, line_count in spans:
        if line_count > FUNCTION_LINES_MAX:
            limit = FUNCTION_LINES_MAX
            yield f"{source.path}:{line}: {name} must be at most {limit} lines long, got {line_count}"


def _python_functions(tree: ast.Module) -> Iterator[tuple[str, int, int]]:
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1


def _c_functions(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield name, line and length of C functions; relies on the braces of `.clang-format`."""
    start = 0
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            name = re.search(r"(\w+)\(", " ".join(lines[max(0, start - 8) : start - 1]).rsplit(";", 1)[-1])
            yield name.group(1) if name else "function", start, number - start + 1
            start = 0


def names_without_unit(source: Source) -> Iterator[str]:
    """Fields and parameters that are floats or arrays of them end in a unit."""
    tree = source.tree
    aliases = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and _is_annotated_float(node.value)
    }
    for name, annotation, line in _declarations(tree):
        written = ast.unparse(annotation)
        is_float = (FLOATS.search(written) or written in aliases) and not NO_QUANTITY.search(written)
        if is_float and not has_unit(name):
            yield f"{source.path}:{line}: {name} must end in its unit, got annotation {written}"


def has_unit(name: str) -> bool:
    """Return whether a name ends in a unit, or is one of the few that need none."""
    words = name.strip("_").split("_")
    if words[-1] in {"frac", "ratio", "count"} or name in GENERIC_NAMES or words[0] == "value":
        return True
    if words[0] == "q" and "from" in words:
        return True
    if "dir" in words and words[-1] in FRAMES:
        return True
    return len(words) > 1 and re.sub(r"\d$", "", words[-1]) in UNITS


def _is_annotated_float(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Subscript) and FLOATS.search(ast.unparse(value)) is not None


def _declarations(tree: ast.Module) -> Iterator[tuple[str, ast.expr, int]]:
    """Yield annotated class fields and annotated parameters."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                    yield item.target.id, item.annotation, item.lineno
        elif isinstance(node, Function):
            arguments = node.args
            for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
                if argument.annotation is not None:
                    yield argument.arg, argument.annotation, argument.lineno


def loose_dataclasses(source: Source) -> Iterator[str]:
    """Dataclasses are slotted; public ones are frozen as well, and keyword-only from four fields on."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ClassDef):
            continue
        for decorator in node.decorator_list:
            written = ast.unparse(decorator)
            if written.partition("(")[0].rpartition(".")[2] != "dataclass":
                continue
            field_count = sum(isinstance(item, ast.AnnAssign) for item in node.body)
            is_public = not node.name.startswith("_")
            wanted = (
                ["slots=True"]
                + ["frozen=True"] * is_public
                + ["kw_only=True"] * (is_public and field_count > 3)
            )
            missing = [word for word in wanted if word not in written]
            if missing:
                yield f"{source.path}:{node.lineno}: dataclass {node.name} must have {', '.join(missing)}"


def uses_of_any(source: Source) -> Iterator[str]:
    """`Any` stands only in the stubs of the compiled modules."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module == "typing":
            if any(alias.name == "Any" for alias in node.names):
                yield f"{source.path}:{node.lineno}: type must be named, got Any"
        elif isinstance(node, ast.Attribute) and ast.unparse(node) == "typing.Any":
            yield f"{source.path}:{node.lineno}: type must be named, got Any"


def banned_words(source: Source) -> Iterator[str]:
    """No drawer for everything, no unfinished work without a requirement."""
    for part in source.path.removesuffix(".py").split("/"):
        if part.partition(".")[0] in BANNED_NAMES:
            yield f"{source.path}: file and folder names must say what is inside, got {part}"
    for number, line in enumerate(source.text.splitlines(), 1):
        found = BANNED_TEXT.search(line)
        if found:
            yield f"{source.path}:{number}: {found.group()} must carry a requirement id"


def absolute_paths(source: Source) -> Iterator[str]:
    """No file names a place that only one machine has."""
    for number, line in enumerate(source.text.splitlines(), 1):
        found = ABSOLUTE_PATH.search(line)
        if found:
            yield f"{source.path}:{number}: path must be relative or asked for, got {line.strip()[:80]}"


def dead_modules(product: Iterable[Source], others: Iterable[Source]) -> Iterator[str]:
    """Every module is imported by another one, named in a text that loads it, or an entry point."""
    product = tuple(product)
    mentioned = {source.module: _mentions(source) for source in (*product, *others)}
    for source in product:
        if source.path.rsplit("/", 1)[-1] in {"__init__.py", "__main__.py"}:
            continue
        users = (names for module, names in mentioned.items() if module != source.module)
        if not any(source.module in names for names in users):
            yield f"{source.path}: module must be used by another one, got no import of {source.module}"


def _mentions(source: Source) -> set[str]:
    """Return the dotted names of modules that a file imports or holds in a text like `a.b:build`."""
    names: set[str] = set()
    if not source.path.endswith(".py"):
        return set(re.findall(r"\b(?:flight|ground|hil)(?:\.\w+)+", source.text))
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" not in node.value:
            names.add(node.value.partition(":")[0])
    return names


def missing_headings(readme: Source) -> Iterator[str]:
    """An application's README has the agreed headings, in the agreed order."""
    found = [line.lstrip("# ").strip() for line in readme.text.splitlines() if line.startswith("## ")]
    if tuple(heading for heading in found if heading in APPLICATION_HEADINGS) != APPLICATION_HEADINGS:
        yield f"{readme.path}: headings must be {', '.join(APPLICATION_HEADINGS)}, got {', '.join(found)}"


def requirement_faults(readmes: Iterable[Source], tests: Iterable[Source]) -> Iterator[str]:
    """Each requirement stands in one README and in the marker of a test, and the other way round."""
    stated: dict[str, str] = {}
    for readme in readmes:
        section = re.search(r"^## Requirements\n(.*?)(?=^## |\Z)", readme.text, re.MULTILINE | re.DOTALL)
        for requirement in dict.fromkeys(REQUIREMENT.findall(section.group(1) if section else "")):
            if requirement in stated:
                yield f"{readme.path}: {requirement} must be stated once, got it in {stated[requirement]} too"
            stated[requirement] = readme.path
    verified: dict[str, str] = {}
    for test in tests:
        for argument in re.findall(r"mark\.requirement\(([^)]*)\)", test.text):
            verified.update(dict.fromkeys(REQUIREMENT.findall(argument), test.path))
    for requirement in sorted(stated.keys() - verified.keys()):
        yield f"{stated[requirement]}: {requirement} must be verified by a test, got no marker"
    for requirement in sorted(verified.keys() - stated.keys()):
        yield f"{verified[requirement]}: {requirement} must be stated in a README, got none"
