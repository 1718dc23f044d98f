"""The text of an event as people read it: the dictionary's wording with the event's fields in it."""

from collections.abc import Mapping
from typing import Final

from flight.dictionary.declare import Event
from flight.dictionary.fields import field_specs
from flight.dictionary.types import App

__all__ = ["event_text"]

_APPLICATION_FIELDS: Final = ("application", "source", "holder")
_APPLICATIONS: Final[Mapping[object, str]] = {app.value: app.name for app in App}


def event_text(cls: type[Event], values: Mapping[str, object]) -> str:
    """Return the text of an event with its fields in it.

    Enumerations and applications are put in as words. A text that does not go with its fields is answered
    with the fields in plain form, because an event must not be lost for its wording.

    Parameters
    ----------
    cls : type of Event
        Its declaration.
    values : mapping of str to object
        Value of each field; enumerations may be plain numbers.
    """
    labels: dict[str, Mapping[object, str]] = {
        spec.name: {member.value: member.name for member in spec.enum}
        for spec in field_specs(cls)
        if spec.enum is not None
    }
    words: dict[str, object] = dict(values)
    for name, value in values.items():
        if name in labels:
            words[name] = labels[name].get(value, value)
        elif name in _APPLICATION_FIELDS and value in _APPLICATIONS:
            words[name] = _APPLICATIONS[value]
    for choice in (words, values):
        try:
            return cls.SPEC.text.format(**choice)
        except (KeyError, ValueError, IndexError):
            continue
    return " ".join(f"{name}={value}" for name, value in words.items())
