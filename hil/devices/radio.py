"""The radio: the satellite's modem, the channel to the stations, and the stations' view of their antennas."""

from dataclasses import dataclass
from typing import Protocol

from flight.bus.application import Application, Config, Inbox, Now, Policy, Received, Subscription
from flight.dictionary.radio import (
    GroundReceived,
    GroundTransmit,
    RadioReceived,
    RadioSetpoint,
    RadioStatus,
    RadioTransmit,
    StationStatus,
)
from flight.dictionary.types import App
from hil.devices.bench import Bench
from hil.devices.channel import ChannelLeg

__all__ = ["ChannelFault", "RadioDevice", "RadioOptions", "StationSite"]

_IN_PASSES, _ON = 1, 2
_DRAIN_TICKS = 3  # what was handed over before the gateway heard that the transmitter goes off still leaves
_KEY_MARGIN_RAD = 0.005  # about four seconds near the horizon at 600 km


class InjectorLog(Protocol):
    """Keeps what the channel did, outside the bus."""

    def put(self, line: str) -> None:
        """Keep one line."""

    def close(self) -> None:
        """Complete what was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StationSite:
    """A ground station: WGS-84 position and the lowest elevation of its antenna."""

    latitude_rad: float
    longitude_rad: float
    altitude_m: float
    elevation_min_rad: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFault:
    """What goes wrong between tick ``onset_tick`` and tick ``end_tick``.

    Parameters
    ----------
    up_ratio, down_ratio : float
        Bit errors added in each direction.
    station_index : int or None
        Station that neither hears nor speaks.
    """

    onset_tick: int
    end_tick: int
    up_ratio: float = 0.0
    down_ratio: float = 0.0
    station_index: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioOptions:
    """The radio's configuration from the manifest."""

    stations: tuple[StationSite, ...]
    octets_per_tick: int
    up_ratio: float
    down_ratio: float
    faults: tuple[ChannelFault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """Where the satellite stands for the station that tracks it."""

    station_index: int
    in_view: bool
    azimuth_rad: float
    elevation_rad: float
    range_m: float
    margin_rad: float = 0.0
    """Elevation above the station's mask."""


class RadioDevice(Application):
    """Carry frames down and telecommand units up while a station sees the satellite.

    Octets that it gets in tick n leave during that tick and have arrived one light time after its end.
    Nothing is published for a modem that is off, and nothing arrives from a station in outage.

    Parameters
    ----------
    config : Config
        From the manifest.
    bench : Bench
        The shared plant, for geometry.
    options : RadioOptions
        Stations, rate, errors and faults.
    log : InjectorLog
        Takes one line for each tick in which the channel changed or lost octets (the injector's log).
    """

    APP = App.RADIO
    PERIOD_MS = 1000
    SUBSCRIPTIONS = (
        Subscription(message=RadioTransmit, depth=4, policy=Policy.REJECT_NEW, wake=True),
        Subscription(message=GroundTransmit, depth=16, policy=Policy.REJECT_NEW, wake=True),
        Subscription(message=RadioSetpoint, depth=1),
    )

    def __init__(self, config: Config, bench: Bench, options: RadioOptions, log: InjectorLog) -> None:
        super().__init__(config)
        self._plant = bench.plant
        self._motion = bench.motion
        self._options = options
        self._log = log
        self.down = ChannelLeg(self.stream("down"))
        self.up = ChannelLeg(self.stream("up"))
        self._offered_down: list[bytes] = []
        self._offered_up: list[bytes] = []
        self._mode = _IN_PASSES
        self._transmitter_on = False
        self._drained_tick = -1
        self._view = _View(station_index=0, in_view=False, azimuth_rad=0.0, elevation_rad=-1.0, range_m=0.0)
        self._transmitted_octets = 0
        self._received_octets = 0

    def receive(self, now: Now, message: Received) -> None:
        """Take what gateway or ground hand over; it leaves in this tick."""
        content = message.message
        if isinstance(content, RadioTransmit):
            self._offered_down.append(content.octets)
        elif isinstance(content, GroundTransmit):
            self._offered_up.append(content.octets)
        self.wake_at(now.tick)

    def woken(self, now: Now) -> None:
        """Deliver what has arrived, then send what was handed over."""
        self._deliver(now)
        self._send(now)
        arrivals_ns = [leg.next_ns for leg in (self.down, self.up) if leg.next_ns is not None]
        if arrivals_ns:
            tick_ns = self.config.tick_ms * 1_000_000
            self.wake_at(max(-(-(min(arrivals_ns) - self.config.epoch_ns) // tick_ns), now.tick + 1))

    def step(self, now: Now, inbox: Inbox) -> None:
        """Once a second: look, key the transmitter, report."""
        setpoint = inbox.latest(RadioSetpoint)
        if setpoint is not None:
            self._mode = setpoint.transmitter_mode
        was_in_view = self._view.in_view
        self._motion.advance(now.tick)
        self._view = self._look()
        self._key(now)
        if self._view.in_view or was_in_view:
            self._publish_station(now)

    def close(self) -> None:
        """Complete the injector's log."""
        self._log.close()

    def _look(self) -> _View:
        """Return the view of the station that sees the satellite highest."""
        best = None
        for index, site in enumerate(self._options.stations):
            azimuth_rad, elevation_rad, range_m = self._plant.station_visibility(
                site.latitude_rad, site.longitude_rad, site.altitude_m
            )
            if best is None or elevation_rad > best.elevation_rad:
                best = _View(
                    station_index=index,
                    in_view=elevation_rad >= site.elevation_min_rad,
                    azimuth_rad=azimuth_rad,
                    elevation_rad=elevation_rad,
                    range_m=range_m,
                    margin_rad=elevation_rad - site.elevation_min_rad,
                )
        return best or self._view

    def _key(self, now: Now) -> None:
        """Key the transmitter as ordered and report.

        In passes it is on only while the satellite stands well above the station's mask, so that what is
        still on its way when the transmitter goes off has arrived before the station loses the satellite.
        """
        inside = self._view.in_view and self._view.margin_rad >= _KEY_MARGIN_RAD
        was_on = self._transmitter_on
        self._transmitter_on = self._mode == _ON or (self._mode == _IN_PASSES and inside)
        if was_on and not self._transmitter_on:
            self._drained_tick = now.tick + _DRAIN_TICKS
        self.publish(
            RadioStatus(
                time_ns=now.time_ns,
                transmitter_on=int(self._transmitter_on),
                receiver_locked=int(self._view.in_view and self._fault(now.tick)[2]),
                octets_per_tick=self._options.octets_per_tick,
                transmitted_octets=self._transmitted_octets,
                received_octets=self._received_octets,
            )
        )

    def _publish_station(self, now: Now) -> None:
        view = self._view
        self.publish(
            StationStatus(
                time_ns=now.time_ns,
                station_index=view.station_index,
                in_view=int(view.in_view),
                azimuth_rad=view.azimuth_rad,
                elevation_rad=view.elevation_rad,
                range_m=view.range_m,
            )
        )

    def _deliver(self, now: Now) -> None:
        for arrival in self.down.arrivals(now.time_ns):
            self.publish(
                GroundReceived(
                    time_ns=arrival.time_ns,
                    station_index=self._view.station_index,
                    elevation_rad=self._view.elevation_rad,
                    octets=arrival.octets,
                )
            )
        for arrival in self.up.arrivals(now.time_ns):
            self._received_octets += len(arrival.octets)
            self.publish(RadioReceived(time_ns=arrival.time_ns, octets=arrival.octets))

    def _send(self, now: Now) -> None:
        down, up = b"".join(self._offered_down), b"".join(self._offered_up)
        if not down and not up:
            return
        self._offered_down.clear()
        self._offered_up.clear()
        up_ratio, down_ratio, station_alive = self._fault(now.tick)
        heard = self._view.in_view and station_alive
        keyed = self._transmitter_on or now.tick <= self._drained_tick
        budget = self._options.octets_per_tick if keyed else 0
        self._transmitted_octets += min(len(down), budget)
        self._carry(now, self.down, down[:budget] if heard else b"", down, down_ratio)
        self._carry(now, self.up, up if heard else b"", up, up_ratio)

    def _carry(self, now: Now, leg: ChannelLeg, carried: bytes, offered: bytes, ratio: float) -> None:
        """Send what the channel carries, lose the rest, and log whatever is not as it was."""
        flipped_before_count = leg.account.flipped_bit_count
        if carried:
            leg.send(carried, time_ns=now.time_ns, range_m=self._view.range_m, ratio=ratio)
        if len(carried) < len(offered):
            leg.lose(offered[len(carried) :])
        flipped_count = leg.account.flipped_bit_count - flipped_before_count
        lost_count = len(offered) - len(carried)
        if flipped_count or lost_count:
            way = "down" if leg is self.down else "up"
            self._log.put(f"{now.tick} {way} {len(offered)} {flipped_count} {lost_count}")

    def _fault(self, tick: int) -> tuple[float, float, bool]:
        """Return the bit error ratios up and down, and whether the tracking station works."""
        up_ratio, down_ratio, alive = self._options.up_ratio, self._options.down_ratio, True
        for fault in self._options.faults:
            if fault.onset_tick <= tick < fault.end_tick:
                up_ratio += fault.up_ratio
                down_ratio += fault.down_ratio
                alive = alive and fault.station_index != self._view.station_index
        return min(up_ratio, 0.5), min(down_ratio, 0.5), alive
