"""Twin of a compute node: lease, guard, states, cap with its latency, clock, throttle, checkpoints."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import exp

from reference.plant.racks import accelerator_w, clock_within, leakage_w, throttled, voltage

from hil.plant.actuators import NodeState
from hil.plant.params import ComputeParams

CORRECTABLE, UNCORRECTABLE, HANG, FUNCTIONAL, SILENT, LATCHUP = range(6)
UP = (NodeState.IDLE, NodeState.RUN, NodeState.BOOST)


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a node was told: state, cap and its lease, what holds after the lease, and load of the job."""

    state: NodeState = NodeState.SLEEP
    cap_w: float = 250.0
    fallback_w: float = 250.0
    expired: bool = False
    util_frac: float = 0.0


@dataclass(slots=True, kw_only=True)
class Node:
    """One node with four accelerators; ``spread_ratio`` is of their dynamic power."""

    params: ComputeParams
    spread_ratio: Sequence[float]
    due_s: float
    state: NodeState = NodeState.SLEEP
    cap_w: float = 250.0
    power_w: float = 0.0
    start_s: float = 0.0
    trip_s: float = 0.0
    unexplained_w: float = 0.0
    stall_s: float = 0.0
    progress_s: float = 0.0
    saved_s: float = 0.0
    work_frac: float = 0.0
    throttled_count: int = 0
    heartbeat_count: int = 0
    trip_count: int = 0
    is_hung: bool = False
    is_writing: bool = False
    faults: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    clocks: list[float] = field(default_factory=lambda: [0.0] * 4)
    powers_w: list[float] = field(default_factory=lambda: [0.0] * 4)

    def strike(self, accelerator: int, kind: int) -> None:
        """Let radiation strike: all but corrected and silent errors cost the work since the checkpoint."""
        if kind in {CORRECTABLE, SILENT}:
            return
        self.is_hung = self.is_hung or kind == HANG
        if kind in {FUNCTIONAL, LATCHUP}:
            self.faults[accelerator] = kind
        self.progress_s = self.saved_s
        self.due_s = self.saved_s + self.params.checkpoint_interval_s
        self.stall_s, self.is_writing = self.params.job_restart_s, False

    def darken(self) -> None:
        """Take the supply away at once."""
        self.state, self.power_w, self.powers_w, self.unexplained_w = NodeState.OFF, 0.0, [0.0] * 4, 0.0

    def step(self, order: Order, dies_k: Sequence[float], dt_s: float, *, closed: bool) -> None:
        """Advance by one step with the dies as warm as they were at its start."""
        cap_w = min(order.cap_w, order.fallback_w) if order.expired else order.cap_w
        self._guard(dt_s)
        self._change(self._allowed(order.state, cap_w, powered=closed and self.trip_s <= 0.0), dt_s)
        self.cap_w = cap_w + (self.cap_w - cap_w) * exp(-dt_s / self.params.cap_latency_s)
        if self.state in {*UP, NodeState.HUNG}:
            self._work(order.util_frac, dies_k, dt_s)
        else:
            self._rest()
        self.heartbeat_count += self.state in {NodeState.SLEEP, *UP}

    def _guard(self, dt_s: float) -> None:
        """Cut the supply for a while when accelerators drew, in the last step, more than is explained."""
        left_s = max(0.0, self.trip_s - dt_s)
        if self.unexplained_w > self.params.latchup_margin_w:
            left_s = self.params.latchup_off_s
            self.trip_count += left_s > self.trip_s
        self.trip_s = left_s

    def _idle_w(self) -> float:
        return self.params.host_power_w + 4.0 * self.params.accelerator_idle_power_w

    def _allowed(self, state: NodeState, cap_w: float, *, powered: bool) -> NodeState:
        """Return the state that the cap leaves: asleep below nine tenths of idling, then the board alone."""
        if not powered:
            return NodeState.OFF
        if state in UP and cap_w < 0.9 * self._idle_w():
            state = NodeState.SLEEP
        if state == NodeState.SLEEP and cap_w < self.params.sleep_power_w:
            state = NodeState.BMC
        return state

    def _change(self, wanted: NodeState, dt_s: float) -> None:
        """Take the wanted state: down at once, up by BOOT; a hung node stays so until it is cycled."""
        cycled = wanted in {NodeState.OFF, NodeState.BMC}
        self.is_hung = self.is_hung and not cycled
        if self.is_hung:
            self.state = NodeState.HUNG
        elif wanted not in UP or self.state in UP:
            self.state = wanted
        else:
            if self.state != NodeState.BOOT:
                asleep = self.state == NodeState.SLEEP
                self.start_s = self.params.wake_s if asleep else self.params.start_s
            self.start_s -= dt_s
            self.state = wanted if self.start_s <= 1e-9 else NodeState.BOOT

    def _computing(self, dt_s: float) -> float:
        """Return the share of the step that restarts and checkpoints leave to the job."""
        p = self.params
        if self.stall_s <= 0.0 and self.progress_s >= self.due_s:
            self.stall_s, self.is_writing = p.checkpoint_write_s, True
        stalled_s = min(self.stall_s, dt_s)
        self.stall_s -= stalled_s
        if self.is_writing and self.stall_s <= 0.0:
            self.is_writing, self.saved_s = False, self.progress_s
            self.due_s = self.saved_s + p.checkpoint_interval_s
        return 1.0 - stalled_s / dt_s

    def _clock(self, util: float, static_w: float) -> tuple[float, float]:
        """Return clock and duty that hold the node within its cap: slower first, then with pauses."""
        p = self.params
        top = p.clock_boost_frac if self.state == NodeState.BOOST else 1.0
        if util <= 0.0:
            return top, 1.0
        full_w = util * p.accelerator_dynamic_power_w * sum(self.spread_ratio)
        allowed = (self.cap_w - static_w) / full_w
        least = p.clock_min_frac * voltage(p.clock_min_frac, p.voltage_floor_frac) ** 2
        duty = min(1.0, max(0.0, allowed / least))
        return clock_within(allowed, top, p.clock_min_frac, p.voltage_floor_frac), duty

    def _work(self, util_frac: float, dies_k: Sequence[float], dt_s: float) -> None:
        p = self.params
        runs = self.state in {NodeState.RUN, NodeState.BOOST} and util_frac > 0.0
        util = util_frac * self._computing(dt_s) if runs else 0.0
        host_w = p.host_power_w + p.host_load_power_w * util
        statics_w = [
            p.accelerator_idle_power_w
            + leakage_w(p.accelerator_leak_power_w, die_k, p.leak_reference_k, p.leak_doubling_k)
            for die_k in dies_k
        ]
        clock, duty = self._clock(util, host_w + sum(statics_w))
        hot = (p.throttle_k, p.throttle_slope_per_k, p.memory_limit_k, p.clock_min_frac)
        self.clocks = [throttled(clock, die_k, *hot) for die_k in dies_k]
        for k, static_w in enumerate(statics_w):
            dynamic_w = 0.0 if self.faults[k] else p.accelerator_dynamic_power_w * self.spread_ratio[k]
            self.powers_w[k] = accelerator_w(
                static_w, dynamic_w, util * duty, self.clocks[k], p.voltage_floor_frac
            ) + (p.latchup_power_w if self.faults[k] == LATCHUP else 0.0)
        self.power_w = host_w + sum(self.powers_w)
        self.unexplained_w = p.latchup_power_w * self.faults.count(LATCHUP)
        self.throttled_count = sum(own < clock for own in self.clocks)
        self.work_frac = 0.0 if any(self.faults) else util * duty * sum(self.clocks) / 4.0
        self.progress_s += self.work_frac * dt_s

    def _rest(self) -> None:
        """Accelerators without power forget their faults."""
        p = self.params
        resting_w = {
            NodeState.OFF: 0.0,
            NodeState.BMC: p.bmc_power_w,
            NodeState.SLEEP: p.sleep_power_w,
            NodeState.BOOT: self._idle_w(),
        }
        self.power_w, self.work_frac, self.throttled_count = resting_w[self.state], 0.0, 0
        self.faults, self.clocks, self.powers_w, self.unexplained_w = [0] * 4, [0.0] * 4, [0.0] * 4, 0.0
