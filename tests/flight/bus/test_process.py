"""The main loop of one process, run for real."""

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import zmq
from reference.bus import mixed

from flight.bus.boot import Boot, pack_boot
from flight.bus.exchange import Start, Work
from flight.bus.frames import Bye, Ready, Replies, pack, pack_run, parse_from_process
from flight.dictionary.types import App
from flight.executive.process_control import RealChild, RealProcessControl

TOKEN = bytes(range(16))
Context = zmq.Context["zmq.Socket[bytes]"]
TESTS = str(Path(__file__).resolve().parents[2])


def _boot(run_dir: Path) -> Boot:
    manifest = mixed.manifest(0, 8)
    endpoint = f"ipc://{run_dir / 'bus'}"
    part = type(manifest)(participants=manifest.of_process("p0"))
    return Boot("p0", b"p0.1", endpoint, TOKEN, str(run_dir / "stack"), part)


def _router(context: Context, boot: Boot) -> "zmq.Socket[bytes]":
    socket = context.socket(zmq.ROUTER)
    socket.setsockopt(zmq.RCVTIMEO, 20_000)
    socket.bind(boot.endpoint)
    return socket


@pytest.mark.timeout(60)
def test_process_says_ready_works_and_says_goodbye(run_dir: Path, zmq_context: Context) -> None:
    boot = _boot(run_dir)
    with _router(zmq_context, boot) as socket:
        child = RealProcessControl(run_dir, [TESTS]).spawn("p0", pack_boot(boot), ())
        identity, frame = socket.recv_multipart()
        ready = parse_from_process(frame, TOKEN)
        assert identity == b"p0.1"
        assert isinstance(ready, Ready)
        assert [one.app for one in ready.declared] == [App.POWER]
        work = Work(App.POWER, due=True, skipped_count=0, lost_count=0, mail=[], plain=True)
        socket.send_multipart([identity, pack_run(0, [Start(App.POWER, 0, 0, 0, None)], [work])])
        replies = parse_from_process(socket.recv_multipart()[1], TOKEN)
        assert isinstance(replies, Replies)
        assert len(replies.replies[0].outbox) == 3
        assert replies.replies[0].snapshot is not None
        socket.send_multipart([identity, pack((2,))])
        bye = parse_from_process(socket.recv_multipart()[1], TOKEN)
        assert isinstance(bye, Bye)
        assert bye.busy_ns[App.POWER] > 0
        assert child.wait(10.0)
        assert child.exit_code() == 0


@pytest.mark.timeout(60)
def test_process_writes_its_stacks_when_asked_and_ends_on_kill(run_dir: Path, zmq_context: Context) -> None:
    boot = _boot(run_dir)
    with _router(zmq_context, boot) as socket:
        child = RealProcessControl(run_dir, [TESTS]).spawn("p0", pack_boot(boot), ())
        socket.recv_multipart()
        child.dump()
        limit_s = time.monotonic() + 10.0
        while "serve" not in (run_dir / "stack").read_text() and time.monotonic() < limit_s:
            time.sleep(0.02)
        assert "serve" in (run_dir / "stack").read_text()
        assert child.exit_code() is None
        child.freeze()
        child.kill()
        assert child.exit_code() == -signal.SIGKILL


PARENT = """
import subprocess, sys
command = [sys.executable, "-m", "flight.bus.process"]
child = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
child.stdin.write(sys.stdin.buffer.read())
child.stdin.close()
print(child.pid, flush=True)
sys.stdin.close()
import time
time.sleep(60)
"""


@pytest.mark.timeout(60)
def test_process_ends_when_its_parent_is_gone(run_dir: Path, zmq_context: Context) -> None:
    boot = _boot(run_dir)
    paths = os.pathsep.join([TESTS, *filter(None, [os.environ.get("PYTHONPATH")])])
    with _router(zmq_context, boot) as socket:
        parent = subprocess.Popen(
            [sys.executable, "-c", PARENT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": paths},
        )
        assert parent.stdin is not None
        assert parent.stdout is not None
        parent.stdin.write(pack_boot(boot))
        parent.stdin.close()
        pid = int(parent.stdout.readline())
        socket.recv_multipart()
        pidfd = os.pidfd_open(pid)
        parent.kill()
        parent.wait()
        parent.stdout.close()
        assert select.select([pidfd], [], [], 20.0)[0]
        os.close(pidfd)


def test_child_is_known_by_its_exit_code() -> None:
    child = RealChild(subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"]))
    assert child.pid > 0
    assert child.wait(20.0)
    assert child.exit_code() == 3
    child.kill()
    assert child.exit_code() == 3
