# SPDX-License-Identifier: MIT
"""The transfer that scripts/demo shows."""
import os
import shlex
import signal
import sys
import time

from harness import MIB, Failure, Skip, World, identical, wait_until

SIZE = 256 * MIB
RECEIVERS = 4
LOSS = 1


def make_world():
    """Machines of namespaces with loss, else without, else this one's loopback; and in words which."""
    for loss in (LOSS, 0):
        try:
            world = World(RECEIVERS, loss=loss)
            return world, [], f"network namespaces, {loss} % packet loss towards each receiver"
        except Skip as reason:
            why = reason
    return (World(RECEIVERS, network=False), ["-i", "lo"],
            f"the loopback interface (no network namespaces: {why})")


def machine(host):
    return "depot" if host.name == "s" else f"lab-{int(host.name[1:]):02}"


def tell(host, argv):
    print(f"{machine(host)}$ {shlex.join(str(a) for a in argv)}", flush=True)


def start(host, *argv):
    tell(host, argv)
    named = ["--host", machine(host)] if argv[0] == "mcrecv" else []
    return host.start(*argv, *named)


def show(host, *argv):
    print()
    tell(host, argv)
    print(host.run(*argv).exits(0).out.rstrip(), flush=True)


def follow(sending):
    """Passes on what mcsend says while it runs."""
    shown = 0

    def ended():
        nonlocal shown
        ends = sending.ended()
        text = sending.err
        print(text[shown:], end="", flush=True)
        shown = len(text)
        return ends
    wait_until("mcsend ends", ended, deadline=300, interval=0.1)


def show_status(world, sending):
    """Catches the transfer somewhere past its beginning."""
    def under_way():
        if sending.ended():
            return "ended"
        status = world.sender.status("mcsend")
        return status and status["phase"] == "transferring" and status["percent"] >= 10
    if wait_until("the transfer runs", under_way, interval=0.01) != "ended":
        show(world.sender, "mcsend", "status")
        show(world.sender, "mcsend", "receivers")
        print()


def demo(world, extra, where):
    print(f"== over {where}; making {SIZE // MIB} MiB of random bytes\n", flush=True)
    payload = world.sender.folder / "image.raw"
    with open(payload, "wb") as f:
        for _ in range(SIZE // (8 * MIB)):
            f.write(os.urandom(8 * MIB))

    began = time.monotonic()
    receiving = [start(r, "mcrecv", *extra) for r in world.receivers]
    sending = start(world.sender, "mcsend", *extra, "-n", RECEIVERS, payload.name)
    show_status(world, sending)
    follow(sending)
    for process in (sending, *receiving):
        process.exits(0, deadline=300)
    took = world.sender.status("mcsend")["elapsed_s"] or time.monotonic() - began

    print("\n== comparing", flush=True)
    for host in world.receivers:
        identical(payload, host.folder / payload.name)
        print(f"{machine(host)}: {payload.name} is identical", flush=True)
    print(f"\nok: {RECEIVERS} of {RECEIVERS} copies of {SIZE // MIB} MiB are identical bit for bit, "
          f"in {took:.1f} s, {SIZE * 8 / took / 1e6:.0f} Mbit/s to each receiver")
    print(NEXT)


NEXT = """
Now try it yourself, in two terminals of this machine:
    build/release/apps/mcrecv -i lo -o /tmp
    build/release/apps/mcsend -i lo FILE
or without "-i lo" on two machines of one network. `sudo cmake --install build/release` installs it;
docs/guide/ has the three jobs that people do with it."""


def main():
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, lambda number, _frame: sys.exit(128 + number))
    world, extra, where = make_world()
    try:
        with world:
            demo(world, extra, where)
    except Failure as claim:
        sys.exit(f"scripts/demo: error: {claim}")


main()
