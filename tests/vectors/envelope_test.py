#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Opens and seals the packets of envelope.txt by another implementation than ours.

It follows the text of docs/protocol.md, section 5, alone. `--make` writes the packets anew.
"""
import base64
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE / "envelope.txt"
PAGE = HERE.parent.parent / "docs" / "protocol.md"

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives import hashes, hmac
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
    from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
except ImportError:
    print("python3-cryptography is missing")
    sys.exit(77)

CIPHERS = {1: AESGCM, 2: ChaCha20Poly1305}


def secret_bytes(text):
    prefix, _, encoded = text.partition(":")
    assert prefix == "mcast-key-1"
    return base64.b64decode(encoded, validate=True)


def expand(key, info, length):
    return HKDFExpand(algorithm=hashes.SHA256(), length=length, info=info).derive(key)


def group_key(secret):
    extract = hmac.HMAC(b"mcast 1", hashes.SHA256())
    extract.update(secret)
    return extract.finalize()


def key_id(key):
    return expand(key, b"mcast key id", 2)


def cipher(key, head, answered):
    """The cipher and the nonce of the packet with that head."""
    drawn = expand(key, b"mcast stream" + head[1:2] + head[4:18] + answered, 44)
    counter = bytes(6) + head[18:24]
    nonce = bytes(a ^ b for a, b in zip(drawn[32:], counter))
    return CIPHERS[head[1] & 0x7F](drawn[:32]), nonce


def seal(vector):
    key = group_key(secret_bytes(vector["secret"]))
    head = (b"\x4d" + bytes.fromhex(vector["kind"]) + key_id(key) + bytes.fromhex(vector["session"])
            + bytes.fromhex(vector["part"]) + bytes.fromhex(vector["counter"]))
    assert len(head) == 24
    aead, nonce = cipher(key, head, bytes.fromhex(vector["answered"]))
    return head + aead.encrypt(nonce, bytes.fromhex(vector["message"]), head)


def unseal(vector, packet):
    key = group_key(secret_bytes(vector["secret"]))
    head = packet[:24]
    assert head[:1] == b"\x4d" and head[2:4] == key_id(key)
    aead, nonce = cipher(key, head, bytes.fromhex(vector["answered"]))
    return aead.decrypt(nonce, packet[24:], head)


def vectors():
    found, name = {}, None
    for line in VECTORS.read_text().splitlines():
        if line.startswith("["):
            name = line.strip("[]")
            found[name] = {}
        elif line and not line.startswith("#"):
            key, _, value = line.partition(" ")
            found[name][key] = value if key == "secret" else value.replace(" ", "")
    return found


def check(name, vector):
    packet = bytes.fromhex(vector["packet"])
    assert seal(vector) == packet, f"{name}: sealed otherwise: {seal(vector).hex()}"
    assert unseal(vector, packet) == bytes.fromhex(vector["message"]), name
    for bit in range(32, 8 * len(packet)):
        damaged = bytearray(packet)
        damaged[bit // 8] ^= 1 << bit % 8
        try:
            unseal(vector, bytes(damaged))
        except InvalidTag:
            continue
        raise AssertionError(f"{name}: bit {bit} does not matter")


def check_page(all_vectors):
    """The example of the page is one of the vectors."""
    section = PAGE.read_text().partition("## 5. ")[2]
    shown = [re.sub(r"\s", "", block) for block in re.findall(r"```\n((?:[0-9a-f]{2}[ \n]+)+)```", section)]
    assert shown, "the page has no example"
    for packet in shown:
        assert packet in [one["packet"] for one in all_vectors.values()], "the page's example is another"


def make():
    text, current = [], None
    for line in VECTORS.read_text().splitlines():
        if line.startswith("["):
            current = vectors()[line.strip("[]")]
        if line.startswith("packet"):
            line = "packet " + seal(current).hex(" ")
        text.append(line)
    VECTORS.write_text("\n".join(text) + "\n")


def main():
    if sys.argv[1:] == ["--make"]:
        make()
    everything = vectors()
    assert len(everything) >= 4
    for name, vector in everything.items():
        check(name, vector)
    check_page(everything)
    print(f"{len(everything)} packets open, and no damaged one does")


main()
