"""Raw pyzmq to compare the bus with: one-frame PUB/SUB and DEALER/ROUTER echo over ipc, in own processes."""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import zmq

START = b"start"
STOP = b"stop"


@contextmanager
def _peer(kind: str, endpoint: str, octets_count: int, count: int) -> Iterator[None]:
    """Run the other side in a process of its own."""
    command = [sys.executable, str(Path(__file__)), kind, endpoint, str(octets_count), str(count)]
    peer = subprocess.Popen(command)
    try:
        yield
    finally:
        peer.wait(30.0)


def publish_subscribe_per_s(folder: Path, octets_count: int, count: int) -> float:
    """Return messages per second of one raw publisher to one raw subscriber, one frame each.

    Parameters
    ----------
    folder : Path
        Folder for the socket.
    octets_count : int
        Octets of a message.
    count : int
        Messages to time.
    """
    context = zmq.Context()
    socket = context.socket(zmq.SUB)
    socket.setsockopt(zmq.LINGER, 0)
    socket.setsockopt(zmq.RCVHWM, 0)
    socket.setsockopt(zmq.SUBSCRIBE, b"")
    endpoint = f"ipc://{folder / 'raw'}"
    with _peer("publish", endpoint, octets_count, count):
        socket.connect(endpoint)
        while socket.recv() != START:
            pass
        begin_s = time.perf_counter()
        received = 0
        while socket.recv() != STOP:
            received += 1
        elapsed_s = time.perf_counter() - begin_s
    socket.close()
    context.term()
    return received / elapsed_s


def echo_p50_s(folder: Path, octets_count: int, count: int) -> float:
    """Return the median time of a raw echo: ROUTER here, DEALER there, one frame each way."""
    context = zmq.Context()
    socket = context.socket(zmq.ROUTER)
    socket.setsockopt(zmq.LINGER, 0)
    endpoint = f"ipc://{folder / 'echo'}"
    socket.bind(endpoint)
    frame = bytes(octets_count)
    times = []
    with _peer("echo", endpoint, octets_count, count):
        identity, _ = socket.recv_multipart()
        for _ in range(count):
            begin_s = time.perf_counter()
            socket.send_multipart((identity, frame))
            socket.recv_multipart()
            times.append(time.perf_counter() - begin_s)
        socket.send_multipart((identity, STOP))
    socket.close()
    context.term()
    return statistics.median(times)


def _publish(endpoint: str, octets_count: int, count: int) -> None:
    context = zmq.Context()
    socket = context.socket(zmq.PUB)
    socket.setsockopt(zmq.SNDHWM, 0)
    socket.setsockopt(zmq.LINGER, 10_000)
    socket.bind(endpoint)
    time.sleep(0.5)
    message = bytes(octets_count)
    socket.send(START)
    for _ in range(count):
        socket.send(message)
    socket.send(STOP)
    socket.close()
    context.term()


def _echo(endpoint: str) -> None:
    context = zmq.Context()
    socket = context.socket(zmq.DEALER)
    socket.setsockopt(zmq.LINGER, 0)
    socket.connect(endpoint)
    socket.send(START)
    while (frame := socket.recv()) != STOP:
        socket.send(frame)
    socket.close()
    context.term()


if __name__ == "__main__":
    _, kind, where, octets, number = sys.argv
    if kind == "publish":
        _publish(where, int(octets), int(number))
    else:
        _echo(where)
