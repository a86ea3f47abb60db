# SPDX-License-Identifier: MIT
"""Asks a running sender for its status 100 times a second, and takes the time of each answer.

A small program of its own does it (bench_ask): this one's interpreter would be part of the figure.
"""
import contextlib
import json
import os
import subprocess


@contextlib.contextmanager
def asked(transfer, ask, command=None):
    """While inside, the sender of the transfer is asked; afterwards the dictionary has the figures.

    By `command`, started each time, or else over the control socket.
    """
    result, folder = {}, transfer.folders["s"] / "run"
    what = ["command", *command] if command else ["socket", folder]
    process = subprocess.Popen([str(a) for a in (ask, *what)], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE,
                               env={**os.environ, "MCAST_RUNTIME_DIR": str(folder)})
    try:
        yield result
    finally:
        figures, _ = process.communicate()
        result.update(json.loads(figures))
