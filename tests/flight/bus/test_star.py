"""The coordinator's socket against strangers, and its folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq
from reference.bus import mixed

from flight.bus.boot import Boot, parse_boot
from flight.bus.frames import Replies, pack
from flight.bus.group import Group
from flight.bus.star import Star, Transport
from flight.dictionary.executive import BusReject
from flight.dictionary.registry import DICTIONARY

TOKEN = bytes(range(16))
Context = zmq.Context["zmq.Socket[bytes]"]


class NoChild:
    """Stands for a process that the test plays itself."""

    pid = 1

    def __init__(self, boot: Boot) -> None:
        self.boot = boot
        self.killed = False

    def exit_code(self) -> int | None:
        return -9 if self.killed else None

    def kill(self) -> None:
        self.killed = True

    def freeze(self) -> None:
        raise AssertionError

    def dump(self) -> None:
        raise AssertionError

    def wait(self, timeout_s: float) -> bool:
        return timeout_s > 0


class NoControl:
    """Hands the start information to the test."""

    def __init__(self) -> None:
        self.children: dict[str, NoChild] = {}

    def spawn(self, name: str, boot: bytes, descriptors: tuple[int, ...]) -> NoChild:
        assert descriptors == ()
        child = self.children[name] = NoChild(parse_boot(boot))
        return child


@pytest.fixture
def control() -> NoControl:
    return NoControl()


@pytest.fixture
def star(run_dir: Path, control: NoControl) -> Iterator[Star]:
    made = Star(mixed.manifest(0, 2), control, run_dir, TOKEN, Transport.ROUTER)
    for name in made.members:
        made.spawn(name)
    yield made
    made.close()


def _connect(context: Context, boot: Boot, identity: bytes = b"") -> "zmq.Socket[bytes]":
    socket = context.socket(zmq.DEALER)
    socket.setsockopt(zmq.IDENTITY, identity or boot.identity)
    socket.connect(boot.endpoint)
    return socket


def _ready(boot: Boot, token: bytes = TOKEN, **changes: object) -> bytes:
    declared = Group(boot.manifest.units(boot.name)).declared()
    fields: dict[str, object] = {
        "name": boot.name,
        "manifest": boot.manifest.hash(),
        "dictionary": DICTIONARY.hash,
        "declared": declared,
        **changes,
    }
    return pack((token, 1, *fields.values()))


def test_ready_of_the_right_process_is_admitted(star: Star, control: NoControl, zmq_context: Context) -> None:
    boot = control.children["p0"].boot
    with _connect(zmq_context, boot) as socket:
        socket.send(_ready(boot))
        incoming = star.receive(2000)
    assert incoming is not None
    assert incoming.process == "p0"
    assert star.members["p0"].is_ready


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": "p1"}, BusReject.WRONG_SENDER),
        ({"declared": []}, BusReject.WRONG_SENDER),
        ({"manifest": 5}, BusReject.WRONG_SCHEMA),
        ({"dictionary": 5}, BusReject.WRONG_SCHEMA),
    ],
)
def test_ready_that_does_not_agree_is_refused(
    star: Star, control: NoControl, zmq_context: Context, changes: dict[str, object], reason: BusReject
) -> None:
    boot = control.children["p0"].boot
    with _connect(zmq_context, boot) as socket:
        socket.send(_ready(boot, **changes))
        assert star.receive(300) is None
    assert [one for one, _ in star.rejects] == [reason]
    assert not star.members["p0"].is_ready


def test_stranger_wrong_token_and_old_incarnation_are_refused_by_name(
    star: Star, control: NoControl, zmq_context: Context
) -> None:
    boot = control.children["p0"].boot
    star.spawn("p0")
    sockets = [
        _connect(zmq_context, boot, b"stranger"),
        _connect(zmq_context, boot, b"p0.1"),
        _connect(zmq_context, boot, b"p0.2"),
    ]
    frames = [_ready(boot), _ready(boot), _ready(boot, bytes(16))]
    for socket, frame in zip(sockets, frames, strict=True):
        socket.send(frame)
        assert star.receive(300) is None
        socket.close()
    assert [one for one, _ in star.rejects] == [BusReject.WRONG_SENDER, BusReject.LATE, BusReject.WRONG_TOKEN]


def test_frames_in_parts_are_refused_and_good_ones_still_come(
    star: Star, control: NoControl, zmq_context: Context
) -> None:
    boot = control.children["p0"].boot
    with _connect(zmq_context, boot) as socket:
        for parts in (2, 3, 1000):
            socket.send_multipart([b"x"] * parts)
        socket.send(pack((TOKEN, 2, 5, [])))
        incoming = star.receive(2000)
    assert incoming is not None
    assert incoming.content == Replies(5, [])
    assert len(star.rejects) == 3


def test_frame_beyond_the_limit_never_reaches_the_bus(
    star: Star, control: NoControl, zmq_context: Context
) -> None:
    """ZeroMQ drops the connection that carries it; the next frame comes over a new one."""
    boot = control.children["p0"].boot
    with _connect(zmq_context, boot) as socket:
        socket.send(bytes(12 * 1024 * 1024))
        assert star.receive(500) is None
        socket.send(pack((TOKEN, 2, 5, [])))
        assert star.receive(3000) is not None
    assert star.rejects == []


def test_folder_must_be_private_and_its_path_short(run_dir: Path, control: NoControl) -> None:
    run_dir.chmod(0o755)
    with pytest.raises(ValueError, match="mode 0700, got 0755"):
        Star(mixed.manifest(0, 2), control, run_dir, TOKEN, Transport.PAIR)
    run_dir.chmod(0o700)
    deep = run_dir / ("x" * 100)
    deep.mkdir(mode=0o700)
    with pytest.raises(ValueError, match="characters"):
        Star(mixed.manifest(0, 2), control, deep, TOKEN, Transport.ROUTER)


def test_gone_process_is_told_to_the_caller(star: Star) -> None:
    assert not star.send_run(star.members["p0"], 0, [], [])
    assert not star.send_stop(star.members["p1"])
    assert star.dead() == []
    star.kill(star.members["p0"])
    assert [member.name for member in star.dead()] == ["p0"]
