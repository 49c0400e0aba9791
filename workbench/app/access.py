"""Who may reach the app: addresses, passwords and links that others can open.

The app listens at a local address. Where it could be reached by others it asks for a name
and a password; the password comes from the environment or is typed, and is kept nowhere.
"""

from __future__ import annotations

import getpass
import ipaddress
import os
import sys
from dataclasses import dataclass
from functools import cached_property

from workbench.errors import InputError

LOCAL = "127.0.0.1"
PASSWORD_VARIABLE = "WORKBENCH_PASSWORD"
"""The environment variable that the app's password is read from."""
_SHORTEST = 8


@dataclass(frozen=True)
class Access:
    """Where the app listens, and to whom it answers."""

    host: str = LOCAL
    """Address that it listens at."""
    port: int | None = None
    """Port; the first free one from 7860 on if None."""
    share: bool = False
    """Whether Gradio makes a link that can be opened from anywhere."""
    user: str | None = None
    """Name that visitors give with the password; anyone may come in if None."""
    browser: bool = True
    """Whether to open the page in the browser."""

    @property
    def public(self) -> bool:
        """Whether others than the users of this machine could reach it."""
        return self.share or not is_local(self.host)

    @cached_property
    def credentials(self) -> tuple[str, str] | None:
        """Name and password that visitors must give; None where it is reached locally alone.

        Raises InputError where others could reach it without a password, or with one of
        fewer than eight characters.
        """
        if self.user is None:
            if not self.public:
                return None
            given = "--share" if self.share else f"--host {self.host}"
            raise InputError(
                given,
                "others could use the app, its checkpoints and its answers without a password",
                f"Add --auth NAME; the password is read from {PASSWORD_VARIABLE} or asked for",
            )
        password = os.environ.get(PASSWORD_VARIABLE) or _typed(self.user)
        if len(password) < _SHORTEST:
            raise InputError(
                f"The password of '{self.user}'",
                f"it has {len(password)} characters",
                f"Choose one of at least {_SHORTEST}",
            )
        return self.user, password


def is_local(host: str) -> bool:
    """Whether an address is this machine's own, which others cannot reach.

    >>> is_local("127.0.0.1"), is_local("::1"), is_local("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _typed(user: str) -> str:
    if not sys.stdin.isatty():
        raise InputError(
            f"--auth {user}",
            f"there is no password: {PASSWORD_VARIABLE} is not set, and none can be typed here",
            f"Set {PASSWORD_VARIABLE} in the environment, then give the same command again",
        )
    return getpass.getpass(f"Password for {user}: ")
