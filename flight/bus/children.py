"""What the bus asks of whoever starts and ends processes."""

from typing import Protocol

__all__ = ["Child", "ProcessControl"]


class Child(Protocol):
    """One process."""

    @property
    def pid(self) -> int:
        """Process id."""

    def exit_code(self) -> int | None:
        """Return the exit code, negative for a signal, or None while it runs."""

    def kill(self) -> None:
        """End it at once (SIGKILL) and wait until it is gone."""

    def freeze(self) -> None:
        """Stop it without ending it (SIGSTOP)."""

    def dump(self) -> None:
        """Ask for the stacks of its threads (SIGUSR1)."""

    def wait(self, timeout_s: float) -> bool:
        """Wait for its end; return whether it came."""


class ProcessControl(Protocol):
    """Starts processes."""

    def spawn(self, name: str, boot: bytes, descriptors: tuple[int, ...]) -> Child:
        """Start ``python -m flight.bus.process``.

        Parameters
        ----------
        name : str
            Name of the process.
        boot : bytes
            Start information, for its standard input.
        descriptors : tuple of int
            File descriptors that it inherits.
        """
