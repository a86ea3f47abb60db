# SPDX-License-Identifier: MIT
"""One transfer of one program on a private network, measured from outside.

Wall time runs from the start of the sender, receivers up, until the sender has ended and the last
receiver has the file. CPU time is that of the processes, as the kernel counts it when they end.
Memory is the highest RssAnon seen: what is resident beyond mapped files.
"""
import contextlib
import ctypes
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time

import wire

MIB = 1 << 20
POLL = 0.002
MEMORY_POLL = 0.05
_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


@contextlib.contextmanager
def _inside(namespace):
    """This thread, and what it starts, is in that network namespace."""
    with open("/proc/thread-self/ns/net", "rb") as home, \
            open(f"/run/netns/{namespace}", "rb") as there:
        if _libc.setns(there.fileno(), _CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"cannot enter {namespace}")
        try:
            yield
        finally:
            if _libc.setns(home.fileno(), _CLONE_NEWNET) != 0:
                sys.exit("scripts/bench: cannot return to the network namespace it came from")


class Process:
    """A program in a namespace, and what it took."""

    def __init__(self, namespace, argv, folder, discard=False):
        self._log = folder / "log"
        self._ended = threading.Event()
        self.status, self.cpu_s, self.anonymous_kib = None, 0.0, 0
        environment = {**os.environ, "MCAST_RUNTIME_DIR": str(folder / "run")}
        with open(self._log, "wb") as log, _inside(namespace):
            self.began = time.monotonic()
            self._process = subprocess.Popen(
                [str(a) for a in argv], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL if discard else log, stderr=log)
        self.end = self.began
        threading.Thread(target=self._reap, daemon=True).start()

    def _reap(self):
        _, status, usage = os.wait4(self._process.pid, 0)
        self.end = time.monotonic()
        self.status = self._process.returncode = os.waitstatus_to_exitcode(status)
        self.cpu_s = usage.ru_utime + usage.ru_stime
        self._ended.set()

    def ended(self):
        return self._ended.is_set()

    def wait(self, seconds):
        return self._ended.wait(seconds)

    def text(self):
        return self._log.read_text(errors="replace")

    def stop(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not self.ended():
                # Not by Popen, which would take the exit status from the thread that waits.
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._process.pid, number)
                self.wait(3)

    def look_at_memory(self):
        found = None
        with contextlib.suppress(OSError):  # it may have ended
            with open(f"/proc/{self._process.pid}/status", encoding="ascii") as f:
                found = re.search(r"RssAnon:\s+(\d+)", f.read())
        if found:
            self.anonymous_kib = max(self.anonymous_kib, int(found[1]))


def warm(folder, size):
    """Memory touched for the first time is slow on a virtual machine: touch what will be needed."""
    path, zeros = folder / "warm", bytes(8 * MIB)
    with open(path, "wb") as f:
        for _ in range(0, size, len(zeros)):
            f.write(zeros)
    path.unlink()


def pieces(path):
    """The parts of a file that are no holes."""
    with open(path, "rb") as f:
        at, size = 0, os.fstat(f.fileno()).st_size
        while at < size:
            try:
                begin = os.lseek(f.fileno(), at, os.SEEK_DATA)
            except OSError:  # nothing but a hole is left
                return
            at = os.lseek(f.fileno(), begin, os.SEEK_HOLE)
            yield begin, at


def same(source, copy):
    """Two files have the same content. Where both have holes nothing is read."""
    if source.stat().st_size != copy.stat().st_size:
        return False
    with open(source, "rb") as a, open(copy, "rb") as b:
        for path in (source, copy):
            for begin, end in pieces(path):
                for at in range(begin, end, 8 * MIB):
                    part = min(8 * MIB, end - at)
                    if os.pread(a.fileno(), part, at) != os.pread(b.fileno(), part, at):
                        return False
    return True


class Transfer:
    """Receivers, then a sender, until all have the file or `limit` seconds are over."""

    def __init__(self, program, scenario, network, folder, source):
        self._program, self._scenario, self._network = program, scenario, network
        self._source = source
        self._null = scenario.null and program.null_sink
        hosts = network.receivers
        self.folders = {host: folder / host for host in [*hosts, "s"]}
        self._copies = [self.folders[host] / source.name for host in hosts]
        self.sender, self._receivers = None, []

    def run(self, limit, while_running=None):
        """The line of results. while_running(transfer) is a context around the transfer."""
        for folder in self.folders.values():
            folder.mkdir()
            (folder / "run").mkdir(mode=0o700)
        try:
            self._start_receivers()
            # Last: a hypervisor soon takes back what lies free.
            if not self._null:
                stored = self._source.stat().st_blocks * 512  # less than its size if it is sparse
                warm(self.folders["s"].parent, len(self._copies) * stored)
            sent = wire.bytes_sent(self._network)
            with while_running(self) if while_running else contextlib.nullcontext({}) as extra:
                self._start_sender()
                had = self._watch(limit)
            sent = wire.bytes_sent(self._network) - sent
            if had is not None and self._program.receivers_end:
                for receiver in self._receivers:
                    receiver.wait(5)  # one that does not end is stopped, and its status says so
            for process in [self.sender, *self._receivers]:
                process.stop()
            return {**self._line(had, sent), **extra}
        finally:
            for process in [*([self.sender] if self.sender else []), *self._receivers]:
                process.stop()
            for folder in self.folders.values():
                shutil.rmtree(folder, ignore_errors=True)

    def _start_receivers(self):
        for number, host in enumerate(self._network.receivers, 1):
            folder = self.folders[host]
            argv = self._program.receiver(number, folder, self._source.name, self._null)
            self._receivers.append(Process(self._network.name(host), argv, folder,
                                           discard=self._null))
        time.sleep(1 + 0.03 * len(self._receivers))  # none of the peers says when it is ready

    def _start_sender(self):
        argv = self._program.sender(self._scenario, self._source)
        self.sender = Process(self._network.name("s"), argv, self.folders["s"])

    def _watch(self, limit):
        """When the last receiver had the file; None: not all of them within the limit."""
        had = {}
        looked = 0.0
        program = self._program
        while time.monotonic() < self.sender.began + limit:
            now = time.monotonic()
            if now - looked > MEMORY_POLL:
                looked = now
                for process in [self.sender, *self._receivers]:
                    process.look_at_memory()
            sent = self.sender.ended() or not program.sender_ends
            for i, receiver in enumerate(self._receivers):
                if i in had or not sent:
                    continue
                if program.has(receiver, self._source, self._copies[i], self._null):
                    had[i] = self._moment(receiver, now)
            if sent and len(had) == len(self._receivers):
                return max([*had.values(), *([self.sender.end] if program.sender_ends else [])])
            time.sleep(POLL)
        return None

    def _moment(self, receiver, now):
        """Of having the file, which was looked for only once the sender had ended."""
        if receiver.ended():
            return receiver.end
        if not self._program.sender_ends:
            return now
        return now if now - self.sender.end > 0.02 else self.sender.end

    def _line(self, had, sent):
        size = self._source.stat().st_size
        wall = (had or time.monotonic()) - self.sender.began
        why = self._fault(had)
        return {"ok": why is None, "why": why, "wall_s": round(wall, 4),
                "mbps": round(size * 8e-6 / wall, 1), "wire_ratio": round(sent / size, 4),
                "sender_cpu_s": round(self.sender.cpu_s, 3),
                "receiver_cpu_s": round(statistics.mean(r.cpu_s for r in self._receivers), 3),
                "sender_anonymous_mib": round(self.sender.anonymous_kib / 1024, 1),
                "receiver_anonymous_mib": round(
                    max(r.anonymous_kib for r in self._receivers) / 1024, 1)}

    def _fault(self, had):
        """What went wrong, or None."""
        if had is None:
            return "not done in time: " + self.sender.text()[-300:]
        if self._program.sender_ends and self.sender.status != 0:
            return f"the sender ended with {self.sender.status}: {self.sender.text()[-300:]}"
        if self._program.receivers_end and any(r.status != 0 for r in self._receivers):
            return f"the receivers ended with {[r.status for r in self._receivers]}"
        if not self._null:
            for copy in self._copies:
                if not same(self._source, copy):
                    return f"{copy.parent.name} has another file than was sent"
        return None
