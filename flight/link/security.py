"""Space data link security of one end and direction: associations, and what outlives a crash."""

from dataclasses import dataclass
from typing import Protocol

from flight.link._clink import ffi, lib
from flight.link.association import (
    TRANSITIONS,
    AssociationAction,
    AssociationState,
    association_values,
    channel_mask,
    salt_of,
)
from flight.link.crypto import Crypto, StagedCipher, find_crypto
from flight.link.errors import LocalLinkError
from flight.link.keys import KeyStore, KeyView
from flight.link.numbers import NUMBER_MAX, NumberDisk, NumberStore
from flight.link.profile import Profile
from flight.link.profile_rules import ASSOCIATIONS_MAX
from flight.link.security_options import SecurityOptions


class _Record(Protocol):
    """A `dd_sa` of the C core."""

    number: int
    number_end: int
    state: int
    salt: bytes


@dataclass(slots=True)
class _Association:
    """What Python keeps of one association."""

    options: SecurityOptions
    implicit: bytes
    channels: int
    record: _Record
    store: NumberStore
    cipher: StagedCipher | None = None
    epoch: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A frame opened by hand; `verdict` is 0 or a number of `flight.link.errors.Reject`."""

    verdict: int
    index: int = 0
    number: int = 0
    data_offset: int = 0
    data: bytes = b""


class SecurityEnd:
    """Associations of one direction at one end, started and keyed from the store.

    Parameters
    ----------
    profile
        With security; its associations of this direction, in their order.
    is_sender
        Which end this is.
    direction
        "forward" or "return", which ends of a crosslink must say; telecommand goes forward, the rest returns.
    keys
        Key store; the newest active epoch of the profile's key is loaded.
    disk
        Where numbers outlive a crash; each association has a file ``link_<s|r>_<spi>``.
    crypto
        Implementation; the fastest there is by default.
    keeps_each
        Receiver: write after every batch with accepted frames; else every `reserve_count` numbers, and after
        a crash as many are refused.

    Attributes
    ----------
    crypto
        The implementation that serves.

    Raises
    ------
    LocalLinkError
        When the profile has no security or no association of this direction, or a key is unknown or of the
        wrong class.
    """

    def __init__(
        self,
        profile: Profile,
        *,
        is_sender: bool,
        keys: KeyStore,
        disk: NumberDisk,
        crypto: Crypto | None = None,
        keeps_each: bool = False,
        direction: str = "",
    ) -> None:
        self._keeps_each = keeps_each
        self.crypto = crypto or find_crypto()
        self._profile = profile
        self._is_sender = is_sender
        self._keys = keys
        self._disk = disk
        self._records = ffi.new("dd_sa[]", ASSOCIATIONS_MAX)
        self._parts = ffi.new("dd_secured *")
        self._associations: list[_Association] = []
        self._channels = sum(1 << vcid for vcid in profile.frame.channels)
        direction = direction or ("forward" if profile.frame.kind == "tc" else "return")
        serving = [one for one in profile.associations if one.direction in ("both", direction)]
        if not serving:
            msg = f"security must have an association of direction {direction}, got none ({profile.name})"
            raise LocalLinkError(msg, field="security.direction")
        for options in serving:
            self.add(options)

    @property
    def records(self) -> object:
        """The associations as the C core sees them, `count` of them."""
        return self._records

    @property
    def count(self) -> int:
        """How many associations there are."""
        return len(self._associations)

    @property
    def fault_count(self) -> int:
        """Writes of numbers that the disk refused."""
        return sum(one.store.fault_count for one in self._associations)

    def add(self, options: SecurityOptions) -> int:
        """Add an association, key and start it; return its index. A key roll has two for a while.

        Raises
        ------
        LocalLinkError
            When security is off, there is no place, the SPI is taken or the key does not fit.
        """
        taken = [one.options.spi for one in self._associations]
        if not options.is_on or len(taken) == ASSOCIATIONS_MAX or options.spi in taken:
            msg = (
                f"association must be on, new and one of {ASSOCIATIONS_MAX}, got mode {options.mode}, "
                f"spi {options.spi} (profile {self._profile.name})"
            )
            raise LocalLinkError(msg, field="security.spi")
        record = self._records + len(taken)
        values = association_values(self._profile, options, is_sender=self._is_sender)
        ffi.buffer(record)[:] = ffi.buffer(ffi.new("dd_sa *", values))[:]
        name = f"link_{'s' if self._is_sender else 'r'}_{options.spi}"
        channels = channel_mask(self._profile, options)
        association = _Association(options, options.implicit, channels, record, NumberStore(self._disk, name))
        self._associations.append(association)
        index = len(taken)
        try:
            self.rekey(index)
        except LocalLinkError:
            self._associations.pop()
            raise
        self._recall(association)
        self.move(index, AssociationAction.START)
        if association.store.is_lost:
            self.move(index, AssociationAction.EXPIRE)
        return index

    def state(self, index: int) -> AssociationState:
        """Return the state of an association."""
        return AssociationState(self._associations[index].record.state)

    def epoch(self, index: int) -> int:
        """Return the epoch of the key that is loaded, -1 for none."""
        return self._associations[index].epoch

    def spi(self, index: int) -> int | None:
        """Return the SPI of an association, None where there is none."""
        return self._associations[index].options.spi if index < len(self._associations) else None

    def number(self, index: int) -> int:
        """Return the last number used or the highest accepted."""
        return int(self._associations[index].record.number)

    def move(self, index: int, action: AssociationAction) -> None:
        """Move an association to another state; zeroising wipes its key.

        Raises
        ------
        LocalLinkError
            When the action is none for its present state, or it is to be keyed (see `rekey`).
        """
        association = self._associations[index]
        after = TRANSITIONS.get((self.state(index), action))
        if after is None or action is AssociationAction.REKEY:
            msg = (
                f"action must fit state {self.state(index).name.lower()}, got {action.name.lower()} "
                f"(association {association.options.spi})"
            )
            raise LocalLinkError(msg, field="action", clause="355.1-B-1 3.4")
        if action is AssociationAction.ZEROISE:
            lib.dd_sa_wipe(association.record, self.crypto.aead)
            association.cipher = None
            association.epoch = -1
        association.record.state = after

    def rekey(self, index: int) -> None:
        """Load the newest active epoch of the key; the association must then be started.

        Raises
        ------
        LocalLinkError
            When the association is started, or no key of its class is active.
        """
        association = self._associations[index]
        if (self.state(index), AssociationAction.REKEY) not in TRANSITIONS:
            msg = f"association must be stopped, got started (association {association.options.spi})"
            raise LocalLinkError(msg, field="action", clause="355.1-B-1 3.4")
        options = association.options
        key = self._keys.newest(options.key, key_class=options.key_class)
        self._load(association, key)
        association.epoch = key.epoch
        association.record.state = AssociationState.KEYED

    def apply(self, vcid: int, frame: bytearray, header_octets: int, secured_octets: int) -> int:
        """Secure one frame in place with the first started association of its channel; return 0 or a verdict.

        Parameters
        ----------
        vcid
            Its virtual channel.
        frame
            The frame, data in place, room for the security header and trailer.
        header_octets
            Octets before the security header.
        secured_octets
            Octets up to the end of the security trailer.
        """
        index = self.serving(1, vcid)
        if index < 0:
            return int(lib.DD_NUMBERS_USED_UP)
        association = self._associations[index]
        octets = ffi.from_buffer("uint8_t[]", frame)
        if association.cipher is None:
            done = lib.dd_sdls_apply(
                association.record,
                self.crypto.aead,
                vcid,
                octets,
                len(frame),
                1,
                header_octets,
                secured_octets,
            )
            return 0 if done == 1 else -done
        parts = self._parts
        done = lib.dd_sdls_prepare(association.record, vcid, octets, header_octets, secured_octets, parts)
        if done == 0:
            iv, aad, data, tag = _cut(parts, association.options)
            frame[data], frame[tag] = association.cipher.seal(
                association.implicit + frame[iv], aad, bytes(frame[data])
            )
        return -done

    def serving(self, count: int, vcid: int | None = None) -> int:
        """Reserve `count` numbers on disk for whoever sends on a channel, by default on each of the profile.

        Returns
        -------
        int
            The first association that serves, or -1.
        """
        wanted = self._channels if vcid is None else 1 << vcid
        form = None if vcid is None or len(self._associations) == 1 else self.form(vcid).lengths
        first = -1
        for index, association in enumerate(self._associations):
            is_started = association.record.state == lib.DD_SA_STARTED and association.channels & wanted
            is_fit = form is None or association.options.lengths == form
            if is_started and is_fit and self._reserve(association, count):
                wanted &= ~association.channels
                first = index if first < 0 else first
                if not wanted:
                    break
        return first

    def form(self, vcid: int) -> SecurityOptions:
        """Return the options of the first association that is started on a channel: its frames have its form.

        Where none is started it is the first that may serve the channel.
        """
        if len(self._associations) == 1:
            return self._associations[0].options
        serving = [one for one in self._associations if one.channels >> vcid & 1]
        started = [one for one in serving if one.record.state == AssociationState.STARTED]
        return (started or serving or self._associations)[0].options

    def open(
        self, spacecraft_id: int, vcid: int, frame: bytes, header_octets: int, secured_octets: int
    ) -> Opened:
        """Check and open one received frame from Python; nothing is remembered before `commit`."""
        parts = self._parts
        octets = ffi.from_buffer("uint8_t[]", frame)
        done = lib.dd_sdls_check(
            self._records, self.count, spacecraft_id, vcid, octets, header_octets, secured_octets, parts
        )
        if done != 0:
            return Opened(verdict=-done)
        association = self._associations[parts.index]
        iv, aad, data, tag = _cut(parts, association.options)
        if association.cipher is None:
            msg = "cipher must run from Python, got the C core (open)"
            raise LocalLinkError(msg, field="crypto")
        vector = association.implicit + frame[iv]
        inside = association.cipher.open(vector, aad, frame[data], frame[tag])
        if inside is None:
            return Opened(verdict=lib.DD_BAD_TAG)
        return Opened(
            verdict=0, index=parts.index, number=parts.number, data_offset=parts.data_offset, data=inside
        )

    def commit(self, index: int, number: int) -> None:
        """Take the number of a frame that was accepted."""
        lib.dd_sdls_commit(self._associations[index].record, number)

    def keep(self) -> None:
        """Write the numbers accepted, before what came with them is handed on."""
        for association in self._associations:
            number = association.record.number
            if number > association.store.number:
                step = 1 if self._keeps_each else association.options.reserve_count
                association.store.store(min(number + step - 1, NUMBER_MAX))

    def _reserve(self, association: _Association, count: int) -> bool:
        """Reserve numbers on disk before they are used."""
        record = association.record
        if record.number_end - record.number > count:
            return True
        end = record.number + max(count, association.options.reserve_count)
        if end >= NUMBER_MAX or not association.store.store(end):
            return False
        record.number_end = end + 1
        return True

    def _recall(self, association: _Association) -> None:
        """Start behind every number that may have been used before; a damaged slot may hide one write."""
        store = association.store
        number = min(store.number + store.damaged_count * association.options.reserve_count, NUMBER_MAX)
        association.record.number = number
        association.record.number_end = number + 1 if self._is_sender else 0

    def _load(self, association: _Association, key: KeyView) -> None:
        """Give the key to the implementation and make the salt of its epoch."""
        options = association.options
        association.record.salt = salt_of(options, key.epoch).ljust(8, b"\0")
        if self.crypto.is_staged:
            vector_octets = len(options.implicit) + options.iv_octets
            association.cipher = StagedCipher(
                options.mode, bytes(key.octets), iv_octets=vector_octets, mac_octets=options.mac_octets
            )
            return
        octets = ffi.from_buffer("uint8_t[]", key.octets)
        if lib.dd_sa_key(association.record, self.crypto.aead, octets, len(key.octets)) != 0:
            msg = f"key must serve {options.mode}, got {len(key.octets)} octets (association {options.spi})"
            raise LocalLinkError(msg, field="security.key")


class _Parts(Protocol):
    """A `dd_secured` of the C core."""

    iv_offset: int
    data_offset: int
    data_octets: int
    tag_offset: int
    aad_octets: int
    aad: object


def _cut(parts: _Parts, options: SecurityOptions) -> tuple[slice, bytes, slice, slice]:
    """Return where the initialisation vector, the masked header, the data and the code lie."""
    return (
        slice(parts.iv_offset, parts.iv_offset + options.iv_octets),
        bytes(ffi.buffer(parts.aad, parts.aad_octets)),
        slice(parts.data_offset, parts.data_offset + parts.data_octets),
        slice(parts.tag_offset, parts.tag_offset + options.mac_octets),
    )


def require_security(profile: Profile, security: SecurityEnd | None) -> None:
    """Refuse a profile with security and no end for it, or the other way round: it is never silently off.

    Raises
    ------
    LocalLinkError
        When they do not fit.
    """
    if profile.security.is_on != (security is not None):
        msg = (
            f"security must be given exactly where the profile has it, got mode {profile.security.mode} and "
            f"{'none' if security is None else 'one'} (profile {profile.name})"
        )
        raise LocalLinkError(msg, field="security.mode")
