#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A transfer beside a hostile neighbour: one that has an address of its own, hears the group and
says what it likes (neighbour.py). Every real receiver ends with the right file, the sender with the
truth, in a time that is bounded by that of an undisturbed transfer."""
import functools
import pathlib
import re
import sys
import time
from typing import NamedTuple

from harness import MIB, ROOT, World, check, equal, identical, run_cases, transferring, wait_until

NEIGHBOUR = pathlib.Path(__file__).parent / "neighbour.py"
SIZE, RATE = 16 * MIB, "40M"
# Runs a program and prints how many KiB it had in memory at most.
PEAK = """
import resource, subprocess, sys
status = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status)
"""


class Row(NamedTuple):
    """An attack, the claim, who counts it as foreign, and how the sender ends."""
    attack: str
    claim: str
    counts: str = "mcrecv"
    sender: int = 0
    options: tuple = ()    # of mcsend
    late: bool = False     # one receiver comes when the attack has begun
    before: bool = False   # the sender comes when the attack has begun
    answered: bool = False


ROWS = (
    Row("end", "an End that is not the sender's ends nobody"),
    Row("rolls", "no ReceiverStates but the sender's tells a receiver that it is done, failed or given up"),
    Row("behind", "nobody is kept from asking by a ReceiverStates that is not the sender's"),
    Row("digests", "a wrong digest from elsewhere is not taken"),
    Row("symbols", "wrong content from elsewhere is not taken"),
    Row("round_trip", "a round trip of 1000 s from elsewhere makes nobody wait"),
    Row("adverts", "nobody is silenced by an advert of everything from elsewhere"),
    Row("endings", "EOT, SQUELCH and FLUSH from elsewhere change nothing"),
    Row("redirect", "receivers answer nobody but the sender"),
    Row("downgrade", "one that comes late verifies, though the sender is said to be a plain one",
        late=True),
    Row("mimicry", "a senseless offer of the sender's own transfer keeps nobody from the real one",
        counts="", late=True),
    Row("senseless", "who waits passes over offers of no sense, unasked names and newer versions",
        counts="", before=True),
    Row("nobody", "an offer that cannot be taken, and that nobody stands by, ends none that waits",
        counts="", before=True, answered=True),
    Row("unjoined", "who never joined is served neither repairs nor digests", counts="mcsend"),
    Row("plain_receiver", "a plain receiver is neither served nor waited for", counts="mcsend"),
    Row("forged", "what others say in the name of a receiver is not believed", counts="mcsend"),
    Row("ghost", "a ghost that verified at once is no success, and harms nobody else", counts="",
        sender=4, options=("--timeout", 5)),
    Row("joined_loop", "a ghost that asks for everything again and again holds up nobody",
        counts="", sender=4, options=("--timeout", 5)),
)


@functools.cache
def bound():
    """Seconds that a disturbed transfer may take: machines of a test are slow now and then."""
    began = time.monotonic()
    with World(3, loss=1) as w:
        transfer(w, None)
    return 3 * (time.monotonic() - began) + 10


def attacker(w, attack):
    process = w.receivers[2].start(sys.executable, "-B", NEIGHBOUR, attack, "10.77.0.3")
    wait_until("the attacker listens", lambda: "listens" in process.out)
    return process


def attacks(process):
    wait_until("the attack has begun", lambda: "attacks" in process.out)


def transfer(w, row, deadline=60):
    """To two receivers, with the attack of the row beside it; the attacker."""
    payload, real = w.file(SIZE), w.receivers[:2]
    hostile = attacker(w, row.attack) if row and not row.before else None
    late = real[1:] if row and row.late else []
    for host in real:
        (host.folder / "here").touch()
    receiving = [host.start("mcrecv") for host in real if host not in late]
    if row and row.before:
        for process in receiving:
            wait_until("it waits", lambda p=process: "waiting for an offer" in p.err)
        hostile = attacker(w, row.attack)
        attacks(hostile)
    options = row.options if row else ()
    sending = w.sender.start("mcsend", "-n", 2, "--rate", RATE, *options, payload)
    if late:
        attacks(hostile)
        receiving += [host.start("mcrecv") for host in late]
    for process, host in zip(receiving, real):
        process.exits(0, deadline=deadline)
        identical(payload, host.folder / payload.name)
    sending.exits(row.sender if row else 0, deadline=deadline)
    return hostile


def beside(row):
    limit = bound()
    with World(3, loss=1) as w:
        hostile = transfer(w, row, limit)
        attacks(hostile)
        equal("answered" in hostile.out, row.answered, "that somebody answers the attacker")
        for host in w.receivers[:2]:
            check(host.status("mcrecv")["digest"], f"{host.name} has verified it")
        final = w.sender.status("mcsend")
        verified = [r["host"] for r in final["receivers"] if r["verified"]]
        equal(len(verified), 2, "receivers that have verified")
        if row.sender:
            failed, = [r for r in final["receivers"] if r["state"] == "failure"]
            equal(failed["host"], "ghost", "who failed")
        for host in {"mcsend": [w.sender], "mcrecv": w.receivers[:2]}.get(row.counts, []):
            check(host.status(row.counts)["stats"]["foreign"] > 0, f"{host.name} counts it")


def _case(row):
    def case_of_row():
        beside(row)
    case_of_row.__doc__ = row.claim
    return case_of_row


for _row in ROWS:
    globals()[f"case_{_row.attack}"] = _case(_row)


def case_crowd():
    """20 000 ghosts cost the sender less than 64 MiB, and a receiver has the file as ever"""
    peaks = []
    for attack in (None, "crowd"):
        with World(3) as w:
            payload, receiver = w.file(SIZE), w.receivers[0]
            if attack:
                attacker(w, attack)
            receiving = receiver.start("mcrecv")
            sending = w.sender.start("mcsend", "--rate", "100M", "--timeout", 5, payload,
                                     prefix=(sys.executable, "-c", PEAK))
            receiving.exits(0, deadline=60)
            identical(payload, receiver.folder / payload.name)
            sending.exits(4 if attack else 0)
            peaks.append(int(sending.out))
            joined = len(w.sender.status("mcsend")["receivers"])
            check(joined > 15_000 if attack else joined == 1, f"{joined} joined")
    check(peaks[1] - peaks[0] < 64 * 1024, f"the sender had {peaks} KiB at most")


def case_two_of_one_node_id():
    """of two machines with one --node-id the second is refused, and the first has the file"""
    with World(2) as w:
        payload = w.file(SIZE)
        first = w.receivers[0].start("mcrecv", "--node-id", 77)
        sending = w.sender.start("mcsend", "--rate", RATE, payload)
        w.receivers[0].wait_status("mcrecv", "data flows", transferring())
        second = w.receivers[1].run("mcrecv", "--node-id", 77)
        second.exits(1).says("node id", "--node-id")
        equal(w.receivers[1].status("mcrecv")["error"]["name"], "node_taken", "its error")
        first.exits(0)
        sending.exits(0)
        identical(payload, w.receivers[0].folder / payload.name)


def case_two_senders_of_one_name():
    """two senders of one name are told of each other, and receivers have the file of the first"""
    with World(3) as w:
        payload, other, real = w.file(SIZE), w.file(MIB, "other.bin"), w.receivers[:2]
        receiving = [host.start("mcrecv", "--session", "same") for host in real]
        sending = w.sender.start("mcsend", "-n", 2, "--session", "same", "--rate", RATE, payload)
        w.sender.wait_status("mcsend", "data flows", transferring())
        late = w.receivers[2].run("mcsend", "--session", "same", "--timeout", 1, other)
        late.exits(3).says("10.77.0.250", '"same" as well')
        for process, host in zip(receiving, real):
            process.exits(0)
            identical(payload, host.folder / "same")
        sending.exits(0).says("10.77.0.3", '"same" as well')


def case_documented():
    """each test that docs/security.md names is there"""
    page = (ROOT / "docs/security.md").read_text()
    units = "".join(p.read_text() for p in sorted(ROOT.glob("tests/unit/*/*_test.cpp")))
    named = re.findall(r"`(unit|system): ([^`]+)`", page)
    check(len(named) > 20, "the page names tests")
    absent = [name for kind, name in named
              if (f'"{name}' not in units if kind == "unit" else f"case_{name}" not in globals())]
    equal(absent, [], "tests that are named and are not there")


run_cases(globals())
