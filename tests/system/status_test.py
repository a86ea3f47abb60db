#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The status contract with real sessions: waiting, running, succeeded, failed, cancelled, killed
and closed, asked through both tools, as text and as JSON."""
import json
import signal

from harness import KIB, MIB, World, check, equal, one_of, run_cases, transferring, wait_until
from status_rules import Watch


def follow(host, tool, watch, process):
    """Asks again and again until the session of that process has ended."""
    def final():
        status = watch.observe(host.status(tool))
        return status and status["state"] != "in_progress"
    wait_until("the session has ended", final)
    process.exit()
    return watch.observe(host.status(tool))


def text(host, tool, *session):
    return host.run(tool, "status", *session).exits(0).out


def case_waiting():
    """a session answers before its first packet: in progress, waiting, 0 %"""
    with World(1) as w:
        w.sender.start("mcsend", w.file(100 * KIB))
        w.receivers[0].start("mcrecv", "--session", "another")
        for host, tool in ((w.sender, "mcsend"), (w.receivers[0], "mcrecv")):
            s = Watch().observe(host.wait_status(tool, "it is registered", lambda s: True))
            equal((s["state"], s["phase"], s["percent"]), ("in_progress", "waiting", 0), tool)
            equal(s["error"], None, "error while waiting")
            check(s["waiting_for"], "it says what it waits for")
            check(s["session"] in text(host, tool), "the text names the session")


def case_success():
    """from waiting to success all rules hold at every moment, on both sides, and 100 % is the end"""
    with World(2) as w:
        payload = w.file(8 * MIB)
        receiving = [r.start("mcrecv", "-o", r.folder) for r in w.receivers]
        sending = w.sender.start("mcsend", "-n", 2, "--rate", "2M", payload)
        sender, receiver = Watch(), Watch()

        def observed():
            return [sender.observe(w.sender.status("mcsend")),
                    receiver.observe(w.receivers[0].status("mcrecv"))]

        def both_moved():
            observed()
            return all(len({s["percent"] for s in watch.seen}) > 4 for watch in (sender, receiver))

        def both_final():
            return all(s and s["state"] != "in_progress" for s in observed())
        wait_until("both have moved some percent", both_moved)
        w.sender.run("mcsend", "rate", "auto").exits(0)
        wait_until("both have ended", both_final)
        sending.exits(0)
        for process in receiving:
            process.exits(0)
        for watch in (sender, receiver):
            equal(watch.last["state"], "success", "final state")
            check("transferring" in watch.phases(), f"phases seen: {watch.phases()}")
            equal(watch.last["bytes_done"], 8 * MIB, "bytes_done")
        equal(receiver.last["path"], str(w.receivers[0].folder / payload.name), "path")
        check(receiver.last["digest"], "a digest comes with success")
        equal(receiver.last["digest"], sender.last["digest"], "the two sides' digest")
        equal(receiver.last["peer"], "10.77.0.250", "peer")
        for watch in (sender, receiver):
            equal(watch.last["feedback_port"], 7701, "feedback_port")
        equal(sender.last["interface"], "e0", "interface")
        equal(sender.last["group"], "239.255.77.77:7701", "group")
        equal({r["address"] for r in sender.last["receivers"]}, {"10.77.0.1", "10.77.0.2"}, "receivers")
        equal([r["state"] for r in sender.last["receivers"]], ["success"] * 2, "receivers' states")
        check("success" in text(w.sender, "mcsend", sender.last["session"]), "the text says success")


def case_empty_file():
    """a file of no bytes goes from 0 to 100 % and succeeds"""
    with World(1) as w:
        receiving = w.receivers[0].start("mcrecv")
        sending = w.sender.start("mcsend", w.file(0))
        for host, tool, process in ((w.sender, "mcsend", sending),
                                    (w.receivers[0], "mcrecv", receiving)):
            final = follow(host, tool, Watch(), process)
            equal((final["state"], final["bytes_total"]), ("success", 0), tool)


def case_late_joiner_keeps_percent():
    """the sender's percent does not fall when a late receiver starts from nothing"""
    with World(2) as w:
        w.receivers[0].start("mcrecv")
        sending = w.sender.start("mcsend", "--rate", "4M", w.file(8 * MIB))
        watch = Watch()
        wait_until("half of it is sent", lambda: (watch.observe(w.sender.status("mcsend")) or {}
                                                  ).get("percent", 0) >= 50)
        w.receivers[1].start("mcrecv")
        w.sender.wait_status("mcsend", "the second is there", lambda s: len(s["receivers"]) == 2)
        w.sender.run("mcsend", "rate", "auto").exits(0)
        equal(follow(w.sender, "mcsend", watch, sending)["state"], "success", "final state")
        equal(len(watch.last["receivers"]), 2, "receivers")


def case_cancelled():
    """a cancelled session is a failure with the error cancelled, and shows how far it came"""
    with World(1) as w:
        receiving = w.receivers[0].start("mcrecv")
        sending = w.sender.start("mcsend", "--rate", "10M", w.file(8 * MIB))
        watch = Watch()
        watch.observe(w.sender.wait_status("mcsend", "a tenth is there", transferring(10)))
        session = watch.last["session"]
        w.sender.run("mcsend", "cancel", session, "--reason", "wrong image").exits(0)
        final = follow(w.sender, "mcsend", watch, sending.exits(1))
        equal(final["error"]["name"], "cancelled", "the sender's error")
        check("wrong image" in final["error"]["message"], "the reason is in the message")
        check(0 < final["bytes_done"] < 8 * MIB, f"bytes_done {final['bytes_done']}")
        check("failed at" in text(w.sender, "mcsend", session), "the text says how far it came")
        receiving.exits(1)
        told = follow(w.receivers[0], "mcrecv", Watch(), receiving)
        one_of(told["error"]["name"], ("cancelled", "sender_lost"), "the receiver's error")


def case_killed():
    """a session whose process was killed reads as a failure with the error process_died"""
    with World(1) as w:
        receiving = w.receivers[0].start("mcrecv", "--timeout", 5)
        sending = w.sender.start("mcsend", "--rate", "10M", "--timeout", 5, w.file(8 * MIB))
        watch = Watch()
        watch.observe(w.receivers[0].wait_status("mcrecv", "a tenth is there", transferring(10)))
        receiving.kill()
        final = follow(w.receivers[0], "mcrecv", watch, receiving)
        equal((final["state"], final["error"]["name"]), ("failure", "process_died"), "what it reads as")
        check("process_died" in text(w.receivers[0], "mcrecv"), "the text says so too")
        w.receivers[0].run("mcrecv", "wait", final["session"]).exits(1)
        w.receivers[0].run("mcrecv", "close", final["session"]).exits(0)
        sending.exits(1)


def case_closed():
    """an ended session answers until it is closed, and is unknown from then on"""
    with World(1) as w:
        receiving = w.receivers[0].start("mcrecv")
        w.sender.run("mcsend", w.file(100 * KIB)).exits(0)
        receiving.exits(0)
        for host, tool in ((w.sender, "mcsend"), (w.receivers[0], "mcrecv")):
            session = host.status(tool)["session"]
            equal(host.status(tool, session)["state"], "success", "state after the end")
            equal(host.status(tool, session[:6])["session"], session, "asked by a part of its id")
            equal(host.status(tool, "payload.bin")["session"], session, "asked by its name")
            host.run(tool, "close", session).exits(0)
            equal(host.status(tool, session), None, "status after close")
            equal(json.loads(host.run(tool, "status", "--json").exits(0).out), [], "all sessions")
            host.run(tool, "status", session).exits(5).says("no_such_session")


def case_failed_session_answers():
    """the query succeeds for a failed session: exit status 0, whatever the state"""
    with World(1) as w:
        receiving = w.receivers[0].start("mcrecv", "--timeout", 1)
        receiving.exits(3)
        final = follow(w.receivers[0], "mcrecv", Watch(), receiving)
        equal((final["state"], final["error"]["name"]), ("failure", "no_sender"), "what it says")


def case_one_end():
    """the stream of --json ends with exactly one end event, after which nothing comes"""
    with World(1) as w:
        receiving = w.receivers[0].start("mcrecv", "--json")
        sending = w.sender.start("mcsend", "--json", w.file(MIB))
        for process in (sending, receiving):
            process.exits(0)
            events = process.json_lines()
            kinds = [e["event"] for e in events]
            equal(kinds.count("end"), 1, f"end events of {process}")
            equal(kinds[-1], "end", "the last event")
            check("start" in kinds, f"a start among {kinds}")
            watch = Watch()
            for event in events:
                if event["status"]:
                    watch.observe(event["status"], head=event["event"] != "end")
            equal(watch.last["state"], "success", "the status of the end event")


def case_interrupted_end():
    """an interrupted session ends its stream with one end event too"""
    with World(1) as w:
        waiting = w.receivers[0].start("mcrecv", "--json")
        w.receivers[0].wait_status("mcrecv", "it waits", lambda s: s["phase"] == "waiting")
        waiting.signal(signal.SIGINT)
        waiting.exits(130)
        kinds = [e["event"] for e in waiting.json_lines()]
        equal((kinds.count("end"), kinds[-1]), (1, "end"), "end events")


def case_watch():
    """status --watch shows a session until it ends, and ends with it"""
    with World(1) as w:
        w.receivers[0].start("mcrecv")
        w.sender.start("mcsend", "--rate", "8M", w.file(3 * MIB))
        session = w.sender.wait_status("mcsend", "data flows", transferring())["session"]
        shown = w.sender.run("mcsend", "status", session, "--watch", "--json").exits(0).json_lines()
        check(len(shown) > 1, "it shows changes")
        watch = Watch()
        for status in shown:
            watch.observe(status)
        equal(watch.last["state"], "success", "the last one shown")


run_cases(globals())
