"""Where running loops can be found: one small file per loop in the user's runtime folder.

The adapter that touches the runtime folder and looks whether a process lives.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import gettempdir

__all__ = ["LoopEntry", "find_loops", "is_alive", "register_loop", "runtime_folder", "unregister_loop"]

_SUFFIX = ".loop.json"
_PATH_LENGTH_MAX = 100
"""A Unix socket's path must be shorter than 108 octets (unix(7)); the rest is ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopEntry:
    """A loop that clients can connect to.

    Parameters
    ----------
    address : str
        ZeroMQ address of its ground node.
    satellite : int
        Spacecraft id.
    name : str
        What is run: the scenario's name.
    process_id : int
        Process that holds the door open.
    """

    address: str
    satellite: int
    name: str
    process_id: int


def runtime_folder() -> Path:
    """Return the folder of this user's loops, made with access for the user alone.

    ``DAWNDUSK_RUNTIME_DIR`` names another one; else it is in ``XDG_RUNTIME_DIR`` or the temporary folder.

    Raises
    ------
    PermissionError
        When the folder belongs to someone else or others may enter it.
    """
    named = os.environ.get("DAWNDUSK_RUNTIME_DIR")
    base = os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(named) if named else Path(base or gettempdir()) / f"dawndusk-{os.getuid()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.stat()
    if status.st_uid != os.getuid() or status.st_mode & 0o077:
        mode = status.st_mode & 0o777
        raise PermissionError(f"runtime folder must be the user's own, mode 0700, got {mode:04o} ({folder})")
    return folder


def register_loop(*, satellite: int, name: str) -> LoopEntry:
    """Write the entry of a loop of this process and return it; its address is new.

    Raises
    ------
    ValueError
        When the runtime folder's path is too long for a socket.
    """
    folder = runtime_folder()
    socket_path = folder / f"{os.getpid()}-{secrets.token_hex(4)}.sock"
    if len(str(socket_path)) > _PATH_LENGTH_MAX:
        raise ValueError(f"socket path must have <= {_PATH_LENGTH_MAX} characters, got {socket_path}")
    entry = LoopEntry(address=f"ipc://{socket_path}", satellite=satellite, name=name, process_id=os.getpid())
    draft = socket_path.with_suffix(".draft")
    draft.write_text(json.dumps(asdict(entry)))
    draft.rename(_entry_path(entry))
    return entry


def unregister_loop(entry: LoopEntry) -> None:
    """Remove the entry of a loop, and its socket."""
    _entry_path(entry).unlink(missing_ok=True)
    _socket_path(entry).unlink(missing_ok=True)


def find_loops() -> tuple[LoopEntry, ...]:
    """Return the loops that run, newest first; entries of processes that died are removed."""
    found: list[tuple[int, LoopEntry]] = []
    for path in runtime_folder().glob(f"*{_SUFFIX}"):
        try:
            entry = LoopEntry(**json.loads(path.read_text()))
            written_ns = path.stat().st_mtime_ns
        except (OSError, ValueError, TypeError):
            continue
        if is_alive(entry):
            found.append((written_ns, entry))
        else:
            unregister_loop(entry)
    return tuple(entry for _, entry in sorted(found, key=lambda pair: pair[0], reverse=True))


def is_alive(entry: LoopEntry) -> bool:
    """Return whether the loop's process lives and its entry stands."""
    if not _entry_path(entry).exists():
        return False
    try:
        os.kill(entry.process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _socket_path(entry: LoopEntry) -> Path:
    return Path(entry.address.removeprefix("ipc://"))


def _entry_path(entry: LoopEntry) -> Path:
    return _socket_path(entry).with_suffix(_SUFFIX)
