#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Clients of the control socket that are stuck or mean no good, while a real transfer runs: each
gets a JSON-RPC error or is cut off, others are answered, and the transfer ends well."""
import contextlib
import json
import pathlib
import socket

from harness import MIB, World, check, equal, run_cases, transferring, wait_until

STATUS = b'{"jsonrpc":"2.0","id":1,"method":"status"}\n'
SUBSCRIBE = b'{"jsonrpc":"2.0","id":1,"method":"subscribe"}\n'


class Victim:
    """A transfer to one receiver, slow enough to be attacked; its sender is what is attacked."""

    def __init__(self, world, size):
        self._host = world.sender
        self._receiving = world.receivers[0].start("mcrecv")
        self._sending = world.sender.start("mcsend", "--rate", "20M", world.file(size))
        status = self._host.wait_status("mcsend", "data flows", transferring())
        self.session, self._pid = status["session"], status["pid"]
        self._path = str(self._host.runtime / f"{self.session}.sock")

    def connect(self):
        client = socket.socket(socket.AF_UNIX)
        client.connect(self._path)  # waits for room in the queue of those who want in
        client.settimeout(30)
        return client

    def memory(self):
        """Bytes that the process has in memory and shares with no file."""
        status = pathlib.Path(f"/proc/{self._pid}/status").read_text()
        return int(status.split("RssAnon:")[1].split()[0]) * 1024

    def runs(self):
        return not self._sending.ended()

    def answers(self):
        """The claim that others are answered as before."""
        equal(self._host.status("mcsend", self.session)["session"], self.session, "who answers")

    def unharmed(self):
        """The claim that the transfer ends as if nothing had been."""
        self._sending.exits(0)
        self._receiving.exits(0)


@contextlib.contextmanager
def victim(size=5 * MIB):
    with World(1) as w:
        attacked = Victim(w, size)
        yield attacked
        check(attacked.runs(), "the attack was over before the transfer")
        attacked.answers()
        attacked.unharmed()


def line_of(client):
    text = b""
    while not text.endswith(b"\n"):
        more = client.recv(65536)
        if not more:
            break
        text += more
    return text


def error_code(client, request):
    client.sendall(request + b"\n")
    return json.loads(line_of(client))["error"]["code"]


def cut_off(client):
    """Waits until the other side has closed the connection."""
    with contextlib.suppress(ConnectionError):
        while client.recv(1 << 20):
            pass
    return True


def case_broken_requests():
    """broken JSON, deep nesting and wrong types get the error of JSON-RPC, and the next is answered"""
    with victim() as attacked:
        client = attacked.connect()
        for request, code in (
                (b"{", -32700), (b"\xff\xfe\x00", -32700), (b"[" * 60000, -32700),
                (b'{"a":' * 5000 + b"1" + b"}" * 5000, -32700), (b"7", -32600), (b"[]", -32600),
                (b'{"jsonrpc":"2.0","id":1,"method":7}', -32600),
                (b'{"jsonrpc":"2.0","id":{},"method":"status"}', -32600),
                (b'{"jsonrpc":"2.0","id":1,"method":"reboot"}', -32601),
                (b'{"jsonrpc":"2.0","id":1,"method":"set_rate","params":{"bps":-1}}', -32602),
                (b'{"jsonrpc":"2.0","id":1,"method":"set_rate","params":{"bps":1e99}}', -32602),
                (b'{"jsonrpc":"2.0","id":1,"method":"cancel","params":{"reason":[[]]}}', -32602),
                (b'{"jsonrpc":"2.0","id":1,"method":"close"}', -32030)):
            equal(error_code(client, request), code, f"the answer to {request[:70]}")
        client.sendall(STATUS)
        check("result" in json.loads(line_of(client)), "the connection is still good")


def case_endless_line():
    """a hundred megabytes without a newline are cut off at the start and take no memory"""
    with victim() as attacked:
        before = attacked.memory()
        client = attacked.connect()
        sent, chunk = 0, b"x" * MIB
        with contextlib.suppress(ConnectionError):
            while sent < 100 * MIB:
                sent += client.send(chunk)
        check(sent < 2 * MIB, f"{sent} bytes were taken")
        check(attacked.memory() < before + 8 * MIB, "memory of the session")


def case_thousand_connections():
    """of a thousand connections those beyond the limit are told so, and their end makes room"""
    with victim() as attacked:
        crowd = [attacked.connect() for _ in range(1000)]
        # The first ones are let in; each of the last is told why it is not.
        equal(json.loads(line_of(crowd[-1]))["error"]["code"], -32000, "the thousandth is told")
        check(cut_off(crowd[-1]), "and closed")
        for client in crowd:
            client.close()
        attacked.answers()


def case_half_lines():
    """clients that send half a line each, and nothing more, take nobody's place for long"""
    with victim(20 * MIB) as attacked:  # longer than the patience with half a line, which is 5 s
        clients = [attacked.connect() for _ in range(64)]
        for client in clients:
            client.send(STATUS[:20])
        check(all(cut_off(client) for client in clients), "all are closed")


def case_deaf():
    """clients that ask or subscribe and never read are cut off, and take little memory"""
    with victim() as attacked:
        before = attacked.memory()
        clients = [attacked.connect() for _ in range(32)]
        for i, client in enumerate(clients):
            client.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                client.send(SUBSCRIBE)
                for _ in range(1000 if i % 2 else 0):
                    client.send(STATUS)
        # Those who asked without end are stuck in their own unread answers.
        wait_until("they cannot send any more", lambda: not writable(clients[1]))
        attacked.answers()
        check(attacked.memory() < before + 32 * MIB, "memory of the session")


def writable(client):
    try:
        client.send(STATUS * 100)
    except BlockingIOError:
        return False
    except ConnectionError:
        return False
    return True


run_cases(globals())
