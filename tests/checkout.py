"""The files of this checkout, as the tidy, seam and layout tests see them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ("flight", "ground", "hil")
APPLICATIONS = ("power", "thermal", "compute", "optical")
FOLDERS = (*PRODUCT, "csrc", "tests", "scripts", ".ci")
CACHES = {"__pycache__", ".hypothesis", ".benchmarks", ".pytest_cache", ".mypy_cache", ".ruff_cache"}
TEXT_SUFFIXES = {".py", ".pyi", ".c", ".h", ".md", ".toml", ".txt", ".html", ".js", ".css", ".lock", ""}


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the checkout: its path from the root and its text."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """The syntax tree of a Python file."""
        return ast.parse(self.text, filename=self.path)

    @property
    def module(self) -> str:
        """The dotted name under which a product file is imported."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def files() -> tuple[Source, ...]:
    """Return every text file below the folders of the house, and those of the root itself."""
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    found += [path for path in ROOT.iterdir() if path.is_file() and path.name != ".git"]  # of a work tree
    return tuple(
        Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8", errors="replace"))
        for path in sorted(found)
        if path.is_file() and path.suffix in TEXT_SUFFIXES and not CACHES & set(path.parts)
    )


def python_files(*tops: str) -> tuple[Source, ...]:
    """Return the Python files below the named top folders, commands without a suffix included."""
    return tuple(source for source in files() if source.path.split("/")[0] in tops and _is_python(source))


def c_files() -> tuple[Source, ...]:
    """Return the C sources and headers."""
    return tuple(
        source for source in files() if source.path.startswith("csrc/") and source.path[-2:] in {".c", ".h"}
    )


def qualified_names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield every dotted name that a Python file imports or reads, aliases resolved, with its line.

    ``import os as o; o.environ`` yields ``os`` and ``os.environ``; ``from os import environ`` yields
    ``os.environ``. Of what the file does not import, a bare name such as ``open`` is yielded as
    ``builtins.open`` and an attribute of anything, such as a path's ``read_text``, as ``?.read_text``.
    """
    aliases = dict(_imports(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in _imports(ast.Module(body=[node], type_ignores=[])):
                yield name[1], node.lineno
        elif isinstance(node, ast.Attribute):
            dotted = _dotted(node)
            head, _, tail = dotted.partition(".")
            yield f"{aliases[head]}.{tail}" if head in aliases else f"?.{node.attr}", node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield aliases.get(node.id, f"builtins.{node.id}"), node.lineno


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the names that imports bind, each with what it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (top, top)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _dotted(node: ast.expr) -> str:
    """Return ``a.b.c`` for such an expression; an empty text for any other."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _is_python(source: Source) -> bool:
    name = source.path.rsplit("/", 1)[-1]
    return name.endswith(".py") or (
        "." not in name and source.text.startswith("#!") and "python" in source.text[:40]
    )
