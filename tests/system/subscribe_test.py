#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The control socket from other languages: the very snippets of docs/status.md, run as they are
printed there but for the session's id."""
import json
import os
import re
import shutil
import sys

from harness import MIB, ROOT, Skip, World, check, equal, run_cases, transferring
from schemas import valid

ID = "5f0c2a91"  # of the session in the examples
PAGE = (ROOT / "docs/status.md").read_text()


def snippet(language, word):
    """The only code of that language on the page that has the word."""
    found = [code for code in re.findall(rf"```{language}\n(.*?)```", PAGE, re.S) if word in code]
    equal(len(found), 1, f"{language} snippets with {word!r}")
    return found[0]


class Transfer:
    """A slow transfer whose sender is asked from outside."""

    def __init__(self, world):
        self.host = world.sender
        # The snippets look for the socket where it is by default.
        os.symlink(self.host.runtime, self.host.folder / "mcast")
        world.receivers[0].start("mcrecv")
        self.process = self.host.start("mcsend", "--rate", "20M", world.file(4 * MIB))
        self.session = self.host.wait_status("mcsend", "data flows", transferring())["session"]

    def shell(self, word):
        if not shutil.which("socat"):
            raise Skip("socat is not installed")
        return self.host.start("sh", "-c", snippet("sh", word).replace(ID, self.session),
                               environment={"XDG_RUNTIME_DIR": str(self.host.folder)})


def events(lines):
    equal(lines[0]["result"], True, "the answer to subscribe")
    found = [valid("event", line["params"]) for line in lines[1:]]
    equal({line["method"] for line in lines[1:]}, {"event"}, "notifications")
    percents = [e["status"]["percent"] for e in found if e["status"]]
    equal(percents, sorted(percents), "percent rises")
    equal([e["event"] for e in found].count("end"), 1, "ends")
    return found


def case_socat_status():
    """socat asks for the status"""
    with World(1) as w:
        transfer = Transfer(w)
        answer = json.loads(transfer.shell('"status"').exits(0).out)
        equal(valid("status", answer["result"])["session"], transfer.session, "session")


def case_socat_subscribe():
    """socat hears every event until the end, and ends with the session"""
    with World(1) as w:
        transfer = Transfer(w)
        heard = transfer.shell('"subscribe"').exits(0)
        transfer.process.exits(0)
        last = events(heard.json_lines())[-1]
        equal((last["event"], last["status"]["state"]), ("end", "success"), "the last event")


def case_socat_cancel():
    """socat cancels a session with a reason"""
    with World(1) as w:
        transfer = Transfer(w)
        equal(json.loads(transfer.shell('"cancel"').exits(0).out)["result"], True, "the answer")
        transfer.process.exits(1).says("wrong image")


def case_python():
    """ten lines of Python with nothing but its standard library follow a session to its end"""
    code = snippet("python", "socket")
    lines = [line for line in code.splitlines() if line]
    check(len(lines) <= 10, f"{len(lines)} lines")
    with World(1) as w:
        transfer = Transfer(w)
        script = transfer.host.folder / "follow.py"
        script.write_text(code)
        # -I: nothing from this machine but the standard library.
        heard = transfer.host.start(sys.executable, "-I", "-S", script,
                                    transfer.host.runtime / f"{transfer.session}.sock").exits(0)
        transfer.process.exits(0)
        told = [line.split()[1:] for line in heard.out.splitlines()]
        check(len(told) > 2, f"events: {told}")
        equal(told[-1], ["end", "None", "100"], "the last event")
        equal(told[0][0], "interval", "the first one, as it was on subscribing")


run_cases(globals())
