"""What leaves the ground, whatever operators ask and whenever the node dies."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from reference.link.ends import plain_ends

from flight.dictionary.executive import RestartApplication
from flight.dictionary.pus import PusReject, Telecommand, parse_telecommand
from flight.dictionary.types import Hazard
from flight.link.events import PacketReceived
from flight.link.profile import load_builtin
from flight.link.telecommand import TelecommandReceiver
from ground.archive.records import Row
from ground.archive.sqlite import ArchiveWriter
from ground.script.procedure import Procedure
from ground.script.requests import Arm, Armed, Cancel, CommandState, Fire, Refused, SendCommand
from ground.server.config import GroundConfig
from ground.server.node import GroundNode, StationView
from ground.server.session import Session

EPOCH_NS = 2_177_452_837_000_000_000
TICK_NS = 100_000_000
S_NS = 1_000_000_000
CONFIG = GroundConfig(satellite=1, token_key=b"key", ends=plain_ends(), alarms=())


IN_VIEW = StationView(in_view=True, azimuth_rad=0.0, elevation_rad=0.5, range_m=1e6)


class Ear:
    """The satellite's receiver: every command that it heard."""

    def __init__(self) -> None:
        self._receiver = TelecommandReceiver(load_builtin("plain_telecommand"))
        self.heard: list[Telecommand] = []

    def hear(self, units: list[bytes]) -> None:
        for event in self._receiver.receive(b"".join(units)):
            assert isinstance(event, PacketReceived)
            parsed = parse_telecommand(event.packet)
            assert not isinstance(parsed, PusReject)
            self.heard.append(parsed)


class Operators(RuleBasedStateMachine):
    """Operators ask anything in any order, the satellite comes and goes, the node dies and comes back."""

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.now_ns = EPOCH_NS
        self.in_view = False
        self.ear = Ear()
        self.armed: list[tuple[Armed, int, int]] = []
        self.fired: list[int] = []
        self.submitted: dict[int, int] = {}
        self.mark = 0
        self.open_node()

    def open_node(self) -> None:
        archive = ArchiveWriter(Path(self.folder.name) / "g.sqlite", satellite=1, durable=False)
        self.archive = archive
        self.node = GroundNode(CONFIG, archive)
        self.session: Session = self.node._operator.open_session("test")
        self.node.step(self.now_ns, (), replace(IN_VIEW, in_view=self.in_view))

    def ask(self, request):
        return self.node._operator.handle(self.session, request, self.now_ns)

    @rule(tier=st.integers(-1, 4))
    def send(self, tier: int) -> None:
        answer = self.ask(SendCommand(application="POWER", name="SetLoadTier", arguments=(("tier", tier),)))
        assert isinstance(answer, CommandState if 0 <= tier <= 3 else Refused)

    @rule(application=st.integers(1, 5))
    def send_hazardous(self, application: int) -> None:
        arguments = (("application", application),)
        answer = self.ask(
            SendCommand(application="EXECUTIVE", name="RestartApplication", arguments=arguments)
        )
        assert isinstance(answer, Refused)

    @rule(token=st.integers(0, 2**32 - 1))
    def arm_by_hand(self, token: int) -> None:
        arguments = (("application", 1), ("command_id", 0x4010), ("token", token))
        assert isinstance(
            self.ask(SendCommand(application="GATEWAY", name="ArmCommand", arguments=arguments)), Refused
        )

    @rule(application=st.integers(1, 5))
    def arm(self, application: int) -> None:
        answer = self.ask(
            Arm(application="EXECUTIVE", name="RestartApplication", arguments=(("application", application),))
        )
        if isinstance(answer, Armed):
            self.armed.append((answer, application, self.now_ns))

    @rule(data=st.data(), text=st.sampled_from(["", "zz", "0", "-1", "ffffffff", "1e3"]))
    def fire(self, data: st.DataObject, text: str) -> None:
        choice = data.draw(st.sampled_from([None, *range(len(self.armed))]))
        if choice is None:
            assert isinstance(self.ask(Fire(token=text)), Refused)
            return
        armed, _, at_ns = self.armed[choice]
        answer = self.ask(Fire(token=armed.token))
        if isinstance(answer, CommandState):
            assert choice not in self.fired
            assert self.now_ns - at_ns <= 60 * S_NS
            self.fired.append(choice)

    @rule(command_id=st.integers(0, 30))
    def cancel(self, command_id: int) -> None:
        self.ask(Cancel(command_id=command_id))

    @rule(seconds=st.sampled_from([0.1, 1.0, 30.0, 61.0, 301.0]), in_view=st.booleans())
    def let_time_pass(self, seconds: float, in_view: bool) -> None:
        self.in_view = in_view
        self.now_ns += round(seconds * S_NS)
        self.ear.hear(self.node.step(self.now_ns, (), replace(IN_VIEW, in_view=in_view)))

    @rule()
    def die(self) -> None:
        """Lose what was not committed, as SIGKILL does."""
        if self.archive._connection.in_transaction:
            self.archive._connection.rollback()
        self.archive._connection.close()
        self.open_node()

    @invariant()
    def each_leaves_once_and_hazardous_ones_only_when_fired(self) -> None:
        packets = [(one.application, one.sequence) for one in self.ear.heard]
        assert len(set(packets)) == len(packets)
        assert len(packets) <= self.archive.last_command_id()
        hazardous = [one for one in self.ear.heard if one.command.SPEC.hazard is Hazard.HAZARDOUS]
        allowed = [(self.armed[i][1], int(self.armed[i][0].token, 16)) for i in self.fired]
        for one in hazardous:
            assert isinstance(one.command, RestartApplication)
            assert (one.command.application, one.token) in allowed
            allowed.remove((one.command.application, one.token))

    def teardown(self) -> None:
        if hasattr(self, "node"):
            self.node.close()
            self.folder.cleanup()


Operators.TestCase.settings = settings(max_examples=15, stateful_step_count=25)
TestOperators = Operators.TestCase


class CrashError(Exception):
    """The process dies here."""


class FrailArchive(ArchiveWriter):
    """An archive in whose n-th operation the process dies, before or after it was done."""

    left = 10**9
    after = False

    def put(self, row: Row) -> None:
        self._do(lambda: super(FrailArchive, self).put(row))

    def commit(self) -> bool:
        return bool(self._do(lambda: super(FrailArchive, self).commit()))

    def _do(self, work):
        self.left -= 1
        if self.left <= 0 and not self.after:
            raise CrashError
        result = work()
        if self.left <= 0:
            raise CrashError
        return result


def ask_for_two(sat) -> None:
    sat.cmd("POWER SetLoadTier tier=1")
    sat.cmd("POWER SetLoadTier tier=2")
    sat.wait(1)
    sat.cmd("POWER SetLoadTier tier=3")
    sat.wait(1000)


def run_until_crash(path: Path, ear: Ear, *, operations: int, after: bool) -> bool:
    """Run three seconds; return whether the node died."""
    archive = FrailArchive(path, satellite=1, durable=False)
    archive.left, archive.after = operations, after
    procedure = Procedure("p", ask_for_two)
    node = GroundNode(CONFIG, archive, procedure=procedure)
    died = False
    try:
        for tick in range(30):
            ear.hear(node.step(EPOCH_NS + tick * TICK_NS, (), IN_VIEW))
    except CrashError:
        died = True
    procedure.stop()
    if archive._connection.in_transaction:
        archive._connection.rollback()
    archive._connection.close()
    return died


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True])
def test_node_that_dies_at_any_point_sends_nothing_twice(tmp_path: Path, after: bool) -> None:
    died_count = 0
    for operations in range(1, 60):
        path = tmp_path / f"{operations}.sqlite"
        ear = Ear()
        died = run_until_crash(path, ear, operations=operations, after=after)
        died_count += died
        heard_before_count = len(ear.heard)
        archive = ArchiveWriter(path, satellite=1, durable=False)
        kept_count = len(archive.open_commands())
        node = GroundNode(CONFIG, archive)
        for tick in range(30, 60):
            ear.hear(node.step(EPOCH_NS + tick * TICK_NS, (), IN_VIEW))
        sequences = [one.sequence for one in ear.heard]
        assert len(set(sequences)) == len(sequences)
        assert len({str(one.command) for one in ear.heard}) == len(sequences)
        states = [one.state for one in node.summary().commands]
        assert len(states) == kept_count
        assert set(states) <= {"radiated", "ambiguous"}
        assert states.count("ambiguous") >= heard_before_count
        assert states.count("radiated") == len(sequences) - heard_before_count
        node.close()
    assert died_count >= 20
