#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Sessions with a key: only those that have it read, join, answer or end them."""
import pathlib
import shutil
import signal
import struct
import sys

from harness import (KIB, MIB, World, absent, check, equal, identical, run_cases, transferring,
                     wait_until)

EAVESDROPPER = pathlib.Path(__file__).parent / "eavesdropper.py"
SEALED, RATE = 0x4D, "40M"


def new_key(world, name="mcast.key"):
    """Makes a key at the sender and copies it to every machine; its name there."""
    world.sender.run("mcsend", "keygen", "-q", name).exits(0)
    for host in world.receivers:
        shutil.copy(world.sender.folder / name, host.folder / name)
        (host.folder / name).chmod(0o600)
    return name


def outsider(world, attack, *more, host=None):
    process = (host or world.receivers[-1]).start(sys.executable, "-B", EAVESDROPPER, attack, *more)
    wait_until("it listens", lambda: "listens" in process.out)
    return process


def unopened(host, tool="mcrecv"):
    return host.status(tool)["stats"]["unopened_kinds"]


def recorded(path):
    data, at, all_of_it = path.read_bytes(), 0, []
    while at + 4 <= len(data):
        size, = struct.unpack_from(">I", data, at)
        all_of_it.append(data[at + 4:at + 4 + size])
        at += 4 + size
    return all_of_it


def case_files():
    """a file goes to two machines with the key, with loss both ways, and all packets are opened"""
    with World(2, loss=5, feedback_loss=5) as w:
        key, payload = new_key(w), w.file(8 * MIB + 7)
        receiving = [host.start("mcrecv", "--key", key) for host in w.receivers]
        w.sender.run("mcsend", "--key", key, "-n", 2, payload).exits(0)
        for process, host in zip(receiving, w.receivers):
            process.exits(0).says("sealed with the key")
            identical(payload, host.folder / payload.name)
            equal(unopened(host), {}, "what was not opened")
        equal(unopened(w.sender, "mcsend"), {}, "what the sender did not open")


def case_nothing_shows():
    """whoever has no key sees neither the name nor any content, and no packet is larger than the MTU"""
    with World(2) as w:
        key, payload = new_key(w), w.file(200 * KIB, name="very-secret-name.txt")
        payload.write_bytes(b"very-secret-content " * 10000)
        record = w.folder / "record"
        listening = outsider(w, "record", record)
        receiving = w.receivers[0].start("mcrecv", "--key", key)
        w.sender.run("mcsend", "--key", key, "--meta", "very-secret-meta", payload).exits(0)
        receiving.exits(0)
        listening.stop()
        heard = recorded(record)
        check(len(heard) > 130, f"{len(heard)} packets were heard")
        equal({datagram[0] for datagram in heard}, {SEALED}, "first bytes of packets")
        check(not any(b"very-secret" in datagram for datagram in heard), "nothing can be read")
        equal(max(map(len, heard)), 1472, "the size of a full packet")


def case_wrong_key_and_none():
    """who has another key, or none, says so while it waits and ends with auth, exit status 7"""
    with World(3) as w:
        key, payload = new_key(w), w.file(100 * KIB)
        other = new_key(w, "other.key")
        right, wrong, without = w.receivers
        strangers = [wrong.start("mcrecv", "--key", other, "--timeout", 6),
                     without.start("mcrecv", "--timeout", 6)]
        sending = w.sender.start("mcsend", "--key", key, payload)
        for process in strangers:
            process.exits(7).says("warning: offers on 239.255.77.77:7701 are sealed", "(auth)")
        strangers[0].says("with another key")
        strangers[1].says("there is no key here")
        equal(list(unopened(wrong)), ["other_key"], "what the wrong key did not open")
        equal(list(unopened(without)), ["sealed"], "what was not opened without a key")
        absent(wrong.folder / payload.name)
        equal(w.sender.status("mcsend")["receivers"], [], "who joined")
        right.start("mcrecv", "--key", key).exits(0)
        sending.exits(0)
        identical(payload, right.folder / payload.name)


def case_feedback_under_another_key():
    """a sender that hears only answers under another key says so and ends with auth"""
    with World(1) as w:
        key, payload = new_key(w), w.file(8 * MIB)
        other = new_key(w, "other.key")
        w.receivers[0].start("mcrecv", "--key", key)
        first = w.sender.start("mcsend", "--key", key, "--rate", "4M", payload)
        w.receivers[0].wait_status("mcrecv", "it receives", transferring())
        first.kill()
        second = w.sender.start("mcsend", "--key", other, "--timeout", 6, payload)
        second.exits(7).says("the answers of receivers", "are sealed with another key", "(auth)")


def case_two_sessions_in_one_group():
    """a sealed and a plain session share a group, and each receiver takes that of its kind"""
    with World(2) as w:
        key, sealed, plain = new_key(w), w.file(4 * MIB, "sealed"), w.file(4 * MIB, "plain")
        receiving = [w.receivers[0].start("mcrecv", "--key", key), w.receivers[1].start("mcrecv")]
        sending = [w.sender.start("mcsend", "--rate", RATE, plain),
                   w.sender.start("mcsend", "--rate", RATE, "--key", key, sealed)]
        for process in receiving + sending:
            process.exits(0)
        identical(sealed, w.receivers[0].folder / "sealed")
        identical(plain, w.receivers[1].folder / "plain")
        for host, reason in zip(w.receivers, ("plain", "sealed")):
            check(unopened(host).get(reason, 0) > 0, f"{host.name} counts what is {reason}")
            absent(host.folder / reason)


def case_damage_on_the_way():
    """packets that the network damages are lost packets, and are counted"""
    with World(1, loss=1) as w:
        key, payload = new_key(w), w.file(8 * MIB)
        w.corrupt(w.receivers[0], packets=200)
        receiving = w.receivers[0].start("mcrecv", "--key", key)
        w.sender.run("mcsend", "--key", key, payload).exits(0)
        receiving.exits(0)
        identical(payload, w.receivers[0].folder / payload.name)
        check(unopened(w.receivers[0])["damaged"] > 0, "the damage is counted")
        equal(w.receivers[0].status("mcrecv")["stats"]["malformed"], 0, "what was malformed")


def attacked(attack, reason):
    with World(3, loss=1) as w:
        key, payload = new_key(w), w.file(16 * MIB)
        hostile = outsider(w, attack)
        receiving = [host.start("mcrecv", "--key", key) for host in w.receivers[:2]]
        w.sender.run("mcsend", "--key", key, "-n", 2, "--rate", RATE, payload).exits(0)
        for process, host in zip(receiving, w.receivers):
            process.exits(0)
            identical(payload, host.folder / payload.name)
            check(unopened(host)[reason] > 100, f"{host.name} counts what was {reason}")
        check("attacks" in hostile.out, "it attacked")


def case_replay():
    """every packet is heard twice, once from an outsider, and counts once"""
    attacked("replay", "replayed")


def case_forgery():
    """with every packet comes one in which an outsider has changed a bit, and none of it is believed"""
    attacked("damage", "damaged")


def case_played_back():
    """whoever plays an earlier transfer to a receiver leaves nothing there, and the next real one comes"""
    with World(3) as w:
        key, payload = new_key(w), w.file(2 * MIB)
        record = w.folder / "record"
        listening = outsider(w, "record", record)
        receiving = w.receivers[0].start("mcrecv", "--key", key)
        w.sender.run("mcsend", "--key", key, payload).exits(0)
        receiving.exits(0)
        listening.stop()
        # This one was not there, so all that it hears is new to it.
        late = w.receivers[1].start("mcrecv", "--key", key)
        wait_until("it waits", lambda: "waiting for an offer" in late.err)
        w.receivers[2].run(sys.executable, "-B", EAVESDROPPER, "play", record).exits(0)
        wait_until("it passes the offer over", lambda: "nobody answers the join" in late.err)
        absent(w.receivers[1].folder / payload.name)
        again = w.file(MIB, name="again")
        w.sender.run("mcsend", "--key", key, again).exits(0)
        late.exits(0)
        identical(again, w.receivers[1].folder / "again")
        equal(sorted(p.name for p in w.receivers[1].folder.iterdir()), ["again", key, "run"],
              "what is in the folder")


def case_key_file():
    """a key is made once, for its owner alone, and refused when others may read it"""
    with World(0) as w:
        made = w.sender.run("mcsend", "keygen").exits(0).says("mcast.key holds a new key")
        equal(made.out, "mcast.key\n", "standard output")
        key = w.sender.folder / "mcast.key"
        equal(oct(key.stat().st_mode & 0o777), "0o600", "mode of the key")
        text = key.read_text()
        w.sender.run("mcsend", "keygen").exits(6).says("(exists)")
        equal(key.read_text(), text, "the key")
        key.chmod(0o640)
        payload = w.file(KIB)
        for argv in (["mcsend", "--key", key, payload], ["mcrecv", "--key", key],
                     ["mcrecv", "list", "--key", key]):
            w.sender.run(*argv).exits(6).says("(permission)", "chmod 600")
        w.sender.run("mcsend", "--key", "none.key", payload).exits(6).says("(not_found)")
        w.sender.run("mcsend", "--key", payload, payload).exits(6)  # mode 644
        payload.chmod(0o600)
        w.sender.run("mcsend", "--key", payload, payload).exits(7).says("(auth)")
        w.sender.run("mcrecv", "--key", "mcast.key", "--plain").exits(2).says("--plain")


def case_where_a_key_comes_from():
    """the key is named by the option, MCAST_KEY_FILE, a settings file, or a credential of systemd"""
    with World(0) as w:
        new_key(w)
        payload, key = w.file(KIB), w.sender.folder / "mcast.key"
        config = w.sender.folder / "config" / "mcast"
        config.mkdir(parents=True)

        def sends(*options, **variables):
            return w.sender.run("mcsend", "--timeout", 0.2, *options, payload,
                                environment={"HOME": "/nonexistent", **variables}).exits(3)
        check("sealed" not in sends().err, "without a key nothing is sealed")
        sends("--key", key).says("sealed with the key")
        sends(MCAST_KEY_FILE=str(key)).says("sealed with the key", "MCAST_KEY_FILE")
        sends(CREDENTIALS_DIRECTORY=str(w.sender.folder)).says("sealed with the key", "credential")
        (config / "mcsend.toml").write_text(f'key = "{key}"\n')
        sends(XDG_CONFIG_HOME=str(config.parent)).says("sealed with the key")


def case_list():
    """list shows sealed offers to those with the key alone, and says that there are some"""
    with World(1) as w:
        key, payload = new_key(w), w.file(KIB)
        asking = w.receivers[0]
        sealed = w.sender.start("mcsend", "--key", key, payload)
        w.sender.wait_status("mcsend", "it waits", lambda s: s["phase"] == "waiting")
        check("payload.bin" in asking.run("mcrecv", "list", "--key", key).exits(0).out, "the offer")
        asking.run("mcrecv", "list").exits(7).says("are sealed, and there is no key here", "(auth)")
        equal(asking.run("mcrecv", "list", "--json").exits(7).out, "[]\n", "JSON of no offer")
        sealed.stop()
        w.sender.start("mcsend", payload)
        wait_until("a plain offer", lambda: asking.run("mcrecv", "list").exit() == 0)
        asking.run("mcrecv", "list", "--key", key).exits(3)


def case_stream():
    """a stream from standard input to standard output is sealed as well"""
    with World(1, loss=2) as w:
        key = new_key(w)
        content = w.file(4 * MIB).read_bytes()
        receiving = w.receivers[0].start("mcrecv", "--key", key, "-o", "-")
        sending = w.sender.start("mcsend", "--key", key, "-", fed=True)
        sending.feed(content)
        sending.end_input()
        sending.exits(0)
        receiving.exits(0)
        check(receiving.out_bytes == content, "standard output is what was sent")


def case_source_cut_short():
    """a file that is cut short while it is sealed ends the session, and leaves no wrong copy"""
    with World(1) as w:
        key, payload = new_key(w), w.file(16 * MIB)
        receiving = w.receivers[0].start("mcrecv", "--key", key)
        sending = w.sender.start("mcsend", "--key", key, "--rate", RATE, payload)
        w.receivers[0].wait_status("mcrecv", "it receives", transferring(5))
        with open(payload, "r+b") as file:
            file.truncate(MIB)
        sending.exits(6).says("(source_changed)")
        receiving.exits(1).says("(sender_failed)")
        absent(w.receivers[0].folder / payload.name)


def case_interrupted():
    """a cancelled sender tells its receivers, sealed"""
    with World(1) as w:
        key, payload = new_key(w), w.file(16 * MIB)
        receiving = w.receivers[0].start("mcrecv", "--key", key)
        sending = w.sender.start("mcsend", "--key", key, "--rate", RATE, payload)
        w.receivers[0].wait_status("mcrecv", "it receives", transferring())
        sending.signal(signal.SIGINT)
        sending.exits(130)
        receiving.exits(1).says("ended by the sender: interrupted")


run_cases(globals())
