"""One operator: a procedure or a live client, and from when on samples and events are new to it."""

__all__ = ["Session"]


class Session:
    """What the ground remembers of an operator.

    Parameters
    ----------
    name : str
        Who it is, for the archive.
    event_count : int
        Number of the newest event when the session began.

    Attributes
    ----------
    last_command_id : int or None
        The command whose execution makes samples fresh.
    """

    __slots__ = ("_event_count", "_seen_events", "last_command_id", "name")

    def __init__(self, name: str, event_count: int) -> None:
        self.name = name
        self.last_command_id: int | None = None
        self._event_count = event_count
        self._seen_events: dict[str, int] = {}

    def sent(self, command_id: int, event_count: int) -> None:
        """Note a command that the operator sent, and the number of the newest event at that time."""
        self.last_command_id = command_id
        self._event_count = event_count

    def found_event(self, name: str, count: int) -> None:
        """Note an event that a wait found, so that the next wait of its name finds a later one."""
        self._seen_events[name] = count

    def event_mark(self, name: str) -> int:
        """Return the number above which an event of a name is new."""
        return max(self._event_count, self._seen_events.get(name, 0))
