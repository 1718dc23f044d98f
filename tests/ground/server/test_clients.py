"""The door over real sockets: found untold, bounded, and closed without a trace."""

import threading
from pathlib import Path

import pytest
import zmq

import ground
from ground.script.errors import LoopGoneError, RefusedError
from ground.script.loops import find_loops
from ground.server.clients import ClientDoor


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    made = tmp_path / "loops"
    monkeypatch.setenv("DAWNDUSK_RUNTIME_DIR", str(made))
    return made


@pytest.fixture
def live(make_loop, publish):
    """Return a function that runs a client in a thread while the loop goes on; it returns what that did."""
    door = ClientDoor(satellite=109, name="test")
    loop = make_loop(clients=door)
    loop.each_tick = publish

    def run(client):
        results: list[object] = []

        def body() -> None:
            try:
                results.append(client())
            except BaseException as error:  # handed to the test's own thread
                results.append(error)

        thread = threading.Thread(target=body)
        thread.start()
        while thread.is_alive():
            loop.step()
        thread.join()
        if isinstance(results[0], BaseException):
            raise results[0]
        return results[0]

    return run


def test_live_client_finds_the_loop_and_commands_through_the_link(live, satellite) -> None:
    lines: list[str] = []

    def client() -> object:
        with ground.connect(109, show=lines.append) as sat:
            sat.cmd("POWER", "SetLoadTier", tier=3).wait("completed", 30)
            sat.wait_check("POWER PowerStatus load_tier == 3", 30)
            return sat.tlm("POWER PowerStatus load_tier")

    assert live(client) == 3
    assert len(satellite.commands) == 1
    assert lines[0] == 'cmd("POWER SetLoadTier tier=3")'
    assert lines[2].startswith(
        "CHECK: POWER PowerStatus load_tier == 3 success with value == 3 after waiting"
    )


def test_refusal_crosses_with_the_nearest_names(live) -> None:
    def client() -> None:
        with ground.connect(show=lambda _: None) as sat:
            sat.tlm("POWER PowerStatus charge")

    with pytest.raises(RefusedError, match="nearest: charge_frac"):
        live(client)


def test_other_satellite_is_not_found(live) -> None:
    with pytest.raises(LoopGoneError, match="a loop of satellite 5 must be running"):
        live(lambda: ground.connect(5))


def test_loop_that_ends_is_noticed(live, make_loop) -> None:
    def client() -> None:
        sat = ground.connect(show=lambda _: None)
        try:
            for entry in find_loops():
                Path(entry.address.removeprefix("ipc://")).with_suffix(".loop.json").unlink()
            sat.wait_event("SectionLost", 1e6)
        finally:
            sat._port.close()

    with pytest.raises(LoopGoneError, match="loop must answer, got silence"):
        live(client)


def test_malformed_mail_is_dropped_and_counted(zmq_context: zmq.Context) -> None:
    door = ClientDoor(satellite=1, name="test")
    try:
        with zmq_context.socket(zmq.DEALER) as socket:
            socket.linger = 0
            socket.connect(door.entry.address)
            for frames in ([b"one"], [b"", b"empty number"], [b"x" * 17, b"long number"], [b"1", b"2", b"3"]):
                socket.send_multipart(frames)
            socket.send_multipart([b"\x01", b"good"])
            got = []
            for _ in range(1000):
                got += door.receive()
                if got:
                    break
                door._socket.poll(10)
            assert [(number, octets) for _, number, octets in got] == [(b"\x01", b"good")]
            assert door.malformed_count == 4
            assert door.send((got[0][0], b"\x01", b"answer"))
            assert socket.recv_multipart() == [b"\x01", b"answer"]
            assert not door.send((b"nobody", b"\x01", b"answer"))
    finally:
        door.close()


def test_closed_door_leaves_nothing(folder: Path) -> None:
    door = ClientDoor(satellite=1, name="test")
    assert len(find_loops()) == 1
    door.close()
    assert find_loops() == ()
    assert list(folder.iterdir()) == []
