"""The lock of ids: what a number means once, it means for ever.

The file ``dictionary.lock`` has one line per id. A new id must be added, an id that is no longer declared
stays as ``retired``, and no id ever gets another name.
"""

from flight.dictionary.containers import telecommand_containers, telemetry_containers
from flight.dictionary.exports import enumerations
from flight.dictionary.parameters import parameter_items
from flight.dictionary.registry import Dictionary
from flight.dictionary.types import App

__all__ = ["LockError", "lock_faults", "updated_lock"]

_HEAD = "# Ids of the dictionary: kind, id, name. No line is ever changed; `flight dictionary lock` adds.\n"
_RETIRED = " retired"


class LockError(ValueError):
    """An id would get another name."""


def lock_faults(dictionary: Dictionary, text: str) -> list[str]:
    """Return what in a dictionary is not as its lock says, one line each."""
    declared, locked = _declared(dictionary), _parse(text)
    faults = []
    for key, name in declared.items():
        held = locked.get(key)
        if held is None:
            faults.append(f"{key} {name} must be in the lock, got nothing (`flight dictionary lock` adds it)")
        elif held != name:
            faults.append(f"{key} must be {held} for ever, got {name}")
    for key, held in locked.items():
        if key not in declared and not held.endswith(_RETIRED):
            faults.append(f"{key} {held} must be declared or retired, got neither")
    return faults


def updated_lock(dictionary: Dictionary, text: str) -> str:
    """Return the lock with new ids added and lost ones retired.

    Raises
    ------
    LockError
        If an id in the lock has another name now, or is retired and declared again.
    """
    declared, locked = _declared(dictionary), _parse(text)
    for key, name in declared.items():
        held = locked.get(key, name)
        if held != name:
            raise LockError(f"{key} must be {held} for ever, got {name}")
    for key, held in locked.items():
        if key not in declared and not held.endswith(_RETIRED):
            locked[key] = held + _RETIRED
    return _HEAD + "".join(f"{key} {name}\n" for key, name in sorted((locked | declared).items()))


def _declared(dictionary: Dictionary) -> dict[str, str]:
    """Return key and name of everything that has a number on the wire."""
    made = {f"{cls.SPEC.kind.name.lower()} {cls.SPEC.id:#06x}": cls.__name__ for cls in dictionary.all()}
    made |= {f"application {int(app):04d}": app.name for app in App}
    for cls in dictionary.parameter_sets():
        owner = cls.SPEC.owner.name
        made |= {f"parameter {owner} {item.id:03d}": item.name for item in parameter_items(cls)}
    containers = (*telemetry_containers(dictionary), *telecommand_containers(dictionary))
    for enum in enumerations(containers):
        made |= {f"enumeration {enum.__name__} {int(member):05d}": member.name for member in enum}
    return made


def _parse(text: str) -> dict[str, str]:
    """Return key and name of each line; the name may carry ``retired``."""
    made: dict[str, str] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        body, retired, _ = line.partition(_RETIRED)
        key, _, name = body.rpartition(" ")
        made[key] = name + retired
    return made
