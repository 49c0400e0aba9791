"""Detectors by name. A new one is one file and one line here."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from importlib import import_module

from workbench.errors import NotFoundError
from workbench.lid.detector import Detector

DETECTORS = {
    "langid": "workbench.lid.langid_detector:LangidDetector",
    "lexicon": "workbench.tinyworld.lexicon_detector:LexiconDetector",
}
"""Name to class; a class takes the languages it may choose from, None for all."""


def make_detector(name: str, languages: Sequence[str] | None = None) -> Detector:
    """The detector of a name, restricted to ``languages``.

    Raises NotFoundError for an unknown name, or for languages it does not know.
    """
    if name not in DETECTORS:
        close = difflib.get_close_matches(name, DETECTORS, n=1)
        raise NotFoundError(
            f"Detector '{name}'",
            "there is none of that name",
            f"Did you mean '{close[0]}'?" if close else f"Use one of {', '.join(DETECTORS)}",
        )
    module, _, class_name = DETECTORS[name].partition(":")
    detector: Detector = getattr(import_module(module), class_name)(languages)
    return detector
