"""The small languages of scripts.

Conditions (``POWER PowerStatus charge_frac > 0.5``) and commands (``COMPUTE SetPowerCeiling
power_ceiling_w=9e4``) are read by splitting into words; nothing is ever evaluated as code.
"""

import re
from dataclasses import dataclass

__all__ = [
    "COMPARISONS",
    "CommandWords",
    "Condition",
    "SyntaxProblem",
    "parse_command",
    "parse_condition",
    "parse_item",
]

COMPARISONS = (">", ">=", "<", "<=", "==", "!=")
"""The comparisons of a condition."""

_CONDITION = re.compile(r"^\s*(?P<item>[^<>=!]+?)\s*(?P<sign>>=|<=|==|!=|>|<)\s*(?P<operand>[^<>=!]+?)\s*$")
_ARGUMENT = re.compile(r"^(?P<name>[A-Za-z_]\w*)=(?P<value>\S+)$")
_ITEM_WORDS = 3
_COMMAND_WORDS = 2

Operand = str | int | float
Argument = tuple[str, str]


class SyntaxProblem(ValueError):  # noqa: N818 - SyntaxError is Python's own
    """Words that cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A comparison of one item.

    Parameters
    ----------
    application, message, item : str
        The item's three names.
    sign : str
        One of :data:`COMPARISONS`, or ``~`` for "within a tolerance".
    operand : str, int or float
        What to compare with; a word is a member of the item's enumeration.
    tolerance : float
        For ``~`` the greatest distance, in the item's unit.
    """

    application: str
    message: str
    item: str
    sign: str
    operand: Operand
    tolerance: float = 0.0

    @property
    def text(self) -> str:
        """The condition in the words in which it is printed."""
        name = f"{self.application} {self.message} {self.item}"
        if self.sign == "~":
            return f"{name} within {self.tolerance:g} of {self.operand}"
        return f"{name} {self.sign} {self.operand}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandWords:
    """A command as typed."""

    application: str
    name: str
    arguments: tuple[Argument, ...]


def parse_item(text: str) -> tuple[str, str, str]:
    """Return the three names of an item such as ``POWER PowerStatus charge_frac``.

    Raises
    ------
    SyntaxProblem
        When there are not three words.
    """
    words = text.split()
    if len(words) != _ITEM_WORDS:
        raise SyntaxProblem(f"item must be three words 'APPLICATION Message item', got {text!r}")
    return words[0], words[1], words[2]


def parse_condition(text: str) -> Condition:
    """Return the condition that a text states.

    Raises
    ------
    SyntaxProblem
        When it is not an item, one comparison and one operand.

    Examples
    --------
    >>> parse_condition("POWER PowerStatus charge_frac > 0.5").operand
    0.5
    """
    found = _CONDITION.match(text)
    if found is None:
        signs = " ".join(COMPARISONS)
        raise SyntaxProblem(
            f"condition must be 'APPLICATION Message item SIGN value' ({signs}), got {text!r}"
        )
    application, message, item = parse_item(found["item"])
    operand = _operand(found["operand"])
    return Condition(application=application, message=message, item=item, sign=found["sign"], operand=operand)


def parse_command(text: str) -> CommandWords:
    """Return the command that a text states.

    Arguments are ``name=value`` words, or, as COSMOS writes them, ``with NAME value, NAME value``.

    Raises
    ------
    SyntaxProblem
        When the text is neither.
    """
    words = text.replace(",", " ").split()
    if len(words) < _COMMAND_WORDS:
        raise SyntaxProblem(f"command must be 'APPLICATION Command name=value...', got {text!r}")
    application, name, *rest = words
    arguments = (
        _pairs(rest[1:], text) if rest[:1] == ["with"] else tuple(_argument(word, text) for word in rest)
    )
    return CommandWords(application=application, name=name, arguments=arguments)


def _pairs(words: list[str], text: str) -> tuple[Argument, ...]:
    """Read ``NAME value NAME value``."""
    if len(words) % 2:
        raise SyntaxProblem(f"arguments after 'with' must be pairs 'NAME value', got {text!r}")
    return tuple(zip(words[::2], words[1::2], strict=True))


def _argument(word: str, text: str) -> Argument:
    found = _ARGUMENT.match(word)
    if found is None:
        raise SyntaxProblem(f"argument must be name=value, got {word!r} in {text!r}")
    return found["name"], found["value"]


def _operand(text: str) -> Operand:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text.strip("'\"")
