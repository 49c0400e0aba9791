"""OpenAI-compatible endpoints: their addresses, and the keys that they want.

A key is read from the environment alone; it is neither kept nor shown.
"""

from __future__ import annotations

import json
import os
from urllib.parse import urlsplit

from workbench.errors import InputError

_LONGEST_LINE = 200


def checked_address(url: str, key_variable: str) -> str:
    """The address of an endpoint, without a slash at its end.

    Raises InputError for what is no address, and for one that holds what may be secret: an
    address is kept with what came from it. ``key_variable`` is where the key belongs instead.
    """
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        known = False  # a bracket that is not closed, or a port that is no number
    if not known:
        raise InputError(
            f"Endpoint '{url}'", "it is no address of a server", "Write it as https://HOST/v1"
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InputError(
            f"Endpoint at {parts.hostname}",
            "its address may hold nothing but host, port and path, as it is kept with ratings "
            "and answers",
            f"Put the key into the environment variable {key_variable}",
        )
    return url.rstrip("/")


def read_key(variable: str) -> str:
    """The key that an environment variable holds; empty where there is none.

    Raises InputError where it holds something that no header can carry.
    """
    key = os.environ.get(variable, "").strip()
    if not (key.isascii() and key.isprintable()):
        raise InputError(
            f"The key in {variable}",
            "it holds characters that no key has",
            "Copy it again, without line breaks or quotation marks",
        )
    return key


def said(value: object, key: str = "") -> str:
    """What a server or a library says, in one short line without the key."""
    if isinstance(value, dict):
        value = value.get("message") or value.get("detail") or json.dumps(value)
    line = " ".join(str(value).split()) or type(value).__name__
    line = line.replace(key, "[key]") if key else line
    return line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 3]}..."
