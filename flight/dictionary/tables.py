"""Tables for people, written from the declarations: what an application hears, says and obeys."""

from collections.abc import Iterable

from flight.dictionary.declare import Command, Event, Message
from flight.dictionary.fields import FieldSpec, field_specs
from flight.dictionary.parameters import parameter_items
from flight.dictionary.registry import DICTIONARY, Dictionary
from flight.dictionary.types import App, Hazard, Octets, Repeated, Scalar, Variable

__all__ = ["block", "io_table", "with_block"]


def io_table(app: App, hears: Iterable[type[Message]] = (), dictionary: Dictionary = DICTIONARY) -> str:
    """Return the tables of one application in Markdown.

    Parameters
    ----------
    app : App
        The application.
    hears : iterable of type of Message
        Messages that it subscribes to.
    """
    rows = [("in", cls) for cls in _by_id(hears)]
    rows += [("command", cls) for cls in dictionary.commands() if cls.SPEC.destination is app]
    rows += [("out", cls) for cls in dictionary.messages() if cls.SPEC.source is app]
    rows += [("event", cls) for cls in dictionary.events() if cls.SPEC.source is app]
    lines = ["| way | name | id | what |", "|---|---|---|---|"]
    lines += [f"| {way} | {cls.__name__} | {cls.SPEC.id:#06x} | {_what(cls)} |" for way, cls in rows]
    return "\n".join(lines + _parameter_lines(app, dictionary))


def block(name: str, body: str) -> str:
    """Return a generated part of a README between its marks."""
    return f"<!-- generated: {name} -->\n{body}\n<!-- end: {name} -->"


def with_block(text: str, name: str, body: str) -> str:
    """Return a README with one generated part renewed.

    Raises
    ------
    ValueError
        If the text does not have both marks of that part.
    """
    head, start, rest = text.partition(f"<!-- generated: {name} -->")
    _, end, tail = rest.partition(f"<!-- end: {name} -->")
    if not start or not end:
        raise ValueError(f"README must have the marks of {name}, got none")
    return head + block(name, body) + tail


def _by_id(classes: Iterable[type[Message]]) -> list[type[Message]]:
    return sorted(dict.fromkeys(classes), key=lambda cls: cls.SPEC.id)


def _what(cls: type[Message]) -> str:
    """Return one cell: the declaration's first line, and what a reader of this kind needs beside it."""
    line = (cls.__doc__ or "").strip().partition("\n")[0].replace("|", "\\|")
    if issubclass(cls, Event):
        return f"{cls.SPEC.severity.name.lower()}: {line}" if cls.SPEC.severity else line
    if issubclass(cls, Command):
        arguments = ", ".join(_argument(spec) for spec in field_specs(cls))
        hazard = " **hazardous**" if cls.SPEC.hazard is Hazard.HAZARDOUS else ""
        return f"{line}{hazard} Arguments: {arguments}." if arguments else line + hazard
    return line


def _argument(spec: FieldSpec) -> str:
    shape = spec.shape
    match shape:
        case Scalar(code=code):
            width = code
        case Repeated(code=code, count=count):
            width = f"{count} x {code}"
        case Octets(count=count):
            width = f"{count} octets"
        case Variable(count_max=count):
            width = f"up to {count} octets"
    limits = f" {spec.range.low:g} to {spec.range.high:g}" if spec.range else ""
    return f"`{spec.name}` {width}{limits}"


def _parameter_lines(app: App, dictionary: Dictionary) -> list[str]:
    cls = dictionary.parameters(app)
    if cls is None:
        return []
    lines = ["", "| parameter | id | least | default | most |", "|---|---|---|---|---|"]
    return lines + [
        f"| {item.name} | {item.id} | {item.low:g} | {item.default:g} | {item.high:g} |"
        for item in parameter_items(cls)
    ]
