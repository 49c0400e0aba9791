"""langid for free text: what the script alone excludes cannot be the verdict.

Short Chinese sentences look Japanese to langid's byte features. Japanese prose without
a single kana is so rare that a text without any is judged without Japanese.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.lid.detector import Verdict
from workbench.lid.langid_detector import LangidDetector

_KANA = re.compile(r"[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9d]")


class ScriptAwareDetector:
    """langid restricted to ``languages``, less Japanese where a text has no kana."""

    name = "langid, by script"

    def __init__(self, languages: Sequence[str]) -> None:
        self.languages: tuple[str, ...] = tuple(languages)
        self._all = LangidDetector(languages)
        self._without_japanese = LangidDetector([code for code in languages if code != "ja"])

    def identify(self, text: str) -> Verdict:
        """The most probable language that the text's script allows."""
        chosen = self._all if _KANA.search(text) else self._without_japanese
        return chosen.identify(text)

    def identify_many(self, texts: Sequence[str]) -> list[Verdict]:
        """The language of each text, in order."""
        return [self.identify(text) for text in texts]
