# SPDX-License-Identifier: MIT
"""What a system test is written with: machines, processes on them, files and named waits.

A test file holds functions case_*, whose docstring is a sentence that could be false, and ends
with run_cases(globals()). Each case builds a World, which owns a folder, a private network and all
processes started in it, and takes everything down again on every way out. Deadlines are bounds
beyond which something hangs; no case sleeps for luck, and none asserts a time.

Exit status of a test file: 0 all passed, 1 one failed, 77 this machine cannot run it.
"""
import filecmp
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

from network import Network, Unavailable

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("MCAST_BIN", ROOT / "build/release/apps")).resolve()
FULL = bool(os.environ.get("MCAST_TEST_FULL"))
SEED = int(os.environ.get("MCAST_TEST_SEED") or random.SystemRandom().randrange(1 << 32))

SEGMENT = 1452  # what a 1500-byte MTU holds of file content in one packet
BLOCK = 128 * SEGMENT  # as lib/session/send/send_config cuts it; the case of harness_test compares
KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
HANG = 60  # seconds after which a process that should have ended counts as hanging


class Failure(Exception):
    """What a case claims does not hold."""


class Interrupted(BaseException):
    """A signal asks the test to end, or its time is over: clean up and go."""


class Skip(Exception):
    """This machine cannot run the case."""


def check(holds, claim):
    if not holds:
        raise Failure(claim)


def equal(found, expected, what):
    check(found == expected, f"{what}: {found!r}, expected {expected!r}")


def one_of(found, expected, what):
    check(found in expected, f"{what}: {found!r}, expected one of {expected!r}")


class Process:
    """A program on one of the machines. Its output goes to files, so that it never blocks on us."""

    def __init__(self, world, host, argv, prefix=(), environment=None, fed=False):
        number, world.started = world.started, world.started + 1
        self.argv, self.host, self._world = argv, host, world
        stem = world.folder / f"{number:02}-{host.name}-{pathlib.Path(argv[0]).name}"
        self._out, self._err = stem.with_suffix(".out"), stem.with_suffix(".err")
        program = str(BIN / argv[0]) if argv[0] in ("mcsend", "mcrecv") else argv[0]
        # pdeathsig: nothing stays behind even if this test is killed.
        command = ["setpriv", "--pdeathsig", "KILL",
                   *host.command([*prefix, program, *map(str, argv[1:])])]
        with open(self._out, "wb") as out, open(self._err, "wb") as err:
            self._popen = subprocess.Popen(
                command, stdin=subprocess.PIPE if fed else subprocess.DEVNULL, stdout=out, stderr=err, cwd=host.folder,
                env={**os.environ, "MCAST_RUNTIME_DIR": str(host.runtime), **(environment or {})})
        self.pid = self._popen.pid  # setpriv and ip replace themselves by the program
        world.processes.append(self)

    @property
    def out(self):
        return self._out.read_text(errors="replace")

    @property
    def err(self):
        return self._err.read_text(errors="replace")

    @property
    def out_bytes(self):
        return self._out.read_bytes()

    def feed(self, data):
        """Writes to the standard input of a program that was started with fed=True."""
        self._popen.stdin.write(data)
        self._popen.stdin.flush()

    def end_input(self):
        self._popen.stdin.close()

    def ended(self):
        return self._popen.poll() is not None

    def exit(self, deadline=HANG):
        """Waits for the end; the exit status, or minus the number of the signal that killed it."""
        try:
            return self._popen.wait(deadline)
        except subprocess.TimeoutExpired:
            raise Failure(f"{self} has not ended within {deadline} s") from None

    def exits(self, *expected, deadline=HANG):
        """The claim that it ends, and with one of these statuses."""
        status = self.exit(deadline)
        check(status in expected,
              f"{self} exited with {status}, expected {' or '.join(map(str, expected))}")
        return self

    def signal(self, number):
        self._popen.send_signal(number)

    def kill(self):
        self.signal(signal.SIGKILL)
        self._popen.wait(HANG)

    def stop(self):
        if self._popen.poll() is None:
            self.kill()

    def says(self, *words):
        """The claim that it mentioned each of these on stderr."""
        for word in words:
            check(word in self.err, f"{self} does not say {word!r} on stderr:\n{self.err}")
        return self

    def forget(self):
        """An ended process that was as expected: it takes no room and no line of a report."""
        self._world.processes.remove(self)
        self._out.unlink()
        self._err.unlink()

    def json_lines(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def __str__(self):
        return f"[{self.host.name}] {' '.join(map(str, self.argv))}"

    def report(self):
        state = self._popen.poll()
        lines = [f"    {self} -> {'running' if state is None else state}"]
        for name, text in (("out", self.out), ("err", self.err)):
            lines += [f"      {name}| {line[:400]}" for line in text.splitlines()[-12:]]
        return "\n".join(lines)


class Host:
    """A machine: a namespace (or this one), a folder and a runtime directory of its own."""

    def __init__(self, world, name, network=None):
        self.name, self._world, self._network = name, world, network
        self.folder = world.folder / name
        self.runtime = self.folder / "run"
        self.runtime.mkdir(parents=True, mode=0o700)

    def command(self, argv):
        return self._network.exec(self.name, argv) if self._network else list(argv)

    def start(self, *argv, prefix=(), environment=None, fed=False):
        """Starts a program here and returns at once. fed: its standard input is ours to write."""
        return Process(self._world, self, argv, prefix, environment, fed)

    def run(self, *argv, deadline=HANG, **how):
        """Runs a program here to its end, whatever its exit status."""
        process = self.start(*argv, **how)
        process.exit(deadline)
        return process

    def status(self, tool, session=None):
        """`status --json` of one session: None while there is no such session."""
        asked = self.run(tool, "status", *([session] if session else []), "--json")
        if asked.exit() == 5:
            return None
        found = json.loads(asked.exits(0).out)
        asked.forget()
        if session:
            return found
        role = "sender" if tool == "mcsend" else "receiver"
        return next((s for s in found if s["role"] == role), None)

    def wait_status(self, tool, what, condition, deadline=HANG):
        """Asks until the newest session of that tool here meets the condition; that status."""
        def met():
            status = self.status(tool)
            return status if status is not None and condition(status) else None
        return wait_until(what, met, deadline)


class World:
    """One case's machines, network, processes and files."""

    def __init__(self, receivers=1, network=True, **conditions):
        self.processes, self.started = [], 0
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mcast-test-", dir=_scratch()))
        self.folder.chmod(0o755)
        self._network = None
        try:
            try:
                self._network = Network(receivers, **conditions) if network else None
            except Unavailable as reason:
                raise Skip(str(reason)) from None
        except BaseException:
            shutil.rmtree(self.folder)
            raise
        self.sender = Host(self, "s", self._network)
        self.receivers = [Host(self, f"r{i + 1}", self._network) for i in range(receivers)]
        self._mounts, self._undo = [], []

    @property
    def network(self):
        return self._network

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind and issubclass(kind, (Failure, Interrupted)):
            print("\n".join(p.report() for p in self.processes), flush=True)
        self.remove()

    def remove(self):
        for process in self.processes:
            process.stop()
        if self._network:
            self._network.remove()
        for undo in reversed(self._undo):
            undo()
        for mount in self._mounts:
            subprocess.run(["umount", "-l", mount], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def at_end(self, undo):
        """Something to be called when no process of this case runs any more."""
        self._undo.append(undo)

    def file(self, size, name="payload.bin", sparse=False):
        """A file of random bytes (from the printed seed) in the sender's folder."""
        path = self.sender.folder / name
        draw = random.Random(f"{SEED} {name} {size}")
        with open(path, "wb") as f:
            if sparse:
                f.truncate(size)
                for _ in range(16):
                    f.seek(draw.randrange(size - MIB))
                    f.write(draw.randbytes(MIB))
                return path
            left = size
            while left > 0:
                left -= f.write(draw.randbytes(min(left, 8 * MIB)))
        return path

    def corrupt(self, host, packets):
        """Overwrites two bytes in the middle of so many of the full packets towards that host.

        The checksum of a packet on a veth is still to be made, so the damage passes every check.
        """
        self._network.rule(host.name, "corrupt", "ip protocol udp udp length > 900 "
                           f"limit rate 1/day burst {packets} packets counter @th,6400,16 set 0xa5a5")

    def small_disk(self, host, size):
        """A folder of that host with no more room than that."""
        path = host.folder / "small"
        path.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", path],
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise Skip(f"no tmpfs can be mounted: {done.stderr.strip()}")
        self._mounts.append(path)
        return path


def _scratch():
    """Memory, where it has room: the tests are about the network, not about this disk."""
    try:
        if shutil.disk_usage("/dev/shm").free > 4 * GIB:
            return "/dev/shm"
    except OSError:
        pass
    return None


def wait_until(what, condition, deadline=HANG, interval=0.02):
    """Polls until condition() is true, and returns what it gave; fails naming `what`."""
    limit = time.monotonic() + deadline
    while True:
        met = condition()
        if met:
            return met
        if time.monotonic() > limit:
            raise Failure(f"not within {deadline} s: {what}")
        time.sleep(interval)


def identical(original, copy):
    """The claim that the copy is there and equals the original bit for bit."""
    check(os.path.lexists(copy), f"{copy} is not there")
    equal(os.path.getsize(copy), os.path.getsize(original), f"size of {copy}")
    check(filecmp.cmp(original, copy, shallow=False), f"{copy} differs from {original}")


def absent(path):
    check(not os.path.lexists(path), f"{path} should not be there")


def transferring(percent=1):
    """A condition for wait_status: data flows, and so much of it has arrived."""
    return lambda s: s["state"] == "in_progress" and s["percent"] >= percent


def _interrupted(number, _frame):
    raise Interrupted(f"ended by {signal.Signals(number).name}")


def run_cases(names):
    """Runs the functions case_* (those whose name contains an argument of ours, if any)."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGALRM):
        signal.signal(number, _interrupted)
    # Ahead of ctest's own limit, which kills without letting anybody clean up.
    signal.alarm(int(os.environ.get("MCAST_TEST_DEADLINE", "0")))
    cases = {n[5:]: f for n, f in names.items() if n.startswith("case_")}
    chosen = {n: f for n, f in cases.items()
              if len(sys.argv) < 2 or any(a in n for a in sys.argv[1:])}
    outcome = {"ok": 0, "FAILED": 0, "skipped": 0}
    print(f"seed {SEED} (MCAST_TEST_SEED={SEED} repeats it)", flush=True)
    for name, case in chosen.items():
        began = time.monotonic()
        verdict, why = _run_case(case)
        outcome[verdict] += 1
        took = time.monotonic() - began
        print(f"{verdict:8}{name}: {case.__doc__.strip()} ({took:.1f} s)", flush=True)
        if why:
            print("    " + why.strip().replace("\n", "\n    "), flush=True)
    print(", ".join(f"{n} {verdict}" for verdict, n in outcome.items()))
    if outcome["FAILED"] or not chosen:
        sys.exit(1)
    sys.exit(0 if outcome["ok"] else 77)


def _run_case(case):
    try:
        case()
        return "ok", None
    except Skip as reason:
        return "skipped", str(reason)
    except Failure as claim:
        place = [f for f in traceback.extract_tb(claim.__traceback__) if f.name.startswith("case_")]
        return "FAILED", f"line {place[-1].lineno if place else '?'}: {claim}"
    except Exception:  # a fault in the test itself: the others still run
        return "FAILED", traceback.format_exc()
