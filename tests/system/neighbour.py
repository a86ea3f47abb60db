#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A hostile machine: neighbour.py ATTACK ADDRESS.

It has an address and ordinary sockets of its own, listens to the group as anybody can, and then
sends, again and again until it is killed, what ATTACKS says: the wire is that of docs/protocol.md.
It prints "listens", "attacks" when each datagram of the attack was sent once, and "answered" when
something comes back.
"""
import os
import select
import socket
import struct
import sys
import time

GROUP, PORT = "239.255.77.77", 7701
INFO, DATA, CMD, NACK, ACK, REPORT = 1, 2, 3, 4, 5, 6
FLUSH, EOT, SQUELCH, CC, REPAIR_ADV, APPLICATION = 1, 2, 3, 4, 5, 7
OFFER, ROLL, DIGESTS, END, JOIN, REPORTED, DIGEST_REQUEST, DONE = 1, 2, 3, 4, 16, 17, 18, 19
VERIFIED, FAILED = 1, 2                # states of a report
RS8, GRTT_OF_1000_S, K_OF_15 = 5, 255, 15
RANGES, BLOCKS = 2, 2                  # form and flags of a repair request
CANCELLED, DISK_FULL = 4, 25           # of docs/errors.md, as any other
ROOT = b"\x10" + bytes(range(16))      # a digest of the whole, and not the right one
GHOST, CHALLENGE = 0x0666, b"stranger"


def message(kind, transfer, body, version=2):
    return struct.pack(">2sBBI", b"MC", version, kind, transfer) + body


def report(node, content):
    """NORM_REPORT, as receivers send it."""
    return struct.pack(">BBHI", 0x10 | REPORT, 2, 0, node) + content


class Heard:
    """A transfer, as whoever listens knows it, and what can be said about it."""

    def __init__(self):
        self.sender, self.node, self.instance, self.transfer = None, 0x0bad, 1, 0x0bad
        self.sequence, self.grtt, self.block, self.probe = 0, 30, 0, bytes(8)
        self.object, self.segment, self.most, self.parity = 1, 1400, 64, 16
        self.size, self.chunk, self.name = 1 << 20, 1 << 20, b"file"
        self.receivers = {}            # node id: challenge

    def take(self, datagram, source):
        kind = datagram[0] & 15
        if kind not in (DATA, CMD) or self.sender not in (None, source):
            return
        node, = struct.unpack_from(">I", datagram, 4)
        offered = kind == CMD and datagram[12] == APPLICATION and datagram[16:18] == b"MC"
        if offered and datagram[19] == OFFER:
            self._take_offer(node, datagram, source)
        if self.sender is None:
            return
        self.sequence, = struct.unpack_from(">H", datagram, 2)
        if kind == DATA and not datagram[12] & 1:
            self.block = max(self.block, int.from_bytes(datagram[16:19], "big"))
        if kind == CMD and datagram[12] == CC:
            self.probe = datagram[16:24]
        if offered and datagram[19] == ROLL:
            count, = struct.unpack_from(">H", datagram, 28)
            self.receivers.update(struct.unpack_from(">I8s", datagram, 32 + 12 * i)
                                  for i in range(count))

    def _take_offer(self, node, datagram, source):
        self.sender, self.node = source, node
        self.instance, self.grtt = struct.unpack_from(">HB", datagram, 8)
        self.transfer, = struct.unpack_from(">I", datagram, 20)
        (self.object, self.segment, self.most, self.parity, self.size,
         self.chunk) = struct.unpack_from(">HHHHQI", datagram, 28)
        self.name = datagram[57:57 + datagram[56]]

    @property
    def last_block(self):
        symbols = -(-self.size // self.segment)
        return -(-symbols // self.most) - 1

    @property
    def last_chunk(self):
        return -(-self.size // self.chunk) - 1

    # As the sender.

    def _head(self, kind, words, grtt=None, backoff=0, node=None):
        return struct.pack(">BBHIHBB", 0x10 | kind, words, (self.sequence + 1) & 0xffff,
                           node or self.node, self.instance,
                           self.grtt if grtt is None else grtt, backoff << 4)

    def command(self, sub, fixed, words=4, **fields):
        return self._head(CMD, words, **fields) + bytes([sub]) + fixed

    def application(self, kind, body, version=2, transfer=None, node=None):
        content = message(kind, self.transfer if transfer is None else transfer, body, version)
        return self.command(APPLICATION, bytes(3), node=node) + content

    def offer(self, number=0, kind=OFFER, version=2, name=b"file", **cut):
        """That of this transfer, or with a number of another one, cut as the words say."""
        cut = {"segment": self.segment, "most": self.most, "parity": self.parity,
               "size": self.size, "chunk": self.chunk} | cut
        body = struct.pack(">BBBBHHHHQIII", 1, RS8, 1, 0, self.object, cut["segment"], cut["most"],
                           cut["parity"], cut["size"], cut["chunk"], 0, 500000)
        body += bytes([len(name)]) + name + b"\x04evil" + bytes(2)
        return self.application(kind, body, version, transfer=self.transfer + number,
                                node=self.node + number)

    def end(self, error):
        return self.application(END, struct.pack(">HH", error, 6) + b"forged" + ROOT)

    def roll(self, state):
        entries = b"".join(struct.pack(">I8s", *one) for one in self.receivers.items())
        return self.application(ROLL, struct.pack(">BxHHxx", state, DISK_FULL, len(self.receivers))
                                + entries + ROOT)

    def digests(self):
        first = self.last_chunk // 2
        return self.application(DIGESTS, struct.pack(
            ">HBBIIHxx", self.object, 1, 16, first, self.last_chunk + 1, 1) + os.urandom(16))

    def probe_again(self, grtt=None, backoff=0):
        return self.command(CC, bytes(1) + struct.pack(">H", 1) + self.probe
                            + struct.pack(">BxH", 128, 0x3e85), 7, grtt=grtt, backoff=backoff)

    def advert(self):
        return self.command(REPAIR_ADV, bytes(3)) + self.requests()

    def flush(self):
        return self.command(FLUSH, self._position(self.last_block), 5)

    def squelch(self):
        return self.command(SQUELCH, self._position(self.last_block), 5) + struct.pack(
            ">H", self.object)

    def end_of_transmission(self):
        return self.command(EOT, bytes(3))

    def data(self, block, symbol):
        return self._object(DATA, 5) + block.to_bytes(3, "big") + bytes([symbol]) + os.urandom(
            self.segment)

    def plain_info(self):
        return self._object(INFO, 7) + self._fti() + self.name

    def plain_data(self, block, symbol):
        return (self._object(DATA, 8) + block.to_bytes(3, "big") + bytes([symbol]) + self._fti()
                + os.urandom(self.segment))

    def _object(self, kind, words):
        return self._head(kind, words) + struct.pack(">BBH", 0x14, RS8, self.object)

    def _fti(self):
        return bytes([64, 3]) + self.size.to_bytes(6, "big") + struct.pack(
            ">HBB", self.segment, self.most, self.parity)

    def _position(self, block):
        return struct.pack(">BH", RS8, self.object) + block.to_bytes(3, "big") + bytes([255])

    # As a receiver.

    def requests(self):
        """For all blocks."""
        item = b"\x05\x00" + struct.pack(">H", self.object)
        ends = item + bytes(4) + item + self.last_block.to_bytes(3, "big") + bytes(1)
        return struct.pack(">BBH", RANGES, BLOCKS, len(ends)) + ends

    def nack(self, node):
        return struct.pack(">BBHIIHxx", 0x10 | NACK, 6, 0, node, self.node,
                           self.instance) + self.probe + self.requests()

    def plain_answer(self, node):
        """ACK(CC)."""
        return struct.pack(">BBHIIHBB", 0x10 | ACK, 6, 0, node, self.node, self.instance, 1,
                           0) + self.probe

    def reply(self, kind, node, body):
        return report(node, message(kind, self.transfer, bytes(4) + body))

    def join(self, node):
        return self.reply(JOIN, node, CHALLENGE + b"\x00\x05ghost")

    def done(self, node):
        return self.reply(DONE, node, ROOT)

    def report(self, node, state, done=0):
        parts = {VERIFIED: 0x10, FAILED: 0x08}.get(state, 0)
        body = struct.pack(">BBHHH", state, parts, self.sequence, 0, 0)
        body += b"".join(n.to_bytes(6, "big") for n in (100, 100, done))
        body += {VERIFIED: ROOT, FAILED: struct.pack(">HH", DISK_FULL, 4) + b"full"}.get(state, b"")
        return self.reply(REPORTED, node, body)

    def digest_request(self, node):
        return self.reply(DIGEST_REQUEST, node, struct.pack(
            ">HHII", self.object, 1, 0, self.last_chunk))


def senseless_offers(h):
    """Each of another sender: what is no offer, names that nobody asked for, what is newer."""
    yield h.offer(1, segment=0)
    yield h.offer(2, most=200, parity=200)
    yield h.offer(3, size=1 << 47, segment=1)
    yield h.offer(4, size=1 << 62)
    yield h.offer(5, chunk=0)
    yield h.offer(6, size=1 << 40, chunk=1 << 31)
    yield h.offer(7, name=b".bash_login")
    yield h.offer(8, name=b"--help")
    yield h.offer(9, name="gpj.\u202eexe".encode())
    yield h.offer(10, name=b"../up")
    yield h.offer(11, version=3)
    yield h.offer(12, kind=9)


def offers_of_nobody(h):
    """What cannot be taken here: a name that exists, and a terabyte. Nobody answers the joins."""
    yield h.offer(20, name=b"here")
    yield h.offer(21, size=1 << 40, chunk=1 << 27)


def crowd(h):
    """20 000 ghosts join, as fast as a sender takes them."""
    for i in range(20_000):
        if i % 50 == 0:
            time.sleep(0.002)
        yield h.join(0x40000000 + i)


def of_each_receiver(*says):
    return lambda h: [say(h, node) for node in h.receivers for say in says]


class Attack:
    """`says` makes the datagrams of a round; `to` the group, or the sender; `block`: the round
    waits until the transfer has come so far; None: it waits for nothing."""

    def __init__(self, says, to="group", block=8, pause=0.02, rounds=1 << 60):
        self.says, self.to, self.block, self.pause = says, to, block, pause
        self.rounds = rounds


ATTACKS = {
    "end": Attack(lambda h: [h.end(0), h.end(CANCELLED)]),
    "rolls": Attack(lambda h: [h.roll(state) for state in (2, 3, 4, 5, 6, 8, 255)]),
    "behind": Attack(lambda h: [h.roll(6)]),
    "digests": Attack(lambda h: [h.digests()]),
    "symbols": Attack(lambda h: [h.data(h.last_block // 2, 3), h.data(h.last_block, 0)]),
    "round_trip": Attack(lambda h: [h.probe_again(GRTT_OF_1000_S, K_OF_15)]),
    "adverts": Attack(lambda h: [h.advert()]),
    "endings": Attack(lambda h: [h.end_of_transmission(), h.squelch(), h.flush()]),
    "redirect": Attack(lambda h: [h.probe_again()], pause=0.002),
    "downgrade": Attack(lambda h: [h.plain_info(), h.plain_data(h.last_block - 1, 5)], block=0,
                        pause=0.005),
    "senseless": Attack(senseless_offers, block=None),
    "nobody": Attack(offers_of_nobody, block=None, rounds=1),
    "mimicry": Attack(lambda h: [h.offer(segment=0), h.offer(name=b".bash_login")], block=0,
                      pause=0.005),
    "unjoined": Attack(lambda h: [h.nack(GHOST), h.digest_request(GHOST)], to="sender"),
    "plain_receiver": Attack(lambda h: [h.plain_answer(GHOST), h.nack(GHOST)], to="sender"),
    "forged": Attack(of_each_receiver(Heard.done, Heard.nack,
                                      lambda h, node: h.report(node, VERIFIED, h.size),
                                      lambda h, node: h.report(node, FAILED)),
                     to="sender"),
    "ghost": Attack(lambda h: [h.join(GHOST), h.report(GHOST, VERIFIED, h.size), h.done(GHOST)],
                    to="sender", block=0),
    "joined_loop": Attack(lambda h: [h.join(GHOST), h.report(GHOST, 0), h.nack(GHOST),
                                     h.digest_request(GHOST)], to="sender"),
    "crowd": Attack(crowd, to="sender", block=0, rounds=1),
}


class Neighbour:
    def __init__(self, address):
        self._group = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._group.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._group.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self._group.bind((GROUP, PORT))
        self._group.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                               socket.inet_aton(GROUP) + socket.inet_aton(address))
        self._own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._own.bind((address, 0))
        self._own.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address))
        self._own.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
        self.heard = Heard()

    def listen(self, seconds):
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            for ready in select.select([self._group, self._own], [], [], left)[0]:
                datagram, source = ready.recvfrom(1 << 16)
                if ready is self._own:
                    print("answered", flush=True)
                else:
                    self.heard.take(datagram, source)

    def ready(self, attack):
        if attack.block is None:
            return True
        return self.heard.sender and self.heard.receivers and self.heard.block >= attack.block

    def run(self, attack):
        print("listens", flush=True)
        rounds = 0
        while True:
            self.listen(attack.pause)
            if rounds == attack.rounds or not self.ready(attack):
                continue
            to = (GROUP, PORT) if attack.to == "group" else self.heard.sender
            for datagram in attack.says(self.heard):
                self._own.sendto(datagram, to)
            rounds += 1
            if rounds == 1:
                print("attacks", flush=True)


if __name__ == "__main__":
    Neighbour(sys.argv[2]).run(ATTACKS[sys.argv[1]])
