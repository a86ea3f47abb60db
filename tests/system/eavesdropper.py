#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A machine without the key: eavesdropper.py ATTACK [FILE].

It hears the group as anybody can, and does with each datagram what ATTACK says, until it is killed:
record: appends it to FILE, after its length in four bytes. replay: sends it to the group once more.
damage: sends it with one bit changed, another bit each time. It prints "listens" at the beginning,
and "attacks" when it has done so a hundred times.
play: sends the datagrams of FILE, a record, at about the speed of the first, and ends.
"""
import random
import socket
import struct
import sys
import time

GROUP, PORT = "239.255.77.77", 7701


def group_socket():
    heard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    heard.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    heard.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 20)
    heard.bind((GROUP, PORT))
    heard.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                     socket.inet_aton(GROUP) + socket.inet_aton("0.0.0.0"))
    return heard


def records(path):
    with open(path, "rb") as file:
        while head := file.read(4):
            yield file.read(struct.unpack(">I", head)[0])


def damaged(datagram, draw):
    bit = draw.randrange(8 * len(datagram))
    changed = bytearray(datagram)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def main():
    attack, path = sys.argv[1], (sys.argv[2:] or [None])[0]
    own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    own.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
    if attack == "play":
        for datagram in records(path):
            own.sendto(datagram, (GROUP, PORT))
            time.sleep(0.0005)
        print("played", flush=True)
        return
    draw, heard = random.Random(7), group_socket()
    record = open(path, "ab") if attack == "record" else None
    print("listens", flush=True)
    done = 0
    while True:
        datagram, _ = heard.recvfrom(65536)
        if attack == "record":
            record.write(struct.pack(">I", len(datagram)) + datagram)
            record.flush()
        else:
            own.sendto(datagram if attack == "replay" else damaged(datagram, draw), (GROUP, PORT))
        done += 1
        if done == 100:
            print("attacks", flush=True)


main()
