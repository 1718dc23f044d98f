"""What the compute-payload supervision says and hears, and its device: the 18 nodes."""

from enum import IntEnum
from typing import Annotated

from flight.dictionary.declare import Command, Event, Message, Parameters, command, event, message, parameters
from flight.dictionary.types import (
    F32,
    U8,
    U32,
    U64,
    App,
    Hazard,
    Parameter,
    Range,
    Repeated,
    Scalar,
    Severity,
)

NODE_COUNT = 18
ACCELERATORS_PER_NODE = 4

Nodes = Annotated[tuple[float, ...], Repeated("f32", NODE_COUNT)]
NodeStates = Annotated[tuple[int, ...], Repeated("u8", NODE_COUNT)]


class ComputeMode(IntEnum):
    """Modes of the compute application."""

    STANDBY = 0
    RESTRICTED = 1
    NOMINAL = 2
    HIBERNATE = 3
    SAFE = 4


class NodeState(IntEnum):
    """State of one node; powers in reference data of ODC-100."""

    OFF = 0
    BMC = 1
    BOOT = 2
    SLEEP = 3
    IDLE = 4
    RUN = 5
    HUNG = 6


class NodeFault(IntEnum):
    """What took a node out of service, or its job back to its checkpoint."""

    SILENT = 0
    ACCELERATOR_LOST = 1
    POWER_TRIPPED = 2
    MEMORY_UNCORRECTABLE = 3


@message(0x1460, App.NODES)
class NodeReading(Message):
    """Reports of the 18 nodes' agents. ``heartbeat_count`` stands still when a node hangs.

    Memory errors since the start, corrected and not; bit i of ``lost_mask``: accelerator i does not answer;
    ``trip_count``: how often the node's guard has cut a latch-up.
    """

    time_ns: U64
    node_state: NodeStates
    node_power_w: Nodes
    die_temperature_max_k: Nodes
    throughput_frac: Nodes
    node_cap_w: Nodes
    heartbeat_count: Annotated[tuple[int, ...], Repeated("u32", NODE_COUNT)]
    job_progress_s: Nodes
    valid_mask: U32
    correctable_count: Annotated[tuple[int, ...], Repeated("u32", NODE_COUNT)]
    uncorrectable_count: Annotated[tuple[int, ...], Repeated("u16", NODE_COUNT)]
    lost_mask: NodeStates
    trip_count: Annotated[tuple[int, ...], Repeated("u16", NODE_COUNT)]


@message(0x1461, App.COMPUTE)
class NodeSetpoint(Message):
    """Ordered states and power caps; the node guard falls to ``fallback_power_w`` when the lease ends."""

    node_state: NodeStates
    node_cap_w: Nodes
    job_utilization_frac: Nodes
    valid_until_ns: U64
    fallback_power_w: F32


@message(0x1120, App.COMPUTE)
class ComputeStatus(Message):
    """What the compute application believes and does."""

    time_ns: U64
    mode: Annotated[ComputeMode, Scalar("u8")]
    power_w: F32
    cap_total_w: F32
    grant_electrical_w: F32
    grant_thermal_w: F32
    node_running_count: U8
    node_idle_count: U8
    node_fault_count: U8
    die_temperature_max_k: F32
    throughput_frac: F32
    job_completed_count: U32
    job_queued_count: U32
    correctable_count: U32
    uncorrectable_count: U32
    lost_work_s: F32


@command(0x4120, App.COMPUTE)
class SetNodeEnabled(Command):
    """Allow or forbid a node to run."""

    node_index: Annotated[int, Scalar("u8"), Range(0, NODE_COUNT - 1)]
    enabled: Annotated[int, Scalar("u8"), Range(0, 1)]


@command(0x4121, App.COMPUTE, hazard=Hazard.HAZARDOUS, timeout_s=130.0)
class CycleNode(Command):
    """Power-cycle one node; its running job restarts from the last checkpoint."""

    node_index: Annotated[int, Scalar("u8"), Range(0, NODE_COUNT - 1)]


@command(0x4122, App.COMPUTE)
class SetPowerCeiling(Command):
    """Limit the whole payload below its grants (W)."""

    power_ceiling_w: Annotated[float, Scalar("f32"), Range(0.0, 160000.0)]


@event(0x8120, App.COMPUTE, Severity.INFO, "compute mode {mode_from} -> {mode_to}")
class ComputeModeChanged(Event):
    """The mode of the compute application changed."""

    mode_from: Annotated[ComputeMode, Scalar("u8")]
    mode_to: Annotated[ComputeMode, Scalar("u8")]


@event(0x8121, App.COMPUTE, Severity.MEDIUM, "node {node_index} silent for {silent_s:.1f} s")
class NodeHung(Event):
    """A node's heartbeat stands still."""

    node_index: U8
    silent_s: F32


@event(0x8122, App.COMPUTE, Severity.INFO, "node {node_index} back in service")
class NodeRecovered(Event):
    """A node that was silent or cycled runs again."""

    node_index: U8


@event(0x8124, App.COMPUTE, Severity.MEDIUM, "node {node_index} upset: {kind}")
class NodeUpset(Event):
    """An accelerator was lost, a latch-up was cut, or memory named an error; the job lost minutes."""

    node_index: U8
    kind: Annotated[NodeFault, Scalar("u8")]


@event(
    0x8123, App.COMPUTE, Severity.MEDIUM, "grant {grant_id} of {loop} lost: fallback {fallback_power_w:.0f} W"
)
class GrantLost(Event):
    """No renewal arrived in time; the holder fell to its fallback."""

    grant_id: U32
    loop: U8
    fallback_power_w: F32


@parameters(App.COMPUTE)
class ComputeParameters(Parameters):
    """Changeable values of the compute application."""

    die_temperature_max_k: Annotated[float, Parameter(1, 333.15, 368.15)] = 358.15
    node_power_max_w: Annotated[float, Parameter(2, 1500.0, 7300.0)] = 6500.0
    node_power_idle_w: Annotated[float, Parameter(3, 200.0, 2000.0)] = 1300.0
    fallback_power_w: Annotated[float, Parameter(4, 0.0, 30000.0)] = 4800.0
    hang_timeout_s: Annotated[float, Parameter(5, 1.0, 30.0)] = 2.0
    ramp_up_w_per_s: Annotated[float, Parameter(6, 100.0, 50000.0)] = 10000.0
    reserve_frac: Annotated[float, Parameter(7, 0.0, 0.2)] = 0.02
