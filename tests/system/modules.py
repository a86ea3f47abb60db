# SPDX-License-Identifier: MIT
"""Modules beyond the standard library, which come as packages of the distribution."""
import importlib
import sys

# Where another Python than the distribution's does not look.
PACKAGES = "/usr/lib/python3/dist-packages"


def optional(name):
    """The module, or None when this machine lacks it."""
    if PACKAGES not in sys.path:
        sys.path.append(PACKAGES)
    try:
        return importlib.import_module(name)
    except ImportError:
        return None
