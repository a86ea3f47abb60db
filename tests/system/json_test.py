#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What scripts rely on: every --json is as its schema in docs/ says, in every state, and the stream
of events tells a transfer's story in its order."""
import json

from harness import (KIB, MIB, Failure, World, check, equal, run_cases, transferring, wait_until)
from schemas import valid


def printed(process):
    """The one JSON value on standard output."""
    equal(process.out.count("\n"), 1, f"lines of {process}")
    return json.loads(process.out)


def all_sessions(host, tool):
    return valid("sessions", printed(host.run(tool, "status", "--json").exits(0)))


def one_session(host, tool, session):
    return valid("status", printed(host.run(tool, "status", session, "--json").exits(0)))


def its_receivers(world, session):
    """What receivers --json prints."""
    asked = world.sender.run("mcsend", "receivers", session, "--json").exits(0)
    alone = valid("receivers", printed(asked))
    equal(alone["session"], session, "whose receivers they are")
    return alone


def states(host, tool):
    return [(s["role"], s["state"], (s["error"] or {}).get("name")) for s in all_sessions(host, tool)]


def case_schemas_refuse():
    """the schemas refuse what the contract forbids, and the tests refuse what no schema names"""
    with World(0) as w:
        w.sender.start("mcsend", w.file(KIB))
        good = w.sender.wait_status("mcsend", "it is registered", lambda s: True)
        valid("status", good)
        for wrong in ({"percent": 100}, {"state": "failure"}, {"phase": "ended"}, {"version": 3},
                      {"error": {"code": 1, "name": "internal", "message": "x"}},
                      {"receivers": [{}]}, {"bytes_total": None, "percent": 7}, {"colour": "blue"}):
            try:
                valid("sessions", [{**good, **wrong}])
            except Failure:
                continue
            raise Failure(f"{wrong} passed")


def case_states():
    """waiting, running, succeeded, failed, cancelled and dead sessions are all printed by schema"""
    with World(2) as w:
        first, second = w.receivers
        equal(all_sessions(w.sender, "mcsend"), [], "sessions before the first")
        second.run("mcrecv", "--timeout", 0.2).exits(3)
        receiving = first.start("mcrecv")
        dying = second.start("mcrecv")
        second.wait_status("mcrecv", "it waits", lambda s: s["phase"] == "waiting")
        sending = w.sender.start("mcsend", "--rate", "10M", "-n", 2, "--timeout", 3, w.file(8 * MIB))
        # In every phase that comes by.
        wait_until("data flows to both", lambda: any(
            s["percent"] > 5 for host in w.receivers for s in all_sessions(host, "mcrecv")
            if s["state"] == "in_progress"))
        dying.kill()
        equal(states(second, "mcrecv"), [("receiver", "failure", "process_died"),
                                         ("receiver", "failure", "no_sender")], "newest first")
        sent = all_sessions(w.sender, "mcsend")[0]["session"]
        equal(one_session(w.sender, "mcsend", sent)["state"], "in_progress", "while it runs")
        wait_until("the sender has given the dead one up", lambda: any(
            r["state"] == "failure" for r in its_receivers(w, sent)["receivers"]))
        w.sender.run("mcsend", "cancel", sent).exits(0)
        sending.exits(1)
        receiving.exits(1)
        equal(states(w.sender, "mcsend"), [("sender", "failure", "cancelled")], "the sender's end")
        waited = w.sender.run("mcsend", "wait", sent, "--json").exits(1)
        equal(valid("status", printed(waited)), one_session(w.sender, "mcsend", sent), "what wait says")


def case_receivers():
    """receivers --json is by schema before, during and after, and --watch ends with its final line"""
    with World(2) as w:
        sending = w.sender.start("mcsend", "-n", 2, "--rate", "20M", w.file(4 * MIB))
        sent = w.sender.wait_status("mcsend", "it waits", lambda s: True)["session"]
        equal(its_receivers(w, sent)["receivers"], [], "before anybody joined")
        watching = w.sender.start("mcsend", "receivers", sent, "--json", "--watch", 0.5)
        for host in w.receivers:
            host.start("mcrecv")
        w.sender.wait_status("mcsend", "data flows", transferring())
        equal({r["state"] for r in its_receivers(w, sent)["receivers"]}, {"in_progress"}, "states")
        sending.exits(0)
        final = one_session(w.sender, "mcsend", sent)
        alone = its_receivers(w, sent)
        equal(alone, {key: final[key] for key in alone}, "its part of the status")
        lines = [valid("receivers", line) for line in watching.exits(0).json_lines()]
        equal(lines[-1], alone, "the last line of --watch")
        received = w.receivers[0].status("mcrecv")["session"]
        w.receivers[0].run("mcsend", "receivers", received, "--json").exits(5)


def case_success():
    """a success is printed by schema by status, by wait and by every line of both event streams"""
    with World(2) as w:
        receiving = [r.start("mcrecv", "--json", "-o", r.folder) for r in w.receivers]
        sending = w.sender.start("mcsend", "--json", "-n", 2, "--rate", "20M", w.file(5 * MIB))
        sent = w.sender.wait_status("mcsend", "data flows", transferring())["session"]
        waiting = w.sender.start("mcsend", "wait", sent, "--json")
        for process in (sending, *receiving, waiting):
            process.exits(0)
        final = valid("status", printed(waiting))
        for process in (sending, *receiving):
            events = [valid("event", event) for event in process.json_lines()]
            equal({e["session"] for e in events}, {events[0]["status"]["session"]}, "ids")
            equal({e["event"] for e in events if e["text"] is None}, {"interval"}, "without words")
            times = [e["time"] for e in events]
            equal(times, sorted(times), "times of events")
            kinds = [e["event"] for e in events]
            equal((kinds[0], kinds[-1]), ("chosen", "end"), "the first and the last event")
            check(kinds.index("join") < kinds.index("start") < kinds.index("interval"),
                  f"order of {kinds}")
            summary = events[-1]["summary"]
            equal((summary["state"], summary["bytes"]), ("success", 5 * MIB), "summary")
            check(0 < summary["data_s"] <= summary["elapsed_s"], f"times of {summary}")
            check(abs(summary["mean_bps"] - 8 * 5 * MIB / summary["data_s"])
                  < 0.01 * summary["mean_bps"], f"mean rate of {summary}")
        story = sending.json_lines()
        equal(story[-1]["status"], final, "the status of the end and that of wait")
        equal(story[-1]["summary"]["receivers"], {"joined": 2, "succeeded": 2, "failed": 0}, "summary")
        joined = [e["receiver"]["id"] for e in story if e["event"] == "join"]
        done = [e["receiver"]["id"] for e in story if e["event"] == "receiver"]
        equal(sorted(joined), sorted(r["id"] for r in final["receivers"]), "receivers that joined")
        equal(sorted(done), sorted(joined), "receivers that are told as done, each once")
        check(all(e["receiver"]["host"] for e in story if e["receiver"]), "hosts in the events")
        equal([e["event"] for e in story if "receivers" in (e["status"] or {})], ["end"],
              "events that list all receivers")
        equal([r["verified"] for r in final["receivers"]], [True] * 2, "verified at the end")
        equal({e["receiver"]["verified"] for e in story if e["event"] == "join"}, {False},
              "verified when they joined")


def case_failure_events():
    """a failed transfer's stream ends with its error, and a receiver that failed is named in it"""
    with World(2) as w:
        for host in w.receivers:
            host.start("mcrecv", "--json", "-o", "copy.bin")
        sending = w.sender.start("mcsend", "--json", "-n", 2, "--rate", "10M", w.file(4 * MIB))
        w.sender.wait_status("mcsend", "data flows", transferring(5))
        w.receivers[0].run("mcrecv", "cancel", "--reason", "lunch").exits(0)
        sending.exits(4)
        events = [valid("event", event) for event in sending.json_lines()]
        failed = [e["receiver"] for e in events
                  if e["event"] == "receiver" and e["receiver"]["state"] == "failure"]
        equal([(r["error"]["name"], r["verified"]) for r in failed], [("cancelled", False)],
              "the receiver that failed")
        check(5 <= failed[0]["percent"] < 100, f"how far it came: {failed[0]['percent']}")
        end = events[-1]["status"]
        equal((end["bytes_done"], end["best_bytes_done"]), (failed[0]["bytes_done"], 4 * MIB),
              "what the slowest and the best have")
        equal(events[-1]["error"], end["error"], "the error of the event")
        equal(events[-1]["summary"]["receivers"], {"joined": 2, "succeeded": 1, "failed": 1}, "summary")
        equal(events[-1]["status"]["error"]["name"], "receivers_failed", "the error")
        told = [valid("event", e) for e in w.processes[0].json_lines()][-1]
        equal(told["status"]["error"]["name"], "cancelled", "at the receiver")


def case_no_session():
    """a transfer that never became a session prints an end with its error, a query nothing"""
    with World(0) as w:
        for words, status, name in ((["mcsend", "/no/such/file"], 6, "not_found"),
                                    (["mcsend", "--no-such-option"], 2, "usage"),
                                    (["mcsend", "--receivers", "none", "x"], 2, "usage"),
                                    (["mcsend"], 2, "usage"),
                                    (["mcrecv", "-i", "no-such-interface"], 2, "no_interface"),
                                    (["mcrecv", "-o", "-"], 2, "usage")):
            event = valid("event", printed(w.sender.run(words[0], "--json", *words[1:]).exits(status)))
            equal((event["event"], event["status"], event["error"]["name"]), ("end", None, name),
                  f"what {words} prints")
        equal(w.sender.run("mcsend", "status", "0badcafe", "--json").exits(5).out, "", "out")
        equal(w.sender.run("mcsend", "wait", "0badcafe", "--json").exits(5).out, "", "out")


def case_offers():
    """list --json is printed by schema, with offers and without"""
    with World(1) as w:
        nothing = w.receivers[0].run("mcrecv", "list", "--timeout", 0.5, "--json").exits(3)
        equal(valid("offers", printed(nothing)), [], "offers")
        w.sender.start("mcsend", "--meta", 'a "quoted" line\n', w.file(KIB))
        w.sender.wait_status("mcsend", "the sender waits", lambda s: s["phase"] == "waiting")
        offers = valid("offers", printed(
            w.receivers[0].run("mcrecv", "list", "--timeout", 3, "--json").exits(0)))
        equal([o["meta"] for o in offers], ['a "quoted" line\n'], "what rides along")


run_cases(globals())
