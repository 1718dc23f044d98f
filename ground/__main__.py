"""The command ``ground``: command and watch a running satellite, look into archives, run operator scripts."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typer import Typer


def main() -> None:
    """Run the command line; a refusal is one line on the error output and exit status 1."""
    from ground.script.condition import SyntaxProblem
    from ground.script.errors import ScriptError
    from ground.telemetry.names import UnknownNameError

    try:
        _application()()
    except KeyboardInterrupt:
        sys.exit(130)
    except (ScriptError, SyntaxProblem, UnknownNameError, ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


def _application() -> "Typer":
    """Return the command line with all its commands."""
    import typer

    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    app.callback()(_describe)
    _add_commanding(app)
    _add_watching(app)
    _add_archive(app)
    return app


def _describe() -> None:
    """Command and watch the satellite of a running loop, which is found untold; look into archives.

    Start a loop with: scripts/sil --pace 1
    """


def _add_commanding(app: "Typer") -> None:
    from pathlib import Path
    from typing import Annotated

    import typer
    from rich.console import Console

    from ground.console.session import fire_command, send_command, show_arming
    from ground.script.live import connect
    from ground.script.procedure import load_procedure

    show = Console(soft_wrap=True, markup=False, highlight=False, emoji=False).print
    words = Annotated[list[str], typer.Argument(help="APPLICATION Command name=value ...")]
    wait = Annotated[float, typer.Option(help="Seconds to wait for completion, by the loop's clock.")]

    @app.command()
    def cmd(command: words, timeout_s: wait = 30.0) -> None:
        """Send a command and follow it: ground cmd POWER SetLoadTier tier=1."""
        with connect() as sat:
            done = send_command(sat, command, timeout_s=timeout_s, show=show)
        raise typer.Exit(0 if done else 1)

    @app.command()
    def arm(command: words) -> None:
        """Arm a hazardous command; prints the token that fires it once, within 60 s."""
        with connect() as sat:
            show_arming(sat, command, show)

    @app.command()
    def fire(token: str, timeout_s: wait = 30.0) -> None:
        """Fire what was armed and follow it."""
        with connect() as sat:
            done = fire_command(sat, token, timeout_s=timeout_s, show=show)
        raise typer.Exit(0 if done else 1)

    @app.command()
    def run(script: Path) -> None:
        """Run an operator script (its `run(sat)`) against the running loop."""
        with connect() as sat:
            load_procedure(script)(sat)


def _add_watching(app: "Typer") -> None:
    from typing import Annotated

    import typer
    from rich.console import Console

    from ground.console.session import (
        follow_events,
        follow_items,
        list_dictionary,
        show_alarms,
        show_status,
        show_telemetry,
    )
    from ground.script.live import connect

    show = Console(soft_wrap=True, markup=False, highlight=False, emoji=False).print
    again = Annotated[bool, typer.Option("--follow", "-f", help="Go on until interrupted.")]

    @app.command()
    def tlm(
        item: Annotated[list[str], typer.Argument(help="APPLICATION Message [item]")], follow: again = False
    ) -> None:
        """Show an item or a packet: ground tlm POWER PowerStatus charge_frac."""
        with connect() as sat:
            (follow_items if follow else show_telemetry)(sat, item, show)

    @app.command()
    def events(follow: again = False) -> None:
        """Show the events of this run."""
        with connect() as sat:
            follow_events(sat, follow=follow, show=show)

    @app.command()
    def status() -> None:
        """Show the loop's time, whether the satellite is in view, packets and alarms."""
        with connect() as sat:
            show_status(sat, show)

    @app.command()
    def alarms() -> None:
        """Show the alarms that stand now."""
        with connect() as sat:
            show_alarms(sat, show)

    @app.command(name="list")
    def list_names(application: str) -> None:
        """Show what an application can be told and what it says: ground list POWER."""
        list_dictionary(application, show)


def _add_archive(app: "Typer") -> None:
    from pathlib import Path
    from typing import Annotated

    import typer
    from rich.console import Console

    from ground.archive.query import ArchiveReader
    from ground.console.session import show_archive, show_history

    show = Console(soft_wrap=True, markup=False, highlight=False, emoji=False).print

    @app.command()
    def archive(
        file: Annotated[Path, typer.Argument(help="A run's ground.sqlite.")],
        part: Annotated[str, typer.Argument(help="packets, events, alarms, commands or meta")] = "packets",
    ) -> None:
        """Look into an archive: ground archive runs/one_orbit-1/ground.sqlite commands."""
        reader = ArchiveReader(file)
        show_archive(reader, part, show)
        reader.close()

    @app.command()
    def history(
        file: Annotated[Path, typer.Argument(help="A run's ground.sqlite.")],
        item: Annotated[list[str], typer.Argument(help="APPLICATION Message item")],
    ) -> None:
        """Show every archived value of an item as CSV, read with the dictionary that the archive keeps."""
        reader = ArchiveReader(file)
        show_history(reader, item, show)
        reader.close()


if __name__ == "__main__":
    main()
