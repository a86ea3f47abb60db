#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Several users of one machine: they neither see nor disturb each other's sessions, whatever one of
them makes of it. Each has the runtime directory that the tools choose by themselves."""
import contextlib
import json
import os
import pathlib
import random
import shutil
import socket
import stat

from harness import BIN, KIB, SEED, World, check, equal, run_cases, wait_until


class User:
    """Somebody with a number of his own, who starts our tools on the world's one machine."""

    def __init__(self, world, uid):
        self.uid, self._host = uid, world.sender
        self.runtime = pathlib.Path(f"/tmp/mcast-{uid}")
        self._prefix = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"]

    def start(self, *argv, runtime=""):
        # Not where ours are: that folder may be closed to others.
        program = self._host.folder / "bin" / argv[0]
        return self._host.start(program, *argv[1:], prefix=self._prefix,
                                environment={"MCAST_RUNTIME_DIR": str(runtime), "XDG_RUNTIME_DIR": ""})

    def run(self, *argv, **how):
        process = self.start(*argv, **how)
        process.exit()
        return process

    def sessions(self):
        return json.loads(self.run("mcsend", "status", "--json").exits(0).out)

    def waiting_session(self):
        return wait_until("the session is registered", self.sessions)[0]["session"]

    def does(self, action):
        """What Python code does under this user's number; the error if there was one."""
        os.seteuid(self.uid)
        try:
            action()
        except OSError as error:
            return type(error)
        finally:
            os.seteuid(0)
        return None


@contextlib.contextmanager
def users(world, count):
    draw = random.Random(f"{SEED} users")
    numbers = draw.sample([n for n in range(40000, 60000) if not os.path.lexists(f"/tmp/mcast-{n}")],
                          count)
    (world.sender.folder / "bin").mkdir()
    for tool in ("mcsend", "mcrecv"):
        shutil.copy(BIN / tool, world.sender.folder / "bin")
    try:
        yield [User(world, number) for number in numbers]
    finally:
        for process in world.processes:
            process.stop()
        for number in numbers:
            shutil.rmtree(f"/tmp/mcast-{number}", ignore_errors=True)


def case_strangers():
    """a user sees only his own sessions, and can neither ask nor end those of another"""
    with World(0) as w, users(w, 2) as (ann, bob):
        payload = w.file(100 * KIB)
        hers = ann.start("mcsend", payload)
        session = ann.waiting_session()
        equal(bob.sessions(), [], "what Bob sees")
        for verb in ("status", "wait", "cancel", "close", "start"):
            bob.run("mcsend", verb, session).exits(5)
        bob.run("mcsend", "close", "--ended").exits(0)
        equal(bob.run("mcsend", "metrics").exits(0).out, "# EOF\n", "Bob's metrics")
        for tool_says in (["status"], ["cancel", session]):
            bob.run("mcsend", *tool_says, runtime=ann.runtime).exits(6).says("permission")
        equal(stat.S_IMODE(ann.runtime.stat().st_mode), 0o700, "mode of the folder")
        path = str(ann.runtime / f"{session}.sock")
        equal(bob.does(lambda: socket.socket(socket.AF_UNIX).connect(path)), PermissionError, "asking")
        equal(bob.does(lambda: os.listdir(ann.runtime)), PermissionError, "looking")
        his = bob.start("mcsend", "-g", "239.255.77.78", payload)
        other = bob.waiting_session()
        equal([s["session"] for s in ann.sessions()], [session], "what Ann sees")
        bob.run("mcsend", "cancel").exits(0)
        his.exits(1)
        check(not hers.ended(), "Ann's session goes on")
        equal([s["state"] for s in ann.sessions()], ["in_progress"], "its state")
        ann.run("mcsend", "close", other).exits(5)


def case_squatter():
    """a folder that another user laid in the way is refused by name, and another one can be named"""
    with World(0) as w, users(w, 2) as (ann, bob):
        bob.does(lambda: os.mkdir(ann.runtime, 0o777))
        refused = ann.run("mcsend", w.file(KIB)).exits(6)
        refused.says("permission", str(ann.runtime), f"belongs to user {bob.uid}", "MCAST_RUNTIME_DIR")
        equal(list(ann.runtime.iterdir()), [], "what was left there")
        own = w.sender.folder / "own"
        own.mkdir()
        os.chown(own, ann.uid, ann.uid)
        equal(ann.run("mcsend", "status", runtime=own / "run").exits(0).out, "no sessions\n", "status")


def case_link():
    """a link laid in the way does not lead a user's sessions into another's folder"""
    with World(0) as w, users(w, 2) as (ann, bob):
        trap = w.sender.folder / "trap"
        trap.mkdir(mode=0o700)
        os.chown(trap, ann.uid, ann.uid)
        bob.does(lambda: os.symlink(trap, ann.runtime))
        ann.run("mcsend", w.file(KIB)).exits(6).says("permission", "is a link")
        equal(list(trap.iterdir()), [], "what was left there")
        ann.runtime.unlink()


run_cases(globals())
