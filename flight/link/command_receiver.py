"""The receiving end of telecommand: units, frames, security and FARM-1 by the C core, packets out."""

from typing import Protocol

from flight.link._clink import ffi, lib
from flight.link.clcw import Clcw
from flight.link.coding import random_sequence
from flight.link.command_packets import CommandPackets
from flight.link.errors import REJECT_NAMES, Counters, LocalLinkError, Reject
from flight.link.events import PacketReceived, Quality, Rejected, TelecommandEvent
from flight.link.frame_tc import TcCodec, c_profile
from flight.link.numbers import NumberDisk, NumberStore
from flight.link.packet import is_idle
from flight.link.profile import Profile
from flight.link.security import SecurityEnd, require_security

COUNTER_NAMES = (
    "units_received",
    "frames_received",
    "packets_received",
    "control_commands",
    "bits_corrected",
    *REJECT_NAMES,
)

_FRAME_HEADER_OCTETS = 5
_FECF_OCTETS = 2
_CONTROL_OCTETS_MAX = 3
_OUT_OCTETS = 16_384
_CHANNELS = 64
_FARM_KEPT = 1 << 16
"""Set in what is written of FARM-1, so that it is never 0, which is nothing."""


class _Farm(Protocol):
    """A `dd_farm` of the C core."""

    state: int
    report_value: int
    bypass_count: int
    retransmit: int


class _CFrame(Protocol):
    """What is used of a `dd_frame` of the C core."""

    data_offset: int
    data_octets: int
    spacecraft: int
    channel: int
    segment: int
    flags: int


class _Record(Protocol):
    """A `dd_uplinked` of the C core."""

    frame: _CFrame
    outcome: int
    is_corrected: int


class TelecommandReceiver:
    """Find transmission units in octets, correct and open them, and take the packets of accepted frames.

    Units, frames, security and FARM-1 run in one call of the C core. Frames under sequence control and
    control commands are rejected by name where the profile has no sequence control.

    Parameters
    ----------
    profile
        Of kind "tc", the sender's.
    security
        Receiving end of the profile's security; none exactly where the profile has none.
    disk
        Where V(R) of sequence control outlives a crash, in files ``link_farm_<channel>``, so that a frame
        sent again after a crash is not accepted again. A damaged file puts FARM-1 in lockout.

    Attributes
    ----------
    counters
        Counts by the names in `COUNTER_NAMES`.

    Raises
    ------
    LocalLinkError
        When the profile is of another kind or has no code or no anti-replay, or `security` does not fit it.

    Source: 231.0-B-4 clauses 3.5 and 5, 232.0-B-4 clause 4.3, 232.1-B-2 clause 6, 355.0-B-2 clause 4.
    """

    def __init__(
        self, profile: Profile, security: SecurityEnd | None = None, disk: NumberDisk | None = None
    ) -> None:
        require_security(profile, security)
        if profile.coding.code == "none":
            msg = f"coding.code must be bch for a receiver, got none (profile {profile.name})"
            raise LocalLinkError(msg, field="coding.code")
        if not all(one.anti_replay for one in profile.associations):
            msg = f"security.anti_replay must be true for a receiver, got false (profile {profile.name})"
            raise LocalLinkError(msg, field="security.anti_replay")
        self._has_segments = TcCodec(profile).has_segments
        self._fecf_octets = _FECF_OCTETS * profile.frame.fecf
        self._security = security
        self._packets = CommandPackets(profile)
        self._channels = profile.frame.channels
        self._sequence = random_sequence(profile.coding.randomiser, profile.frame.length_octets + 16)
        self._farms = ffi.new("dd_farm[]", _CHANNELS)
        self._stores: dict[int, NumberStore] = {}
        for vcid in self._channels:
            self._farms[vcid].window = profile.sequence.window_count
            if profile.sequence.is_on and disk is not None:
                self._stores[vcid] = self._recall(vcid, disk)
        self._records = ffi.new("dd_uplinked[]", _OUT_OCTETS // (_FRAME_HEADER_OCTETS + 1))
        self._out = ffi.new("uint8_t[]", _OUT_OCTETS)
        self._total = ffi.new("dd_uplinked_total *")
        self._buffer = bytearray()
        self._c_sequence = ffi.from_buffer("uint8_t[]", self._sequence)
        self._c_profile = c_profile(profile)
        self._link = ffi.new("dd_uplink *")
        self._link.profile = self._c_profile
        self._link.sequence = self._c_sequence
        self._link.sequence_size = len(self._sequence)
        self._link.farms = self._farms
        self._link.correct = profile.coding.correct
        self._link.cop1 = profile.sequence.is_on
        self._link.clear_control = profile.sequence.control == "clear"
        self._link.has_room = True
        if security is not None:
            self._link.sas = security.records
            self._link.aead = security.crypto.aead
        self.counters = Counters(COUNTER_NAMES)

    @property
    def has_room(self) -> bool:
        """Whether sequence-controlled frames are taken; false makes FARM-1 wait."""
        return bool(self._link.has_room)

    @has_room.setter
    def has_room(self, has_room: bool) -> None:
        self._link.has_room = has_room
        if has_room:
            for vcid in self._channels:
                lib.dd_farm_release(ffi.addressof(self._farms[vcid]))

    def receive(self, data: bytes) -> list[TelecommandEvent]:
        """Take received octets, in any cut; return what happened, in order.

        A unit is taken when its tail, or anything else that is not a block, has come; see `end_of_signal`.
        """
        self._buffer += data
        return self._run(is_last=False)

    def end_of_signal(self) -> list[TelecommandEvent]:
        """Say that the carrier is gone: take the unit begun as it is and forget the rest."""
        events = self._run(is_last=True)
        self._buffer.clear()
        return events

    def clcw(self, vcid: int) -> Clcw:
        """Return the control word of a virtual channel.

        Raises
        ------
        KeyError
            When the channel is not in the profile.
        """
        if vcid not in self._channels:
            raise KeyError(vcid)
        farm: _Farm = self._farms[vcid]
        return Clcw(
            vcid=vcid,
            bypass_count=farm.bypass_count & 3,
            report_value=farm.report_value,
            lockout=farm.state == lib.DD_FARM_LOCKOUT,
            wait=farm.state == lib.DD_FARM_WAIT,
            retransmit=bool(farm.retransmit),
        )

    def snapshot(self) -> tuple[tuple[int, ...], ...]:
        """Return (channel, FARM-B, V(R), state, retransmit) rows, for `restore`; a unit begun is not kept.

        A snapshot is older than the last frames accepted: where no disk keeps V(R), it says lockout, so that
        the sender sets V(R) anew and nothing is accepted twice.
        """
        rows: list[tuple[int, ...]] = []
        for vcid in self._channels:
            farm: _Farm = self._farms[vcid]
            is_old = self._link.cop1 and vcid not in self._stores
            state = lib.DD_FARM_LOCKOUT if is_old else farm.state
            rows.append((vcid, farm.bypass_count, farm.report_value, state, farm.retransmit))
        return tuple(rows)

    def restore(self, state: tuple[tuple[int, ...], ...]) -> None:
        """Take over the counters of the channels both profiles have; V(R) only where no disk keeps it."""
        for vcid, bypass_count, report_value, farm_state, retransmit in state:
            if vcid in self._channels:
                farm: _Farm = self._farms[vcid]
                farm.bypass_count = bypass_count & 0xFF
                if vcid in self._stores:
                    continue
                farm.report_value = report_value & 0xFF
                farm.state = min(farm_state, lib.DD_FARM_LOCKOUT)
                farm.retransmit = retransmit & 1
        self.has_room = self.has_room

    def _run(self, *, is_last: bool) -> list[TelecommandEvent]:
        """Hand the buffer to the core until it needs more octets."""
        events: list[TelecommandEvent] = []
        total = self._total
        self._link.sa_count = 0 if self._security is None else self._security.count
        while True:
            with ffi.from_buffer("uint8_t[]", self._buffer) as data:
                lib.dd_uplink_take(
                    self._link,
                    data,
                    len(self._buffer),
                    is_last,
                    self._out,
                    _OUT_OCTETS,
                    self._records,
                    len(self._records),
                    total,
                )
            del self._buffer[: total.consumed]
            if not total.unit_count:
                return events
            self.counters.add("units_received", total.unit_count)
            self.counters.add("bits_corrected", total.corrected_count)
            self._take_records(total.record_count, events)

    def _take_records(self, count: int, events: list[TelecommandEvent]) -> None:
        """Turn the core's records into events; accepted numbers are on disk before a packet is handed on."""
        records: list[_Record] = [self._records[index] for index in range(count)]
        for record in records:
            frame = record.frame
            outcome, data = record.outcome, b""
            if outcome == lib.DD_STAGED:
                outcome, data = self._open(record)
            elif outcome == lib.DD_FARM_ACCEPT:
                data = bytes(ffi.buffer(self._out + frame.data_offset, frame.data_octets))
            if outcome == lib.DD_FARM_ACCEPT:
                self._keep()
                self._take_frame(record, data, events)
            elif outcome == lib.DD_FARM_CONTROL:
                self._keep()
                self.counters.add("control_commands")
            else:
                is_known = outcome >= lib.DD_BAD_SECURITY_LENGTH and outcome < lib.DD_UNIT_EMPTY
                self._reject(Reject(outcome), frame.channel if is_known else -1, events)

    def _open(self, record: _Record) -> tuple[int, bytes]:
        """Run security and FARM-1 of one frame from Python, in the core's order; return outcome and data."""
        frame = record.frame
        security = self._security
        is_control = bool(frame.flags & lib.DD_CONTROL)
        data = bytes(ffi.buffer(self._out + frame.data_offset, frame.data_octets))
        opened = None
        if security is not None and not (is_control and self._link.clear_control):
            if is_control and len(data) <= _CONTROL_OCTETS_MAX:
                return lib.DD_CLEAR_CONTROL, b""
            header_octets = _FRAME_HEADER_OCTETS + (self._has_segments and not is_control)
            whole = bytes(
                ffi.buffer(self._out + frame.data_offset - header_octets, header_octets + frame.data_octets)
            )
            opened = security.open(frame.spacecraft, frame.channel, whole, header_octets, len(whole))
            if opened.verdict:
                return opened.verdict, b""
            data = opened.data
            if not data:
                return lib.DD_BAD_SECURITY_LENGTH, b""
            frame.data_octets = len(data)
        if not self._link.cop1 and (is_control or not frame.flags & lib.DD_BYPASS):
            return (lib.DD_BAD_CONTROL if is_control else lib.DD_BAD_SEQUENCED), b""
        farm = ffi.addressof(self._farms[frame.channel])
        outcome = lib.dd_farm_take(
            farm, ffi.addressof(frame), ffi.from_buffer("uint8_t[]", data), self._link.has_room
        )
        is_taken = outcome in (lib.DD_FARM_ACCEPT, lib.DD_FARM_CONTROL)
        if is_taken and opened is not None and security is not None:
            security.commit(opened.index, opened.number)
        return outcome, data

    def _keep(self) -> None:
        """Write what was accepted: the number first, so that a crash between loses V(R), not the frame."""
        if self._security is not None:
            self._security.keep()
        for vcid, store in self._stores.items():
            farm: _Farm = self._farms[vcid]
            kept = _FARM_KEPT | farm.state << 8 | farm.report_value
            if kept != store.number:
                store.store(kept)

    def _recall(self, vcid: int, disk: NumberDisk) -> NumberStore:
        """Take V(R) and the state that were written last."""
        store = NumberStore(disk, f"link_farm_{vcid}")
        farm: _Farm = self._farms[vcid]
        farm.report_value = store.number & 0xFF
        farm.state = min(store.number >> 8 & 0xFF, lib.DD_FARM_LOCKOUT)
        if store.damaged_count:
            farm.state = lib.DD_FARM_LOCKOUT
        return store

    def _take_frame(self, record: _Record, data: bytes, events: list[TelecommandEvent]) -> None:
        """Turn the data of an accepted frame into packets."""
        vcid, segment = record.frame.channel, record.frame.segment
        self.counters.add("frames_received")
        quality = Quality.CORRECTED if record.is_corrected else Quality.CLEAN
        for found in self._packets.take(vcid, segment, data):
            if isinstance(found, Reject):
                self._reject(found, vcid, events)
            elif not is_idle(found):
                self.counters.add("packets_received")
                events.append(PacketReceived(vcid=vcid, packet=found, quality=quality, map_id=segment & 0x3F))

    def _reject(self, reason: Reject, vcid: int, events: list[TelecommandEvent]) -> None:
        """Count and report a reject."""
        self.counters.add(reason.name.lower())
        events.append(Rejected(reason=reason, vcid=vcid))
