"""Marker search over a stream of octets: cut it into CADUs, find the way back after errors and slips."""

from flight.link.profile import Profile


class MarkerSync:
    """Cut received octets into runs of CADUs.

    A marker at its expected place may have wrong bits; elsewhere it must be exact. After a frame was found
    bad (`doubt`) its octets are searched too, since it may have been cut short.

    Parameters
    ----------
    profile
        Of kind "aos": marker, mismatch limit and frame length are used.

    Attributes
    ----------
    skipped_octets
        Octets thrown away while searching; octets of doubted frames are not among them.

    Source: 131.0-B-6 clause on frame synchronisation; the flywheel and the second look are our choice.
    """

    __slots__ = (
        "_buffer",
        "_cadu_octets",
        "_doubted_octets",
        "_expected",
        "_last",
        "_marker",
        "_marker_number",
        "_mismatch_max",
        "skipped_octets",
    )

    def __init__(self, profile: Profile) -> None:
        self._marker = profile.marker
        self._marker_number = int.from_bytes(profile.marker)
        self._mismatch_max = profile.coding.marker_mismatch_max
        self._cadu_octets = profile.cadu_octets
        self._buffer = bytearray()
        self._last = b""
        self._expected = 0  # where the next marker should be; -1 when it is not known
        self._doubted_octets = 0  # octets at the front that belong to a frame already counted as bad
        self.skipped_octets = 0

    def feed(self, data: bytes) -> None:
        """Append received octets."""
        self._buffer += data

    def take(self) -> bytes:
        """Return the CADUs (one or more, one after the other) at hand, empty when more octets are needed."""
        if not self._align():
            return b""
        size = self._cadu_octets
        end = size
        while end + size <= len(self._buffer) and self._is_marker(end):
            end += size
        run = bytes(self._buffer[:end])
        self._last = run[-size:]
        self._drop(end)
        self._expected = 0
        return run

    def doubt(self) -> None:
        """Say that the last CADU of the last run was bad: look for a marker in it, too."""
        rest = self._last[1:]  # its marker, too, may be a damaged one that runs into the next
        self._buffer[:0] = rest
        self._doubted_octets = len(rest)
        self._expected = len(rest)

    def _align(self) -> bool:
        """Bring a marker with a whole frame behind it to the front."""
        if self._expected >= 0:
            if len(self._buffer) < self._expected + len(self._marker):
                return False
            if self._is_marker(self._expected):
                self._drop(self._expected)
                self._expected = 0
                return len(self._buffer) >= self._cadu_octets
            self._expected = -1
        at = self._buffer.find(self._marker)
        if at < 0:
            self._drop(max(0, len(self._buffer) - len(self._marker) + 1))
            return False
        self._drop(at)
        self._expected = 0
        return len(self._buffer) >= self._cadu_octets

    def _is_marker(self, at: int) -> bool:
        """Compare the octets at an expected place with the marker."""
        octets = self._buffer[at : at + len(self._marker)]
        return (int.from_bytes(octets) ^ self._marker_number).bit_count() <= self._mismatch_max

    def _drop(self, size: int) -> None:
        """Remove octets from the front; those in front of a marker are counted unless doubted."""
        if self._expected != 0:
            self.skipped_octets += max(0, size - self._doubted_octets)
        self._doubted_octets = max(0, self._doubted_octets - size)
        del self._buffer[:size]
