# SPDX-License-Identifier: MIT
"""Asks a running sender for its status 100 times a second, and takes the time of each answer."""
import contextlib
import json
import os
import socket
import subprocess
import threading
import time

INTERVAL = 0.01
_REQUEST = b'{"jsonrpc":"2.0","id":1,"method":"status"}\n'


def _over_the_socket(folder):
    """A connection of its own for each query, as a command would make it."""
    path = next(folder.glob("*.sock"), None)
    if path is None:
        return None
    began = time.monotonic()
    with socket.socket(socket.AF_UNIX) as session:
        session.settimeout(5)
        session.connect(str(path))
        session.sendall(_REQUEST)
        answer = b""
        while not answer.endswith(b"\n"):
            more = session.recv(65536)
            if not more:
                return None
            answer += more
    took = time.monotonic() - began
    return took, json.loads(answer)["result"]["phase"]


def _by_the_command(command, folder):
    environment = {**os.environ, "MCAST_RUNTIME_DIR": str(folder)}
    began = time.monotonic()
    asked = subprocess.run([str(a) for a in command], env=environment, capture_output=True,
                           check=False)
    took = time.monotonic() - began
    found = json.loads(asked.stdout or "[]")
    return (took, found[0]["phase"]) if found else None


@contextlib.contextmanager
def asked(transfer, command=None):
    """While inside, the sender of the transfer is asked; then the dictionary has latency_ms."""
    result, stop = {"latency_ms": []}, threading.Event()
    folder = transfer.folders["s"] / "run"

    def ask():
        due = time.monotonic()
        while not stop.wait(max(0.0, due - time.monotonic())):
            due = max(due + INTERVAL, time.monotonic())
            with contextlib.suppress(OSError, ValueError, KeyError):
                answer = _by_the_command(command, folder) if command else _over_the_socket(folder)
                if answer and answer[1] == "transferring":
                    result["latency_ms"].append(round(answer[0] * 1e3, 3))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield result
    finally:
        stop.set()
        thread.join()
