# SPDX-License-Identifier: MIT
"""The programs that are compared, each as its best informed user would run it.

A program says how its receivers and its sender are started and how one sees that a receiver has
the file. The options of the peers are the fastest that were found for them on two cores; where
one is not obvious, the reason stands beside it.
"""
import os
import pathlib
import re
import shlex
import shutil

import against

SOCKET_BUFFER = 4 << 20


class Program:
    """receiver() and sender() are command lines; the receivers' working folder is their own."""

    null_sink = False     # can discard what it receives
    receivers_end = True  # by themselves, once they have the file, with a meaningful exit status
    sender_ends = True
    marker = None         # what a receiver prints when it has the file

    def source(self, source):
        """The file that it sends, which is `source` unless the row is about another one."""
        return source

    def missing(self):
        """What is not installed, or None."""
        return None

    def has(self, receiver, source, copy, null):
        """This receiver, whose sender may have ended, has all of the file."""
        return receiver.ended() or bool(self.marker and re.search(self.marker, receiver.text()))


class Mcast(Program):
    null_sink = True

    def __init__(self, build):
        self._folder = (against.tools(build) or pathlib.Path(build) / "apps").resolve()
        self.ask = pathlib.Path(build) / "tests/bench/bench_ask"
        self.nothing = [pathlib.Path(build) / "tests/bench/bench_nothing"]

    def missing(self):
        return None if (self._folder / "mcsend").exists() else f"{self._folder}/mcsend"

    def receiver(self, number, folder, name, null):
        return [self._folder / "mcrecv", "-i", "e0", "-o", "-" if null else folder]

    def sender(self, scenario, source):
        return [self._folder / "mcsend", "-i", "e0", "-n", str(scenario.receivers),
                *(["--rate", f"{scenario.mbits}M"] if scenario.mbits else []), source]

    def status(self):
        return [self._folder / "mcsend", "status", "--json"]

    def has(self, receiver, source, copy, null):
        return receiver.ended()


class Udpcast(Program):
    null_sink = True

    def missing(self):
        return None if shutil.which("udp-sender") else "udpcast"

    def receiver(self, number, folder, name, null):
        # --rcvbuf is not in the manual page; the default buffer overflows.
        return ["udp-receiver", "--nokbd", "--no-progress", "--interface", "e0", "--rcvbuf",
                str(SOCKET_BUFFER), "--file", "/dev/null" if null else folder / name]

    def sender(self, scenario, source):
        # Without the hello interval a transfer to receivers that are up begins after two seconds.
        # Under loss a receiver whose connect reply is lost would never be served without the wait.
        return ["udp-sender", "--nokbd", "--no-progress", "--interface", "e0", "--full-duplex",
                "--min-receivers", str(scenario.receivers), "--default-slice-size", "1024",
                "--max-slice-size", "1024", "--rexmit-hello-interval", "50",
                *(["--min-wait", "1"] if scenario.loss >= 1 else []),
                *(["--max-bitrate", f"{scenario.mbits}m"] if scenario.mbits else []),
                "--file", source]

    def has(self, receiver, source, copy, null):
        # It stays for half a second on purpose after it has everything, written in order. When it
        # discards that, its sender, who has ended, knows.
        return receiver.ended() or null or _same_end(source, copy)


def _in_shell(words, pipe):
    """The words with a pipe before or behind them; fails when any part of it does."""
    command = " ".join(shlex.quote(str(w)) for w in words)
    return ["bash", "-o", "pipefail", "-c", pipe.format(command)]


class McastPipe(Mcast):
    """What is sent comes through a pipe."""

    def sender(self, scenario, source):
        *words, last = super().sender(scenario, source)
        return _in_shell([*words, "-"], f"cat {shlex.quote(str(last))} | {{}}")


class McastPipes(McastPipe):
    """The same, and each receiver writes into a pipe."""

    def receiver(self, number, folder, name, null):
        return _in_shell(super().receiver(number, folder, name, True), "{} | cat >/dev/null")


class UdpcastPipes(Udpcast):
    def receiver(self, number, folder, name, null):
        *words, _, _ = super().receiver(number, folder, name, True)
        return _in_shell(words, "{} | cat >/dev/null")

    def sender(self, scenario, source):
        *words, _, last = super().sender(scenario, source)
        return _in_shell(words, f"cat {shlex.quote(str(last))} | {{}}")


class McastSparse(Mcast):
    """Sends a file that has the same content between holes."""

    SIZE = 8 << 30
    PIECES = 16

    def source(self, source):
        path = source.with_name("sparse.bin")
        if not path.exists():
            with open(source, "rb") as whole, open(path, "wb") as f:
                piece = source.stat().st_size // self.PIECES
                for number in range(self.PIECES):
                    f.seek(number * self.SIZE // self.PIECES)
                    f.write(whole.read(piece))
                f.truncate(self.SIZE)
        return path


class Uftp(Program):
    receivers_end = False
    marker = r"Group transfer complete|Group complete|Session complete"

    def missing(self):
        return None if shutil.which("uftp") and shutil.which("uftpd") else "uftp"

    @staticmethod
    def _id(number):
        return f"0x0A4D{number:04X}"

    def receiver(self, number, folder, name, null):
        return ["uftpd", "-d", "-q", "-I", "e0", "-U", self._id(number), "-B", str(SOCKET_BUFFER),
                "-c", "20971520", "-x", "2", "-D", folder]

    def sender(self, scenario, source):
        # No rate (-R -1) beats every fixed one. With a short round trip it loses all receivers under loss.
        ids = ",".join(self._id(i) for i in range(1, scenario.receivers + 1))
        grtt = "0.02:0.01:0.5" if scenario.loss < 3 and scenario.receivers <= 8 else "0.2:0.2:2"
        rate = str(scenario.mbits * 1000) if scenario.mbits else "-1"
        return ["uftp", "-I", "e0", "-U", "0x0A4D00FA", "-B", str(SOCKET_BUFFER), "-b", "1440",
                "-t", "1", "-x", "2", "-H", ids, "-r", grtt, "-R", rate, source]


class Norm(Program):
    """NRL's library, through the peer that the interoperability tests have."""

    receivers_end = False
    sender_ends = False  # it goes on answering; what counts is when the receivers have the file
    marker = "whole"
    _group = ["239.255.78.9", "6003"]

    def __init__(self, build):
        self._program = pathlib.Path(build) / "tests/interop/norm_peer"

    def missing(self):
        return None if self._program.exists() else "libnorm-dev"

    def receiver(self, number, folder, name, null):
        return [self._program, "recv", f"10.77.0.{number}", *self._group, str(number), "unicast",
                folder]

    def sender(self, scenario, source):
        # The highest rate that does not end in repair: it has no usable one of its own.
        rate = scenario.mbits
        if not rate:
            rate = {1: 1600, 2: 1000, 4: 600, 8: 280}[scenario.receivers]
            rate *= 1.0 if scenario.loss == 0 else 0.85 if scenario.loss < 3 else 0.6
        # It computes all parity whether asked for or not.
        parity = 0 if scenario.loss == 0 else 4 if scenario.loss <= 1 else 16
        return [self._program, "send", "10.77.0.250", *self._group, "5", "1400", "64", str(parity),
                str(rate), source, source.name]


def _same_end(source, copy):
    """Of programs that write in order: the last bytes are there."""
    try:
        size = os.path.getsize(source)
        if os.path.getsize(copy) != size:
            return False
        with open(source, "rb") as a, open(copy, "rb") as b:
            for f in (a, b):
                f.seek(max(0, size - 4096))
            return a.read() == b.read()
    except OSError:
        return False
