#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What packaging/wireshark/mcast.lua shows of packets, by tshark."""
import random
import re
import shutil
import signal
import sys

from harness import KIB, ROOT, SEED, SEGMENT, World, check, equal, run_cases, wait_until
from tshark import read, show

EXAMPLE = re.compile(r"(?m)(?:^(?:[0-9a-f]{2} +)*[0-9a-f]{2}\n)+")
TO_ALL = bytes.fromhex("13040001 0a4d0001 004d5600 07000000")  # CMD(APPLICATION)
TO_SENDER = bytes.fromhex("16020000 0a4d0002")  # REPORT
ROOT_DIGEST = "000102030405060708090a0b0c0d0e0f"

# By message, in the order of the page's examples: fields that are there, and their values.
EXPECTED = {
    "Offer": [{"offer.name": "a.bin", "host": "lab", "offer.meta": "hi", "fec_id": "5",
               "object_id": "2", "offer.segment_size": "1400", "offer.block_size": "200",
               "offer.parity": "16", "offer.object_size": "1099511627779",
               "offer.chunk_size": "4194304", "offer.receivers": "7", "offer.stored": "128",
               "offer.report_interval": "1000000", "digest": "1", "offer.flags": "0x01"}],
    "StreamOffer": [{"offer.name": "stdin", "host": "lab", "offer.meta": "", "fec_id": "5",
                     "object_id": "2", "offer.segment_size": "1408", "offer.block_size": "128",
                     "offer.parity": "127", "offer.object_size": "18446744073709551615",
                     "offer.chunk_size": "2097152", "offer.receivers": "3", "offer.stored": "0",
                     "offer.report_interval": "100000", "digest": "1", "offer.flags": "0x00",
                     "offer.size_hint": ""},
                    {"offer.name": "stdin", "offer.object_size": "18446744073709551615",
                     "offer.size_hint": "5368709120"}],
    "ReceiverStates": [{"receiver_states.state": "3", "error": "12", "count": "2",
                        "node": "0x0a4d0002|0x0a4d0003",
                        "challenge": "0x0102030405060708|0x1112131415161718", "root": ROOT_DIGEST}],
    "Digests": [{"object_id": "2", "digest": "1", "digests.width": "16", "digests.first": "5",
                 "digests.total": "7", "count": "2",
                 "digests.value": ROOT_DIGEST + "|101112131415161718191a1b1c1d1e1f"}],
    "End": [{"error": "6", "text": "stop", "root_width": "0", "root": ""},
            {"error": "0", "text": "", "root": ROOT_DIGEST}],
    "Zeros": [{"object_id": "2", "count": "2", "zeros.first": "5|10", "zeros.last": "8|10"}],
    "Join": [{"echo": "5", "challenge": "0x0102030405060708", "join.flags": "0x01", "host": "lab",
              "error": ""},
             {"join.flags": "0x02", "host": "lab", "error": "11", "text": "no"}],
    "Report": [{"echo": "5", "report.state": "2", "report.sequence": "12",
                "report.packets_received": "2", "report.packets_expected": "3",
                "report.bytes_done": "4", "report.host_drops": "7", "report.backlog": "8",
                "report.backlog_limit": "9", "report.window_end": "14", "error": "11",
                "text": "no", "root": ROOT_DIGEST, "report.loss": "0.000152590218966964",
                "report.rate": "7104.4921875"},
               {"report.state": "0", "report.bytes_done": "4", "report.host_drops": "",
                "report.backlog": "", "report.window_end": "", "error": "", "root": ""}],
    "DigestRequest": [{"echo": "5", "object_id": "2", "count": "2", "chunks.first": "0|9",
                       "chunks.last": "4|9"}],
    "Done": [{"echo": "5", "root": ROOT_DIGEST}],
}


def examples():
    """(name, kind, bytes) of the messages in docs/protocol.md, under the heading of each."""
    page = (ROOT / "docs/protocol.md").read_text()
    found = []
    for section in page.split("\n### ")[1:]:
        heading = re.match(r"(\w+) \(kind (\d+)\)\n", section)
        for block in re.findall(r"```\n(4d 43 [^`]*)```", section):
            for text in EXAMPLE.findall(block):
                found.append((heading[1], int(heading[2]), bytes.fromhex(text)))
    return found


def private_datagrams():
    return [((TO_ALL if kind < 16 else TO_SENDER) + message) for _, kind, message in examples()]


def vectors(file):
    """(name, notes, bytes) of the datagrams in a file of tests/vectors."""
    found = []
    for line in (ROOT / "tests/vectors" / file).read_text().splitlines():
        if line.startswith("["):
            found.append([line.strip("[]"), "", b""])
        elif found and line.startswith("#"):
            found[-1][1] += line + "\n"
        elif found:
            found[-1][2] += bytes.fromhex(line)
    return found


def all_datagrams():
    return private_datagrams() + [datagram for file in ("libnorm_rs8.txt", "libnorm_129.txt")
                                  for _, _, datagram in vectors(file)]


def holds(shown, expected, what):
    """Claims the fields of a packet; mcast.message and the like, without the "mcast."."""
    for name, value in expected.items():
        equal("|".join(shown["mcast." + name]), value, f"{what}: mcast.{name}")


def case_private_messages():
    """each private message of the protocol page is shown by its name, with its fields"""
    names = sorted({name for each in EXPECTED.values() for row in each for name in row})
    fields = [f"mcast.{name}" for name in ("message", "kind", "transfer", "malformed", *names)]
    given = examples()
    equal([name for name, _, _ in given], [n for n, rows in EXPECTED.items() for _ in rows], "examples")
    rows = [row for each in EXPECTED.values() for row in each]
    for (name, kind, _), row, shown in zip(given, rows, show(private_datagrams(), *fields)):
        holds(shown, {"message": name, "kind": str(kind), "transfer": "0xdeadbeef",
                      "malformed": "", **row}, name)


def case_examples():
    """the examples of the protocol page are the bytes that the unit tests hold"""
    source = (ROOT / "tests/unit/wire/private_message_test.cpp").read_text()
    tested = {bytes.fromhex(text) for text in re.findall(r'from_hex\((?:R"\(|")(4d 43[^)"]*)', source)}
    equal({message for _, _, message in examples()}, tested, "examples")


def case_norm():
    """each message of NRL's library is shown as an independent parser reads it"""
    fields = [f"mcast.{name}" for name in (
        "message", "hdr_len", "sequence", "source_id", "instance_id", "backoff", "flags", "fec_id",
        "block", "symbol", "fti.object_size", "fti.segment_size", "fti.block_size", "fti.parity",
        "cc.sequence", "node", "info", "malformed")]
    for file in ("libnorm_rs8.txt", "libnorm_129.txt"):
        given = vectors(file)
        for (name, notes, _), shown in zip(given, show([v[2] for v in given], *fields)):
            holds(shown, noted(notes), f"{file}: {name}")


def noted(notes):
    """The fields that the notes above a vector tell."""
    def all_of(pattern):
        return "|".join("|".join(found) if isinstance(found, tuple) else found
                        for found in re.findall(pattern, notes))
    head = re.search(r"# (\S+) header (\d+) sequence (\d+) node (\w+)", notes)
    told = {"message": head[1], "hdr_len": str(int(head[2]) // 4), "sequence": head[3],
            "source_id": "0x" + head[4], "malformed": "",
            "instance_id": all_of(r"^# (?:sender \w+ )?instance (\d+)") or
            all_of(r"\n# (?:sender \w+ )?instance (\d+)"),
            "block": all_of(r"block (\d+) (?:of \d+ )?symbol"), "symbol": all_of(r"symbol (\d+)"),
            "node": "|".join("0x" + n for n in re.findall(r"\b[0-9a-f]{8}\b", all_of(r"nodes: (.*)")) +
                             re.findall(r"\n# node (\w{8})", notes)),
            "fti.object_size": all_of(r"EXT_FTI size (\d+)"),
            "fti.segment_size": all_of(r"segment (\d+) block"),
            "fti.block_size": all_of(r"segment \d+ block (\d+)"),
            "fti.parity": all_of(r"parity (\d+)"),
            "cc.sequence": all_of(r"(?:cc_sequence|EXT_CC seq) (\d+)")}
    if told["message"] == "INFO":
        told["info"] = all_of(r"bytes: (.*)")
    return told


def case_errors():
    """an error is shown by the name that docs/errors.md gives its number"""
    table = re.findall(r"(?m)^\| (\d+) \| `(\w+)` \|", (ROOT / "docs/errors.md").read_text())
    ends = [TO_ALL + bytes.fromhex("4d430204 deadbeef") + int(number).to_bytes(2, "big") + bytes(3)
            for number, _ in table]
    for (number, name), shown in zip(table, show(ends, "_ws.col.Info")):
        equal(shown["_ws.col.Info"], [f"End deadbeef {name}"], f"error {number}")


def case_malformed():
    """a message that mcast would refuse is marked: a length, count, text or value that lies"""
    too_large = bytes.fromhex("81 01 80 0002 ffff 00c8 0010 0001000000000000")
    lies = {"Offer": {9: too_large, 10: 3, 17: 255, 20: 1, 29: 0, 40: 6, 41: 0xff, 46: 200, 51: 3},
            "ReceiverStates": {13: 4, 12: 255, 40: 15}, "Digests": {11: 0, 15: 6, 19: 6}, "End": {11: 6},
            "Join": {21: 4}, "Report": {12: 3, 58: 3, 62: 8}, "DigestRequest": {15: 3, 19: 5},
            "Done": {12: 1},
            "INFO": {0: 0x21, 4: bytes(4), 16: b"\x63\0"}}  # the last: an extension of no length
    truth = {"INFO": (b"", vectors("libnorm_rs8.txt")[0][2])}
    for name, kind, message in examples():
        truth.setdefault(name, (TO_ALL if kind < 16 else TO_SENDER, message))
    packets, what = [], []
    for name, offsets in lies.items():
        head, message = truth[name]
        for offset, value in offsets.items():
            value = value if isinstance(value, bytes) else bytes([value])
            packets.append(head + message[:offset] + value + message[offset + len(value):])
            what.append(f"{name} with {value.hex()} at {offset}")
    for each, shown in zip(what, show(packets, "mcast.malformed")):
        check(shown["mcast.malformed"], f"{each} is marked")


def case_sealed():
    """a sealed packet is shown as such, with the id of its key, and is not marked"""
    page = (ROOT / "docs/protocol.md").read_text()
    packets = [bytes.fromhex(text) for text in re.findall(r"(?m)^```\n(4d [08]1 [0-9a-f \n]+)```", page)]
    equal(len(packets), 2, "examples of sealed packets")
    for packet, shown in zip(packets, show(packets, "mcast.message", "mcast.malformed", "_ws.col.Info")):
        equal(shown["mcast.message"], ["Sealed"], "the message")
        equal(shown["mcast.malformed"], [], "marks")
        equal(shown["_ws.col.Info"], [f"Sealed with the key {packet[2:4].hex()}"], "the words")


def case_prefixes():
    """no message that ends early is shown as if it were whole, and none is an error of the script"""
    packets, whole, complete = [], [], tuple(private_datagrams())  # a last field may be missing
    fields = "mcast.message", "mcast.malformed", "_ws.col.Protocol"
    for datagram, shown in zip(private_datagrams(), show(private_datagrams(), *fields)):
        packets += [datagram[:size] for size in range(1, len(datagram))]
        whole += [shown["mcast.message"]] * (len(datagram) - 1)
    for datagram, name, shown in zip(packets, whole, show(packets, *fields)):
        check(shown["mcast.malformed"] or shown["mcast.message"] != name
              or datagram.startswith(complete),
              f"{len(datagram)} bytes of {name} are marked")
        equal(shown["_ws.col.Protocol"], ["mcast"], f"{len(datagram)} bytes of {name}: protocol")
    norm = [datagram[:size] for file in ("libnorm_rs8.txt", "libnorm_129.txt")
            for _, _, datagram in vectors(file) for size in range(1, len(datagram))]
    for datagram, shown in zip(norm, show(norm, *fields)):
        check(shown["mcast.malformed"] or len(datagram) >= 2 and len(datagram) >= 4 * datagram[1],
              f"a header cut to {len(datagram)} bytes is marked: {datagram.hex()}")


def case_damage():
    """whatever bytes are damaged, there is no error of the script"""
    draw = random.Random(f"{SEED} damage")
    packets = []
    for datagram in all_datagrams():
        for _ in range(100):
            bad = bytearray(datagram)
            for _ in range(draw.randint(1, 4)):
                bad[draw.randrange(len(bad))] = draw.choice((0, 1, 2, 0x7f, 0x80, 0xff, draw.randrange(256)))
            packets.append(bytes(bad))
    packets += [draw.randbytes(draw.randint(1, 100)) for _ in range(500)]
    for shown in show(packets, "_ws.col.Protocol"):
        equal(shown["_ws.col.Protocol"], ["mcast"], "protocol")


def case_short_capture():
    """what the capture did not keep is no fault of the packet"""
    packets = private_datagrams()
    for size in (29, 36, 44, 52, 60, 78):
        shown = show(packets, "mcast.malformed", "mcast.cut", captured=size)
        for datagram, each in zip(packets, shown):
            equal(each["mcast.malformed"], [], f"{size} bytes captured: malformed")
            equal(bool(each["mcast.cut"]), size < 28 + len(datagram), f"{size} bytes captured: cut")


def case_other_port():
    """on another port the packets of a transfer are known from its first private message on"""
    data = vectors("libnorm_rs8.txt")[1][2]
    offer, join = private_datagrams()[0], next(d for d in private_datagrams() if d[0] == 0x16)
    fields = "_ws.col.Protocol", "mcast.message"
    shown = show([data, offer, data, b"MC\2\1" + bytes(40)], *fields, port=9000)
    equal([s["_ws.col.Protocol"][0] for s in shown], ["UDP", "mcast", "mcast", "mcast"], "protocols")
    equal(shown[1]["mcast.message"], ["Offer"], "the second packet")
    equal(show([join], *fields, port=9000)[0]["mcast.message"], ["Join"], "a lone join")
    shown = show([data], *fields, port=9000, options=("-o", "mcast.ports:9000"))
    equal(shown[0]["mcast.message"], ["DATA"], "on a port of the preference")
    shown = show([data], *fields, options=("-o", "mcast.ports:9000"))
    equal(shown[0]["_ws.col.Protocol"], ["UDP"], "on a port that is no longer one")


def case_run():
    """a run of packets that the capture holds as one is shown as the packets that it is"""
    data = vectors("libnorm_rs8.txt")[1][2]
    run = b"".join(data[:2] + n.to_bytes(2, "big") + data[4:19] + bytes([n % 256]) + data[20:]
                   for n in (0xfffe, 0xffff, 0, 1))
    shown = show([run + data[:30]], "mcast.message", "mcast.symbol", "_ws.col.Info")[0]
    equal(shown["mcast.symbol"], ["254", "255", "0", "1"], "symbols")
    equal(shown["_ws.col.Info"], ["DATA object 0 block 0 symbol 254, and 3 more of a run"], "words")
    lone = show([data], "_ws.col.Info")[0]
    equal(lone["_ws.col.Info"], ["DATA object 0 block 0 symbol 0"], "words of a lone one")


def case_transfer():
    """in a capture of a real transfer every packet is understood, and every step is there"""
    with World(1) as w:
        path = w.sender.folder / "real.pcap"
        capture = w.sender.start("dumpcap", "-q", "-P", "-i", "e0", "-f", "udp", "-w", path)
        wait_until("the capture runs", lambda: "File:" in capture.err)
        receiver = w.receivers[0].start("mcrecv")
        w.sender.run("mcsend", "-n", 1, w.file(300 * KIB)).exits(0)
        receiver.exits(0)
        wait_until("the end is captured", lambda: b"MC\2\4" in path.read_bytes())
        capture.signal(signal.SIGINT)
        capture.exits(0)
        shown = read(path, "mcast.message", "mcast.offer.name")
        names = [name for each in shown for name in each["mcast.message"]]
        for each in shown:
            equal(each["_ws.expert.message"], [], f"remarks on {each}")
        for name in ("Offer", "Join", "ReceiverStates", "INFO", "DATA", "CMD(CC)", "Digests", "Report", "End"):
            check(name in names, f"{name} is among {set(names)}")
        check(names.count("DATA") * SEGMENT >= 300 * KIB, f"{names.count('DATA')} DATA hold the file")
        check(["payload.bin"] in [each["mcast.offer.name"] for each in shown], "the file is named")


if not shutil.which("tshark"):
    print("skipped: tshark is not installed")
    sys.exit(77)
run_cases(globals())
