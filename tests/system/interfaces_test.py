#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Which interface and address are used, and what is waited for until there is one."""
from harness import KIB, World, identical, run_cases


def ip(host, *words):
    host.run("ip", *words).exits(0).forget()


def unplugged(host):
    """Its card is down and without address, as before a boot script has come to it."""
    ip(host, "addr", "flush", "dev", "e0")
    ip(host, "link", "set", "e0", "down")


def plug(host, address):
    ip(host, "link", "set", "e0", "up")
    ip(host, "addr", "add", f"{address}/24", "dev", "e0")


def awaits(host, tool, words):
    """The claim that the session says in its status that it waits for this."""
    return host.wait_status(tool, f"{tool} waits: {words}", lambda s: words in (s["waiting_for"] or ""))


def transfer(w, sender_options, receiver_options=()):
    """A file goes from the sender to the first receiver."""
    payload = w.file(100 * KIB)
    receiver = w.receivers[0]
    receiving = receiver.start("mcrecv", "--overwrite", *receiver_options)
    sending = w.sender.start("mcsend", *sender_options, payload)
    sending.exits(0)
    receiving.exits(0)
    identical(payload, receiver.folder / payload.name)
    return sending


def case_before_the_address():
    """both tools wait for a card that is down and then for its address, say so, and use it"""
    with World(1) as w:
        payload = w.file(100 * KIB)
        receiver = w.receivers[0]
        for host in w.sender, receiver:
            unplugged(host)
        receiving = receiver.start("mcrecv")
        sending = w.sender.start("mcsend", payload)
        for host, tool in (w.sender, "mcsend"), (receiver, "mcrecv"):
            awaits(host, tool, "waiting for a network interface: e0 is down")
            ip(host, "link", "set", "e0", "up")
            awaits(host, tool, "e0 has no IPv4 address")
        plug(receiver, "10.77.0.1")
        plug(w.sender, "10.77.0.250")
        sending.exits(0).says("e0 is down; --interface lo would stay on this machine", "via e0")
        receiving.exits(0).says("e0 is down; --interface lo would stay on this machine")
        identical(payload, receiver.folder / payload.name)


def case_waiting_ends():
    """a session that waits for its card ends with --timeout or cancel, and takes no other command"""
    with World(1) as w:
        payload = w.file(KIB)
        unplugged(w.sender)
        w.sender.run("mcsend", "--timeout", "0.2", payload).exits(2).says("no_interface", "e0 is down")
        w.sender.run("mcrecv", "list", "--timeout", "0.2").exits(2).says("e0 is down")
        sending = w.sender.start("mcsend", "-i", "e0", payload)
        session = awaits(w.sender, "mcsend", "interface e0 is down")["session"]
        w.sender.run("mcsend", "rate", session, "1M").exits(2).says("waits for a network interface")
        w.sender.run("mcsend", "cancel", session).exits(0)
        sending.exits(1).says("cancelled")


def case_two_cards():
    """between two cards without a route nothing is chosen by chance; a route that comes decides"""
    with World(1) as w:
        ip(w.sender, "link", "add", "e1", "type", "veth", "peer", "name", "e2")
        ip(w.sender, "link", "set", "e2", "up")
        ip(w.sender, "link", "set", "e1", "up")
        ip(w.sender, "addr", "add", "10.99.0.1/24", "dev", "e1")
        ip(w.sender, "route", "del", "224.0.0.0/4")
        payload = w.file(KIB)
        receiving = w.receivers[0].start("mcrecv")
        sending = w.sender.start("mcsend", payload)
        awaits(w.sender, "mcsend", "--interface could name e0, e1")
        ip(w.sender, "route", "add", "224.0.0.0/4", "dev", "e0")
        sending.exits(0).says("via e0 (10.77.0.250, the route to the group")
        receiving.exits(0)


def case_names():
    """-i takes another name of the card, the label of an address, and an address of another subnet"""
    with World(1) as w:
        ip(w.sender, "link", "property", "add", "dev", "e0", "altname", "alternativename0")
        ip(w.sender, "addr", "add", "10.79.0.1/24", "dev", "e0", "label", "e0:1")
        transfer(w, ["-i", "alternativename0"]).says("via e0 (10.77.0.250")
        transfer(w, ["-i", "e0:1"]).says("via e0 (10.79.0.1")
        transfer(w, ["-i", "10.79.0.1/24"]).says("via e0 (10.79.0.1")


def case_without_the_flag():
    """a card without the flag MULTICAST is used when it is named"""
    with World(1) as w:
        for host in w.sender, w.receivers[0]:
            ip(host, "link", "set", "e0", "multicast", "off")
        transfer(w, ["-i", "e0"], ["-i", "e0"])


def case_gateway():
    """a route for multicast that leads to a gateway tells the card, and packets reach its link"""
    with World(1) as w:
        ip(w.sender, "route", "replace", "224.0.0.0/4", "via", "10.77.0.254")
        transfer(w, []).says("past its gateway 10.77.0.254")
        transfer(w, ["-i", "e0"])


def case_ipv6():
    """an IPv6 address is waited for until nobody else has it, and a group may name its interface"""
    with World(1) as w:
        for host in w.sender, w.receivers[0]:
            ip(host, "link", "set", "e0", "down")
            host.run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=0",
                     "net.ipv6.conf.e0.disable_ipv6=0", "net.ipv6.conf.e0.dad_transmits=3").exits(0)
        group = ["-g", "[ff02::4d43%e0]"]
        payload = w.file(KIB)
        w.sender.run("mcsend", *group, "-i", "lo", payload).exits(2).says("leave one of the two out")
        receiving = w.receivers[0].start("mcrecv", *group)
        sending = w.sender.start("mcsend", *group, payload)
        awaits(w.sender, "mcsend", "interface e0 is down")
        for host in w.sender, w.receivers[0]:
            ip(host, "link", "set", "e0", "up")
        awaits(w.sender, "mcsend", "tentative")
        sending.exits(0).says("via e0 (fe80::")
        receiving.exits(0)
        identical(payload, w.receivers[0].folder / payload.name)


run_cases(globals())
