#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The way between the machines: firewalls, and packets that are too large for it."""
from harness import KIB, MIB, World, absent, check, identical, run_cases, transferring, wait_until


def let_in(host, *ports):
    """A firewall on that machine that lets in these UDP ports alone."""
    rules = "".join(f"udp dport {port} accept\n" for port in ports)
    host.run("nft", "table inet f {\nchain in {\ntype filter hook input priority 0; policy drop;\n"
                    f"iif lo accept\nct state established,related accept\n{rules}}}\n}}").exits(0)


def case_firewall_open():
    """a firewall on either side that lets in the group's port is all that a transfer needs"""
    with World(1) as w:
        payload = w.file(100 * KIB)
        for host in w.sender, w.receivers[0]:
            let_in(host, 7701)
        receiving = w.receivers[0].start("mcrecv")
        w.sender.start("mcsend", payload).exits(0).says("answers to UDP port 7701")
        receiving.exits(0)
        identical(payload, w.receivers[0].folder / payload.name)


def case_firewall_at_sender():
    """where answers cannot come in, both sides name the port that has to be let in"""
    with World(1) as w:
        payload = w.file(100 * KIB)
        let_in(w.sender, 7701)
        receiving = w.receivers[0].start("mcrecv")
        sending = w.sender.start("mcsend", "--feedback-port", 7800, payload)
        wait_until("both sides have said it", lambda: all("must let UDP port 7800 in" in p.err
                                                          for p in (sending, receiving)))


def case_firewall_at_receiver():
    """where the group cannot come in, the receiver names the port, and the sender does, too"""
    with World(1) as w:
        payload = w.file(100 * KIB)
        let_in(w.receivers[0], 7800)
        receiving = w.receivers[0].start("mcrecv")
        sending = w.sender.start("mcsend", payload)
        wait_until("both sides have said it", lambda: (
            "a firewall on this machine must let UDP port 7701 in" in receiving.err
            and "one at the receivers UDP port 7701" in sending.err))


def jumbo(w, *hosts):
    """Larger frames on the sender's card and at these places of the switch."""
    w.sender.run("ip", "link", "set", "e0", "mtu", 9000).exits(0)
    for port in hosts:
        w.network.set_mtu(port, 9000)


def large_packets_vanish(w):
    payload = w.file(MIB)
    receiving = w.receivers[0].start("mcrecv")
    sending = w.sender.start("mcsend", "--offload", "off", payload)
    wait_until("both sides have said it", lambda: all(
        "packets of 9000 bytes" in p.err and "--segment 1400" in p.err
        for p in (sending, receiving)))
    absent(w.receivers[0].folder / payload.name)


def case_jumbo_beyond_the_switch():
    """large packets that vanish behind the switch are named on both sides, with a size to try"""
    with World(1) as w:
        jumbo(w, "s")
        large_packets_vanish(w)


def case_jumbo_at_the_card():
    """large packets that the card itself drops do not hold up the small ones, and are named"""
    with World(1) as w:
        jumbo(w)
        large_packets_vanish(w)


def moves(host, address):
    """DHCP gives the machine another address."""
    host.run("ip", "addr", "flush", "dev", "e0").exits(0)
    host.run("ip", "addr", "add", f"{address}/24", "dev", "e0").exits(0)
    host.run("ip", "route", "add", "224.0.0.0/4", "dev", "e0").exits(0)


def case_new_addresses():
    """a sender and a receiver whose addresses change in mid-transfer go on from the new ones"""
    with World(2) as w:
        payload = w.file(6 * MIB)
        receiving = [r.start("mcrecv") for r in w.receivers]
        sending = w.sender.start("mcsend", "-n", 2, "--rate", "10M", payload)
        w.sender.wait_status("mcsend", "a tenth is there", transferring(10))
        moves(w.sender, "10.77.0.249")
        moves(w.receivers[0], "10.77.0.77")
        sending.exits(0).says("packets come from 10.77.0.249, UDP port 7701 now")
        for process, host in zip(receiving, w.receivers):
            process.exits(0)
            identical(payload, host.folder / payload.name)
        receiving[0].says("packets come from 10.77.0.77")


def case_small_mtu():
    """a long name and a note go through an MTU of 576; below that the session is refused"""
    with World(1) as w:
        payload = w.file(300 * KIB, "n" * 200)
        for host in w.sender, w.receivers[0]:
            host.run("ip", "link", "set", "e0", "mtu", 576).exits(0)
        receiving = w.receivers[0].start("mcrecv")
        sending = w.sender.start("mcsend", "--meta", "m" * 512, payload)
        sending.exits(0).says("bytes of --meta are sent", "MTU of e0 is 576")
        receiving.exits(0)
        check(sending.err.count("MTU") == 1, "the MTU is told of once")
        identical(payload, w.receivers[0].folder / payload.name)
        w.sender.run("ip", "link", "set", "e0", "mtu", 400).exits(0)
        w.sender.start("mcsend", payload).exits(1).says("the MTU of e0 is 400")


run_cases(globals())
