"""The command ``flight``: run a manifest, say what this build is, watch a running bus."""

import contextlib
import json
import os
import secrets
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from importlib import resources
from pathlib import Path
from types import FrameType
from typing import IO, TYPE_CHECKING, Annotated

from flight.bus.barrier import BarrierError, StallError
from flight.bus.disk import FileDisk
from flight.bus.tap import Tap, TapReader
from flight.dictionary.codec import decode
from flight.dictionary.errors import BodyError
from flight.dictionary.exports import export_json
from flight.dictionary.lock import updated_lock
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.tables import io_table
from flight.dictionary.types import App
from flight.dictionary.xtce import export_xtce
from flight.executive.executive import VERSION, Clock, Executive
from flight.executive.manifest_file import FlightFile, ManifestError, parse_manifest
from flight.executive.process_control import RealProcessControl
from flight.link.coding import level, levels
from flight.link.crypto import find_crypto
from flight.link.decode import decode as read_link
from flight.link.encode import encode as write_link
from flight.link.errors import LinkError, LocalLinkError
from flight.link.keys import KeyStore, builtin_test_keys, read_keys
from flight.link.level import use_level_of_environment
from flight.link.profile import Profile, builtin_names, load_builtin

_LOCK = resources.files("flight.dictionary") / "dictionary.lock"
_EXPORTS: dict[str, Callable[[], str]] = {
    "json": lambda: export_json(DICTIONARY),
    "xtce": lambda: export_xtce(DICTIONARY),
    "lock": lambda: updated_lock(DICTIONARY, _LOCK.read_text(encoding="utf-8")),
    "tables": lambda: "".join(f"# {app.name.lower()}\n\n{io_table(app)}\n\n" for app in App),
}
if TYPE_CHECKING:
    import typer

_FOREVER_TICKS = 1 << 62
_POLL_MS = 200
_STATE = Path("runs/state")
_BUS = Path("runs/bus")
_NAMES = {int(app): app.name for app in App}


def main() -> None:
    """Parse the command line and run."""
    import typer

    use_level_of_environment()
    application = typer.Typer(help="dawndusk flight software", no_args_is_help=True, add_completion=False)

    @application.command()
    def run(
        manifest: Annotated[
            Path, typer.Argument(help="Manifest, a TOML file: see flight/executive/README.md.")
        ],
        state: Annotated[Path, typer.Option(help="State folder: boot record and snapshots.")] = _STATE,
        run_dir: Annotated[Path, typer.Option(help="Folder for the bus socket and process logs.")] = _BUS,
        duration_s: Annotated[
            float, typer.Option("--seconds", help="Bus seconds to run; 0: until SIGTERM.")
        ] = 0.0,
        tap: Annotated[bool, typer.Option(help="Open the tap for `flight watch`.")] = False,
    ) -> None:
        """Run the applications of a manifest until the time is over or SIGTERM comes."""
        raise typer.Exit(_run(manifest, state, run_dir, duration_s, with_tap=tap))

    @application.command()
    def info() -> None:
        """Print version, dictionary hash and what the dictionary holds."""
        sys.stdout.write(_info())

    @application.command()
    def dictionary(
        what: Annotated[str, typer.Argument(help="json, xtce, lock or tables.")],
        out: Annotated[Path | None, typer.Option(help="File to write; none: standard output.")] = None,
    ) -> None:
        """Write the dictionary as JSON, XTCE 1.2 or Markdown, or its lock of ids with the new ones added."""
        if what not in _EXPORTS:
            raise typer.BadParameter(f"what must be one of {', '.join(_EXPORTS)}, got {what}")
        text = _EXPORTS[what]()
        if out is None:
            sys.stdout.write(text)
        else:
            out.write_text(text, encoding="utf-8")

    @application.command()
    def watch(
        run_dir: Annotated[Path, typer.Argument(help="Folder of a bus that runs with --tap.")] = _BUS,
        names: Annotated[list[str] | None, typer.Argument(help="Messages to show; none: all.")] = None,
        count: Annotated[int, typer.Option(help="End after so many messages; 0: never.")] = 0,
    ) -> None:
        """Print live messages, one JSON object a line, and at the end the number of gaps."""
        try:
            ids = [DICTIONARY.by_name(name).SPEC.id for name in names or ()]
        except KeyError as error:
            raise typer.BadParameter(str(error.args[0])) from error
        _watch(run_dir, ids, count)

    application.add_typer(_link_commands(), name="link")
    application()


def _link_commands() -> "typer.Typer":
    """Return the commands below ``flight link``."""
    import typer

    link = typer.Typer(help="The link: recordings in and out, what serves it.", no_args_is_help=True)

    @link.command("info")
    def link_info() -> None:
        """Print what encrypts, which processor instructions serve, and the profiles that come along."""
        sys.stdout.write(_link_info())

    @link.command("decode")
    def link_decode(
        profile: Annotated[Path, typer.Option(help="Profile: a TOML file, or the name of a built-in one.")],
        source: Annotated[Path | None, typer.Argument(help="Recording; none: standard input.")] = None,
        packets: Annotated[Path | None, typer.Option(help="File for the packets.")] = None,
        keys: Annotated[Path | None, typer.Option(help="Keys, TOML; none: the public test keys.")] = None,
        bits: Annotated[bool, typer.Option(help="Look for markers at any bit, inverted ones too.")] = False,
    ) -> None:
        """Read CADUs, frames or CLTUs; print one JSON line for each frame and a summary.

        Exit code 1: not one frame was good; 2: what was given cannot be used.
        """
        with _told(), contextlib.ExitStack() as files:
            chosen = _profile(profile)
            store = _keys(keys, chosen)
            recording = files.enter_context(_input(source, "recording"))
            _require_other(packets, source)
            out = files.enter_context(_output(packets, is_kept=True)) if packets else None
            summary = read_link(chosen, recording, sys.stdout, packets=out, keys=store, is_bitwise=bits)
            sys.stdout.flush()
            sys.stderr.writelines(f"flight link: {hint}\n" for hint in summary.hints)
        raise typer.Exit(0 if summary.is_good else 1)

    _add_encode(link)
    return link


def _add_encode(link: "typer.Typer") -> None:
    """Add the command that is the inverse of decode."""
    import typer

    @link.command("encode")
    def link_encode(
        profile: Annotated[Path, typer.Option(help="Profile: a TOML file, or the name of a built-in one.")],
        source: Annotated[Path | None, typer.Argument(help="Packets; none: standard input.")] = None,
        out: Annotated[Path | None, typer.Option(help="File to write; none: standard output.")] = None,
        channel: Annotated[int, typer.Option(help="Virtual channel; -1: the profile's first.")] = -1,
        keys: Annotated[Path | None, typer.Option(help="Keys, TOML; none: the public test keys.")] = None,
        state: Annotated[Path, typer.Option(help="Folder of the numbers used with security.")] = Path(
            "runs/link"
        ),
        insert: Annotated[
            Path | None, typer.Option(help="Insert zones, one for each frame; none: zeros.")
        ] = None,
    ) -> None:
        """Make CADUs, frames or CLTUs of a run of packets: the inverse of decode."""
        with _told(), contextlib.ExitStack() as files:
            chosen = _profile(profile)
            store = _keys(keys, chosen)
            vcid = chosen.frame.channels[0] if channel < 0 else channel
            disk = None
            if chosen.security.is_on:
                state.mkdir(parents=True, exist_ok=True)
                disk = FileDisk(state, sync=True)
                sys.stderr.write(
                    f"flight link: the numbers used with security are kept in {state} (--state)\n"
                )
            run_of_packets = files.enter_context(_input(source, "packets"))
            _require_other(out, source)
            octets = files.enter_context(_output(out)) if out else sys.stdout.buffer
            zones = files.enter_context(_input(insert, "insert")) if insert else None
            write_link(chosen, run_of_packets, octets, vcid=vcid, keys=store, disk=disk, inserts=zones)
            octets.flush()


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Tell an error on standard error and end with code 2; 130 after an interrupt, 141 without a reader."""
    try:
        yield
    except BrokenPipeError:
        # The interpreter would flush standard output once more at exit, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except (LinkError, OSError) as error:
        sys.stderr.write(f"flight link: {error}\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def _profile(path: Path) -> Profile:
    """Return the profile of a file, or the built-in one of that name."""
    if str(path) in builtin_names():
        return load_builtin(str(path))
    if path.suffix == ".toml" or path.exists():
        return Profile.from_toml(_text(path, "profile"), where=str(path))
    known = ", ".join(builtin_names())
    raise LocalLinkError(
        f"profile must be a file or one of {known}, got {path} (no such file)", field="profile"
    )


def _keys(path: Path | None, profile: Profile) -> KeyStore:
    """Return the keys of a file; without one the public test keys, and say so where they serve."""
    if path:
        return read_keys(_text(path, "keys"), where=str(path))
    if profile.security.is_on:
        sys.stderr.write("flight link: public TEST keys serve, as no --keys were given\n")
    return builtin_test_keys()


def _text(path: Path, quantity: str) -> str:
    """Return the text of a file of options."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(quantity, "a TOML file in UTF-8 that can be read", path, error) from error


def _input(path: Path | None, quantity: str) -> contextlib.AbstractContextManager[IO[bytes]]:
    """Open a file of octets, or standard input, which is left open."""
    if path is None:
        return contextlib.nullcontext(sys.stdin.buffer)
    try:
        return path.open("rb")
    except OSError as error:
        raise _unusable(quantity, "a file that can be read", path, error) from error


def _require_other(output: Path | None, source: Path | None) -> None:
    """Refuse to write over what is read."""
    if output and source and output.exists() and output.samefile(source):
        raise LocalLinkError(
            f"output must be another file than the input, got {output} twice", field="output"
        )


def _unusable(quantity: str, condition: str, path: Path, error: Exception) -> LocalLinkError:
    got = error.strerror if isinstance(error, OSError) else "other octets"
    return LocalLinkError(f"{quantity} must be {condition}, got: {got} ({path})", field=quantity)


@contextlib.contextmanager
def _output(path: Path, *, is_kept: bool = False) -> Iterator[IO[bytes]]:
    """Write beside a file and take its place at the end; after an error what was there before stays.

    With `is_kept` an interrupt keeps what was written.
    """
    is_device = path.exists() and not path.is_file()
    beside = path if is_device else path.with_name(path.name + ".part")
    try:
        file = beside.open("wb")
    except OSError as error:
        raise _unusable("output", "a file that can be written", path, error) from error
    if is_device:
        with file:
            yield file
        return
    try:
        with file:
            yield file
        beside.replace(path)
    except BaseException as error:
        if is_kept and isinstance(error, KeyboardInterrupt | BrokenPipeError):
            beside.replace(path)
        beside.unlink(missing_ok=True)
        raise


def _link_info() -> str:
    names = ", ".join(builtin_names())
    has = f"this processor has {', '.join(levels())}; DD_LEVEL chooses"
    return f"encryption: {find_crypto().name}\nlevel: {level()} ({has})\nprofiles: {names}\n"


def _run(path: Path, state: Path, run_dir: Path, duration_s: float, *, with_tap: bool) -> int:
    try:
        flight = parse_manifest(path.read_text(encoding="utf-8"), str(path))
    except (OSError, ManifestError) as error:
        sys.stderr.write(f"flight: {error}\n")
        return 2
    state.mkdir(parents=True, exist_ok=True)
    run_dir.mkdir(parents=True, exist_ok=True)
    run_dir.chmod(0o700)
    tap = Tap(run_dir) if with_tap else None
    try:
        return _fly(flight, state, run_dir, duration_s, tap)
    except (BarrierError, LinkError, StallError, ValueError) as error:
        sys.stderr.write(f"flight: {error}\n")
        return 1
    finally:
        if tap is not None:
            tap.close()


def _fly(flight: FlightFile, state: Path, run_dir: Path, duration_s: float, tap: Tap | None) -> int:
    realtime = flight.settings.clock is Clock.REALTIME
    manifest = replace(flight.manifest, state_folder=str(state.resolve()), state_synced=realtime)
    executive = Executive(
        manifest,
        flight.settings,
        FileDisk(state, sync=realtime),
        run_dir=run_dir.resolve(),
        control=RealProcessControl(run_dir),
        token=secrets.token_bytes(16),
        tap=tap,
    )

    def stop(_: int, __: FrameType | None) -> None:
        executive.stop()

    executive.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    ticks = round(duration_s * 1000.0 / flight.manifest.tick_ms) if duration_s > 0.0 else _FOREVER_TICKS
    try:
        executive.run(ticks)
    finally:
        executive.close()
    coordinator, ledger = executive.coordinator, executive.coordinator.ledger
    sys.stdout.write(
        f"{executive.tick} ticks, {ledger.sent_count} messages, {coordinator.unaccounted_count} unaccounted, "
        f"{coordinator.lost_count} lost, {ledger.slip_count} slips, trace {coordinator.trace.hexdigest()}\n"
    )
    return 0


def _info() -> str:
    version = ".".join(map(str, VERSION))
    counts = f"{len(DICTIONARY.messages())} messages, {len(DICTIONARY.commands())} commands"
    events = f"{len(DICTIONARY.events())} events"
    return f"dawndusk flight {version}\ndictionary {DICTIONARY.hash:016x}: {counts}, {events}\n"


def _watch(run_dir: Path, ids: list[int], count: int) -> None:
    reader = TapReader(run_dir.resolve(), ids)
    shown = 0
    with contextlib.suppress(KeyboardInterrupt):
        while not count or shown < count:
            found = reader.read(_POLL_MS)
            if found is None:
                continue
            header, body = found
            cls = DICTIONARY.find(header.message_id)
            if cls is None:
                continue
            try:
                fields = asdict(decode(cls, body))  # type: ignore[call-overload]
            except BodyError as error:
                fields = {"refused": error.reason.name}
            source = _NAMES.get(header.source, str(header.source))
            line = {
                "tick": header.tick,
                "source": source,
                "sequence": header.sequence,
                "message": cls.__name__,
            }
            sys.stdout.write(json.dumps({**line, **fields}, default=_plain) + "\n")
            shown += 1
    sys.stderr.write(f"{shown} messages, {reader.gap_count} lost by the tap\n")
    reader.close()


def _plain(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


if __name__ == "__main__":
    main()
