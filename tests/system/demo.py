# SPDX-License-Identifier: MIT
"""The transfer that scripts/demo shows."""
import os
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


def show(title, process):
    print(f"\n$ {title}")
    print(process.exits(0).out.rstrip(), flush=True)


def show_status(world, when):
    print(f"\n== {when}", end="")
    show("mcsend status", world.sender.run("mcsend", "status"))
    show("mcrecv status --json", world.receivers[0].run("mcrecv", "status", "--json"))


def status_while_it_runs(world, sending):
    """Catches the transfer somewhere past its beginning; it may last less than a second."""
    def under_way():
        if sending.ended():
            return "ended"
        status = world.sender.status("mcsend")
        return status and status["phase"] == "transferring" and status["percent"] >= 10
    if wait_until("the transfer runs", under_way, interval=0.005) == "ended":
        print("\n== it was over before it could be asked", flush=True)
    else:
        show_status(world, "while it runs")


def demo(world, extra, where):
    print(f"== over {where}; making {SIZE // MIB} MiB of random bytes", flush=True)
    payload = world.sender.folder / "image.raw"
    with open(payload, "wb") as f:
        for _ in range(SIZE // (8 * MIB)):
            f.write(os.urandom(8 * MIB))

    began = time.monotonic()
    receiving = [r.start("mcrecv", *extra, "-o", r.folder) for r in world.receivers]
    sending = world.sender.start("mcsend", *extra, "-n", RECEIVERS, payload)
    status_while_it_runs(world, sending)
    for process in (sending, *receiving):
        process.exits(0, deadline=300)
    took = world.sender.status("mcsend")["elapsed_s"] or time.monotonic() - began
    show_status(world, "after it ended")

    print("\n== comparing", flush=True)
    for host in world.receivers:
        identical(payload, host.folder / payload.name)
        print(f"{host.name}: {host.folder / payload.name} is identical", flush=True)
    rate = SIZE * 8 / took / 1e6
    print(f"\nok: {RECEIVERS} of {RECEIVERS} copies of {SIZE // MIB} MiB are identical bit for bit, "
          f"in {took:.1f} s, {rate:.0f} Mbit/s to each receiver")


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
