"""Snapshots: states that are too long for an address, kept in files that a link names.

A snapshot is named by what it holds, so that the same state has the same link and nothing
is ever written over.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from workbench.errors import FileFormatError, InputError, NotFoundError
from workbench.files import write_atomically

Kind = Literal["conversation", "grid"]
Payload = Mapping[str, Any]

LARGEST = 4_000_000
"""Characters of a snapshot: some hundred long answers."""
_NAME = re.compile(r"[0-9a-f]{32}")


class Snapshots:
    """The snapshots of a workspace, in a folder of their own."""

    def __init__(self, folder: Path, read_only: bool = False) -> None:
        self._folder = folder
        self._read_only = read_only

    def save(self, kind: Kind, payload: Payload) -> str:
        """Keep a state; its name, of 32 hexadecimal digits.

        Raises InputError where it is too large or the workspace is read-only, StoreError
        where the disk refuses.
        """
        if self._read_only:
            raise InputError(
                "This link",
                "the workspace is shown read-only here, so nothing can be kept for it",
                "Save the page as HTML instead",
            )
        text = json.dumps({"kind": kind, **payload}, ensure_ascii=False, sort_keys=True)
        if len(text) > LARGEST:
            raise InputError(
                "This link",
                f"what it should lead to has {len(text):,} characters, more than {LARGEST:,}",
                "Start a new conversation, or save the page as HTML instead",
            )
        name = hashlib.sha256(text.encode()).hexdigest()[:32]
        path = self._path(name)
        if not path.exists():
            write_atomically(path, text)
        return name

    def read(self, kind: Kind, name: str) -> Payload:
        """The state that a link names.

        Raises NotFoundError where there is none of this kind, FileFormatError where its file
        is damaged.
        """
        path = self._path(name) if _NAME.fullmatch(name) else None
        if path is None or not path.is_file():
            raise NotFoundError(
                f"Link '{name[:40]}'",
                "it leads to nothing that this workspace holds",
                "Ask for a new link, or open the app on the workspace that it was made in",
            )
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            found = None
        if not isinstance(found, dict) or found.pop("kind", None) != kind:
            raise FileFormatError(
                str(path), f"it holds no {kind} that can be read", "Ask for a new link"
            )
        return found

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"
