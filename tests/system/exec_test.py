#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""mcrecv --exec: a transfer succeeds only if the command that takes the content did."""
import signal

from harness import (KIB, MIB, World, absent, check, equal, identical, run_cases, transferring,
                     wait_until)

MUCH = 8 * MIB  # more than a pipe holds


def failing(command, error, size=MUCH, status=6, words=(), options=()):
    """One receiver whose command is no good: its sender hears of it."""
    with World(1) as w:
        sending = w.sender.start("mcsend", w.file(size))
        w.sender.wait_status("mcsend", "it waits", lambda s: s["phase"] == "waiting")
        receiving = w.receivers[0].start("mcrecv", *options, "--exec", command)
        receiving.exits(status).says(error, *words)
        sending.exits(1).says(error, *words)
        failed = w.sender.status("mcsend")["receivers"][0]
        equal((failed["state"], failed["error"]["name"]), ("failure", error), "its row")
        ended = w.receivers[0].status("mcrecv")
        equal((ended["error"]["name"], ended["path"]), (error, None), "its own status")


def case_content_arrives():
    """a command gets the whole content in order, and what it prints is on standard output"""
    for size in 0, 10 * KIB, MUCH:
        with World(1) as w:
            payload, r = w.file(size), w.receivers[0]
            receiving = r.start("mcrecv", "--exec", "cat > copy; echo all is here")
            w.sender.run("mcsend", payload).exits(0)
            receiving.exits(0)
            equal(receiving.out, "all is here\n", "standard output")
            identical(payload, r.folder / "copy")
            absent(r.folder / payload.name)
            status = r.status("mcrecv")
            equal((status["state"], status["path"]), ("success", None), "its status")
            check(status["digest"], "the content is verified")


def case_facts():
    """a command is told of its transfer, and strange text does nothing to its shell"""
    with World(1) as w:
        r = w.receivers[0]
        meta = "a'b\"$(touch bad);`touch bad`"
        receiving = r.start("mcrecv", "--exec", 'cat > "$MCAST_NAME"; printf "%s\\n" '
                            '"$MCAST_NAME" "$MCAST_SIZE" "$MCAST_SENDER" "$MCAST_META" "$MCAST_ID"')
        w.sender.run("mcsend", "--meta", meta, "--session", "a b", w.file(KIB)).exits(0)
        receiving.exits(0)
        status = r.status("mcrecv")
        equal(receiving.out.splitlines(),
              ["a b", "1024", status["peer"], meta, status["session"]], "the facts")
        absent(r.folder / "bad")


def case_events():
    """with --json the words of a command are not among the events"""
    with World(1) as w:
        receiving = w.receivers[0].start("mcrecv", "--json", "--exec", "cat >/dev/null; echo done")
        w.sender.run("mcsend", w.file(KIB)).exits(0)
        receiving.exits(0).says("done")
        equal(receiving.json_lines()[-1]["event"], "end", "the last line")


def case_fails_at_once():
    """a command that fails at once is told with its status and last words"""
    failing("echo no such disk >&2; exit 3", "exec_failed",
            words=["exited with status 3: no such disk"])


def case_fails_at_once_of_little():
    """the same holds if the content would fit into the pipe"""
    failing("echo no such disk >&2; exit 3", "exec_failed", size=KIB,
            words=["exited with status 3: no such disk"])


def case_fails_at_the_end():
    """a command that fails when it has read everything is told with its status and last words"""
    failing("cat >/dev/null; echo not flushed >&2; exit 1", "exec_failed",
            words=["exited with status 1: not flushed"])


def case_killed():
    """a command that is killed is told with the signal"""
    failing("head -c 100000 >/dev/null; kill -KILL $$", "exec_failed", words=["killed by SIGKILL"])


def case_ends_early():
    """a command that ends well before it has read everything has failed"""
    failing("head -c 100000 >/dev/null", "exec_failed", words=["before it had read everything"])


def case_closes_early():
    """a command that goes on without its input has failed, and is ended"""
    failing("exec <&-; sleep 1000", "exec_failed", words=["closed its input"])


def case_not_there():
    """a command that is not there is named"""
    failing("no-such-command", "exec_failed", words=["status 127", "no-such-command"])


def case_never_reads():
    """a command that never reads is waited for in words, and given up after --timeout"""
    with World(1) as w:
        r = w.receivers[0]
        sending = w.sender.start("mcsend", w.file(48 * MIB))
        w.sender.wait_status("mcsend", "it waits", lambda s: s["phase"] == "waiting")
        receiving = r.start("mcrecv", "--timeout", 5, "--exec", "sleep 1000")
        r.wait_status("mcrecv", "it says so", lambda s: s["waiting_for"] and
                      "waiting for the command to read" in s["waiting_for"])
        receiving.exits(1).says("timed_out", "stands still")
        sending.exits(1).says("timed_out", "stands still")


def case_never_reads_little():
    """the same holds if the content fits into the pipe"""
    failing("sleep 1000", "timed_out", size=10 * KIB, status=1, options=["--timeout", 3],
            words=["the command stands still: it does not read the last 10240 bytes"])


def case_slow_to_end():
    """a command may take longer to end than any --timeout, and both ends say what they wait for"""
    with World(1) as w:
        r, payload = w.receivers[0], w.file(MIB)
        receiving = r.start("mcrecv", "--exec",
                            "cat > copy; until test -e go; do sleep 0.05; done")
        r.wait_status("mcrecv", "it waits", lambda s: s["phase"] == "waiting")
        sending = w.sender.start("mcsend", "--timeout", 3, payload)
        status = w.sender.wait_status("mcsend", "it says so", lambda s: s["waiting_for"] and
                                      "the command of" in s["waiting_for"])
        equal(status["percent"], 99, "percent while it waits")
        until = status["elapsed_s"] + 7
        r.wait_status("mcrecv", "so does it", lambda s:
                      s["waiting_for"] == "waiting for the command to end")
        w.sender.wait_status("mcsend", "for twice the limit", lambda s: s["elapsed_s"] > until)
        (r.folder / "go").touch()
        receiving.exits(0)
        sending.exits(0)
        identical(payload, r.folder / "copy")


def case_one_of_two():
    """a failing command is its receiver's failure alone"""
    with World(2) as w:
        payload = w.file(MUCH)
        good, bad = w.receivers
        fine = good.start("mcrecv", "--exec", "cat > copy")
        broken = bad.start("mcrecv", "--exec", "head -c 1000000 >/dev/null; echo full >&2; exit 9")
        sending = w.sender.start("mcsend", "-n", 2, payload)
        fine.exits(0)
        broken.exits(6).says("exec_failed", "exited with status 9: full")
        sending.exits(4).says("exec_failed", "exited with status 9: full")
        identical(payload, good.folder / "copy")


def case_cancelled():
    """a command whose transfer is cancelled is ended, and does not see the end of its input"""
    with World(1) as w:
        r = w.receivers[0]
        receiving = r.start("mcrecv", "--exec",
                            "trap '' TERM; sleep 1000 & echo $! > pid; cat >/dev/null; touch all")
        w.sender.start("mcsend", "--rate", "4M", w.file(MUCH))
        r.wait_status("mcrecv", "it is under way", transferring())
        wait_until("the command runs", lambda: (r.folder / "pid").exists()
                   and (r.folder / "pid").read_text().strip())
        receiving.signal(signal.SIGTERM)
        receiving.exits(130)
        absent(r.folder / "all")
        pid = (r.folder / "pid").read_text().strip()
        wait_until("what it has started is gone", lambda: gone(pid))


def gone(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def case_sender_ends():
    """a command whose sender is cancelled is ended, and does not see the end of its input"""
    with World(1) as w:
        r = w.receivers[0]
        receiving = r.start("mcrecv", "--exec", "trap '' TERM; cat >/dev/null; touch all")
        sending = w.sender.start("mcsend", "--rate", "4M", w.file(MUCH))
        r.wait_status("mcrecv", "it is under way", transferring())
        sending.signal(signal.SIGTERM)
        sending.exits(130)
        receiving.exits(1)
        absent(r.folder / "all")


def case_usage():
    """--exec beside --output is refused"""
    with World(1) as w:
        w.receivers[0].run("mcrecv", "--exec", "cat", "-o", "-").exits(2).says("--exec", "--output")


run_cases(globals())
