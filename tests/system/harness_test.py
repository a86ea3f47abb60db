#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The private network itself: that it carries multicast and loses what it says it loses."""
import os
import pathlib
import re
import subprocess
import sys

from harness import BLOCK, ROOT, SEGMENT, World, check, equal, run_cases, wait_until
from network import PREFIX, Network, sweep

GROUP, PORT = "239.255.77.78", 7799
COUNT = 4000

LISTEN = f"""
import socket, struct, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
s.bind(("{GROUP}", {PORT}))
s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
             socket.inet_aton("{GROUP}") + socket.inet_aton(sys.argv[1]))
print("listening", flush=True)
got = damaged = 0
while True:
    data = s.recv(2000)
    if data == b"end":
        break
    got += 1
    damaged += any(data)
print(got, damaged, flush=True)
"""
# The end is repeated until nobody listens any more; the pace keeps socket buffers from overflowing.
BLAST = f"""
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range({COUNT}):
    s.sendto(bytes(1000), ("{GROUP}", {PORT}))
    if i % 20 == 19:
        time.sleep(0.001)
while True:
    s.sendto(b"end", ("{GROUP}", {PORT}))
    time.sleep(0.02)
"""


def blast(world):
    """How many of COUNT packets each receiver got, and how many of those were damaged."""
    listeners = [r.start(sys.executable, "-c", LISTEN, f"10.77.0.{i}")
                 for i, r in enumerate(world.receivers, 1)]
    for listener in listeners:
        wait_until(f"{listener.host.name} listens", lambda p=listener: "listening" in p.out)
    sender = world.sender.start(sys.executable, "-c", BLAST)
    got = [[int(n) for n in listener.exits(0).out.split()[1:]] for listener in listeners]
    sender.kill()
    return got


def case_lossless():
    """without loss every packet reaches every receiver"""
    with World(3) as w:
        equal(blast(w), [[COUNT, 0]] * 3, "packets received and damaged")


def case_loss():
    """with 20 % loss each receiver misses about a fifth, and not the same fifth as the others"""
    with World(3, loss=20) as w:
        got = blast(w)
        for n, _ in got:
            check(0.75 * COUNT < n < 0.85 * COUNT, f"{got} of {COUNT} packets received")
        dropped = [w.network.counted(r.name) for r in w.receivers]
        check(len(set(dropped)) > 1, f"every receiver lost the same number: {dropped}")


def case_corruption():
    """a corrupting network damages as many packets as it was told, which pass all checksums"""
    with World(1) as w:
        w.corrupt(w.receivers[0], 3)
        equal(blast(w), [[COUNT, 3]], "packets received and damaged")


def case_cleanup():
    """nothing of a network is left when its owner is gone, whichever way it went"""
    with World(2):
        check(own_namespaces(os.getpid()), "the network is there while it is used")
    equal(own_namespaces(os.getpid()), [], "namespaces left after a case")
    code = "import os; from network import Network; Network(1); os.kill(os.getpid(), 9)"
    killed = subprocess.Popen([sys.executable, "-c", code], cwd=pathlib.Path(__file__).parent)
    killed.wait()
    check(own_namespaces(killed.pid), "a killed owner leaves its network behind")
    sweep()
    equal(own_namespaces(killed.pid), [], "namespaces left after the sweep")


def case_terminated():
    """a test that is asked to terminate takes its network and its processes with it"""
    with World(0):
        code = ("import harness\n"
                "def case_forever():\n    'x'\n    with harness.World(1) as w:\n"
                "        w.receivers[0].start('sleep', '1000')\n        print('up', flush=True)\n"
                "        harness.wait_until('never', lambda: False)\n"
                "harness.run_cases(globals())")
        child = subprocess.Popen([sys.executable, "-c", code], cwd=pathlib.Path(__file__).parent,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        while child.stdout.readline().strip() != "up":
            pass
        check(own_namespaces(child.pid), "its network is there")
        child.terminate()
        check(child.wait(30) != 0, "it does not end as if it had passed")
        equal(own_namespaces(child.pid), [], "namespaces left after SIGTERM")


def case_block():
    """what the cases call a block is as large as those that mcsend makes"""
    source = (ROOT / "lib/session/send/send_config.cpp").read_text()
    symbols, = re.findall(r"kBlockSize = (\d+);", source)
    equal(BLOCK, int(symbols) * SEGMENT, "bytes")


def own_namespaces(pid):
    listing = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True).stdout
    return [line for line in listing.splitlines() if line.startswith(f"{PREFIX}{pid}-")]


run_cases(globals())
