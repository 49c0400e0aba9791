"""Replies kept on disk by the hash of what was asked, so that nothing is paid for twice."""

from __future__ import annotations

import json
from pathlib import Path

from workbench.files import write_atomically
from workbench.judging.prompting import Chat
from workbench.prompts import content_hash


class ReplyCache:
    """One small file a reply; it is whole or not there, whenever the process is killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> str | None:
        """The reply to what has this key; None where there is none."""
        try:
            found = json.loads(self._path(key).read_text(encoding="utf-8"))
        except (FileNotFoundError, UnicodeDecodeError, json.JSONDecodeError):
            return None  # a damaged file is no reply: the judge is asked again
        reply = found.get("reply") if isinstance(found, dict) else None
        return reply if isinstance(reply, str) else None

    def put(self, key: str, model: str, reply: str) -> None:
        """Keep a reply. Raises StoreError where the disk refuses."""
        text = json.dumps({"model": model, "reply": reply}, ensure_ascii=False)
        write_atomically(self._path(key), text + "\n")

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.json"


def cache_key(url: str, model: str, decoding: dict[str, object], messages: Chat) -> str:
    """What decides a reply. The messages have a placeholder for the mark of the call."""
    return content_hash({"url": url, "model": model, "decoding": decoding, "messages": messages})
