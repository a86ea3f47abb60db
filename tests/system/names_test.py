#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Which session a script means: by a name while it is only just being started, and by the id that a
session in the background leaves."""
import contextlib
import json
import os
import pathlib

from harness import BIN, KIB, World, check, equal, identical, run_cases, wait_until


def shell(host, script):
    """What a script does on that machine, in which $SEND and $RECV are the tools."""
    return host.run("bash", "-c", script,
                    environment={"SEND": str(BIN / "mcsend"), "RECV": str(BIN / "mcrecv")})


@contextlib.contextmanager
def nothing_left(*hosts):
    """A process in the background does not end with its test."""
    try:
        yield
    finally:
        for host in hosts:
            for session in json.loads(host.run("mcsend", "status", "--json").out or "[]"):
                host.run("mcsend" if session["role"] == "sender" else "mcrecv", "close", "--force",
                         session["session"])


def sent_once(world, receiver):
    """A payload that has arrived, so that a success of its name is on record."""
    payload = world.file(100 * KIB)
    receiving = receiver.start("mcrecv", "--overwrite")
    world.sender.run("mcsend", payload).exits(0)
    receiving.exits(0)
    return payload


def case_yesterday():
    """a wait for a transfer that is started in the same line does not take an old success for it"""
    with World(1) as w:
        sent_once(w, w.receivers[0])
        starts = ("$SEND -q payload.bin &", "( $SEND -q payload.bin ) &",
                  "begin() { nice $SEND -q payload.bin & }; begin;",
                  "( cd .. && env -C s $SEND -q payload.bin; true ) &")
        for start in starts:
            said = shell(w.sender, f"{start} $SEND wait payload.bin --timeout 1 && echo everybody; "
                                   "echo $?; $SEND cancel -q; wait")
            equal(said.out, "8\n", f"what came of: {start}")
        old = w.sender.run("mcsend", "status", "payload.bin", "--json").exits(0)
        equal(json.loads(old.out)["state"], "failure", "the newest session")


def case_past():
    """where nothing starts, a wait takes the newest session that ended, and says how old it is"""
    with World(1) as w:
        for _ in range(2):
            sent_once(w, w.receivers[0])
        w.sender.run("mcsend", "wait", "payload.bin").exits(0).says("payload.bin ended ", " ago")
        w.sender.run("mcsend", "wait").exits(5).says("nothing is running")
        w.sender.run("mcsend", "cancel").exits(9).says("nothing is running")
        w.sender.run("mcsend", "cancel", "payload.bin").exits(9).says("too_late")
        receiver = w.receivers[0]
        equal(receiver.run("mcsend", "close", "--ended").exits(0).err, "mcsend: closed 2 sessions\n",
              "what another tool closed")
        equal(receiver.status("mcrecv"), None, "what is left of them")


def case_receiver():
    """a wait for a receiver that has no offer yet is a wait for what it takes"""
    with World(1) as w:
        payload = sent_once(w, w.receivers[0])
        waiting = w.receivers[0].start(
            "bash", "-c", f"{BIN}/mcrecv -q -o new & {BIN}/mcrecv wait payload.bin; echo $?; wait")
        w.receivers[0].wait_status("mcrecv", "it waits", lambda s: s["name"] == "")
        check(not waiting.ended(), "the wait goes on")
        w.sender.run("mcsend", payload).exits(0)
        equal(waiting.exits(0).out, "0\n", "what the wait said")
        identical(payload, w.receivers[0].folder / "new")


def _is_detached(host, session):
    pid = host.status("mcsend", session)["pid"]
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    equal((int(fields[3]), int(fields[4])), (pid, 0), "session and terminal of the process")
    equal([os.readlink(f"/proc/{pid}/fd/{fd}") for fd in range(3)], ["/dev/null"] * 3, "its streams")


def case_background():
    """--background prints the id of a session that goes on by itself, and wait tells its outcome"""
    with World(1) as w, nothing_left(w.sender, w.receivers[0]):
        payload, receiver = w.file(100 * KIB), w.receivers[0]
        sending = w.sender.run("mcsend", "--background", payload).exits(0)
        sent = sending.out.rstrip("\n")
        sending.says(f"session {sent}")
        equal(sending.out, w.sender.status("mcsend")["session"] + "\n", "standard output")
        _is_detached(w.sender, sent)
        receiving = receiver.run("mcrecv", "--background", "--json", "-q", "--id-file", "id").exits(0)
        equal(receiving.err, "", "what it said, being quiet")
        received = json.loads(receiving.out)["session"]
        equal((receiver.folder / "id").read_text(encoding="ascii"), received + "\n", "the id file")
        w.sender.run("mcsend", "wait", sent).exits(0)
        receiver.run("mcrecv", "wait", received).exits(0)
        identical(payload, receiver.folder / payload.name)


def case_background_refused():
    """what is wrong from the start is said in front, with its exit status, and leaves no session"""
    with World(1) as w, nothing_left(w.sender):
        payload = w.file(KIB)
        send = ("mcsend", "--background")
        w.sender.run(*send, "nothing.bin").exits(6).says("not_found")
        w.sender.run(*send, "-i", "nowhere0", payload).exits(2).says("nowhere0")
        w.sender.run(*send, "--rate", "fast", payload).exits(2)
        w.sender.run(*send, "--id-file", payload, payload).exits(6).says("exists")
        w.sender.run(*send, "--id-file", "no/where", payload).exits(6).says("no/where")
        w.receivers[0].run("mcrecv", "--background", "-o", "-").exits(2).says("--background")
        equal(w.sender.status("mcsend"), None, "sessions")
        check(payload.stat().st_size == KIB, "the file that is no id file is as it was")


def case_id_file():
    """an id file holds the id of the session that runs, never that of an older one"""
    with World(0) as w:
        payload = w.file(KIB)
        file = w.sender.folder / "id"
        file.write_text("0badcafe\n", encoding="ascii")
        sending = w.sender.start("mcsend", "--id-file", "id", payload)
        wait_until("the session is registered", lambda: w.sender.status("mcsend"))
        wait_until("the new id is there",
                   lambda: file.exists() and
                   file.read_text(encoding="ascii") == w.sender.status("mcsend")["session"] + "\n")
        w.sender.run("mcsend", "cancel").exits(0)
        sending.exits(1)
        check(file.exists(), "it stays")


run_cases(globals())
