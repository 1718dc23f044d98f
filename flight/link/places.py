"""Where frames lie: their insert zones in a ring's memory, and their places in what came from the channel."""

import numpy as np
from numpy.typing import NDArray

from flight.link.chain import insert_offset
from flight.link.profile import Profile
from flight.link.ring import Octets, Rows


def frame_offsets(rows: Rows) -> NDArray[np.int64]:
    """Return where the frames of rows begin, behind their markers, octets of the ring's ``data``.

    Parameters
    ----------
    rows
        shape (frames,), `flight.link.ring.ROW`: rows of a `flight.link.ring.ReceiveRing`.
    """
    begins: NDArray[np.int64] = rows["data_offset"].astype(np.int64) - rows["lead_octets"]
    return begins


def insert_zones(profile: Profile, data: Octets, rows: Rows) -> Octets:
    """Return the insert zones of rows, shape (frames, insert octets), uint8; only those of good rows count.

    Parameters
    ----------
    profile
        Of the ring.
    data
        shape (octets,), uint8: the ring's memory.
    rows
        shape (frames,), `flight.link.ring.ROW`: rows of the newest `receive`.

    Source: 732.0-B-4 clause 4.1.3.
    """
    begins = frame_offsets(rows) + insert_offset(profile)
    zones: Octets = data[begins[:, None] + np.arange(profile.frame.insert_octets)]
    return zones


class SlicePlaces:
    """Places in a recording of a stream of frames that was cut into codeblocks (131.0-B-6 slicing).

    Parameters
    ----------
    profile
        With slices.
    """

    def __init__(self, profile: Profile) -> None:
        coding = profile.coding
        self._info_octets = profile.block_octets - coding.rs_parity_octets * coding.rs_interleave
        self._marker_octets = len(profile.marker)
        self._gone_count = 0
        self._begin_octets = np.zeros(0, np.int64)

    def add(self, begin_octets: NDArray[np.int64], base_octets: int) -> None:
        """Take where more CADUs began in the recording; the stream before `base_octets` is done with."""
        done_count = min(base_octets // self._info_octets - self._gone_count, len(self._begin_octets))
        self._begin_octets = np.concatenate((self._begin_octets[done_count:], begin_octets))
        self._gone_count += done_count

    def offsets(self, stream_octets: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return where octets of the stream, counted from its beginning, lie in the recording."""
        slices, inside = np.divmod(stream_octets, self._info_octets)
        places: NDArray[np.int64] = self._begin_octets[slices - self._gone_count]
        return places + self._marker_octets + inside
