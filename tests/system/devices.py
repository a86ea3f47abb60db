# SPDX-License-Identifier: MIT
"""Loop devices that stand for disks, where this machine can make some."""
import os
import subprocess

from harness import Skip


def device(world, name, size=None, content=None, read_only=False):
    """A loop device over a file of that size, or with that content; and the file."""
    path = world.folder / name
    path.write_bytes(content if content is not None else os.urandom(size))
    made = subprocess.run(["losetup", "--find", "--show", *(["--read-only"] if read_only else []), path],
                          capture_output=True, text=True)
    if made.returncode != 0:
        raise Skip(f"no loop device can be made: {made.stderr.strip()}")
    node = made.stdout.strip()
    world.at_end(lambda: subprocess.run(["losetup", "--detach", node], check=False))
    return node, path
