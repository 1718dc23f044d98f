"""One operator: a procedure or a live client, and from when on samples and events are new to it."""

from dataclasses import dataclass, field

__all__ = ["Session"]


@dataclass(slots=True, kw_only=True)
class Session:
    """What the ground remembers of an operator.

    Parameters
    ----------
    name : str
        Who it is, for the archive.
    event_count : int
        Number of the newest event when the session, or its last command, began.
    last_command_id : int or None
        The command whose execution makes samples fresh.
    seen_events : dict
        By event name, the number of the last one that a wait found.
    """

    name: str
    event_count: int
    last_command_id: int | None = None
    seen_events: dict[str, int] = field(default_factory=dict)

    def sent(self, command_id: int, event_count: int) -> None:
        """Note a command that the operator sent."""
        self.last_command_id = command_id
        self.event_count = event_count

    def event_mark(self, name: str) -> int:
        """Return the number above which an event of a name is new."""
        return max(self.event_count, self.seen_events.get(name, 0))
