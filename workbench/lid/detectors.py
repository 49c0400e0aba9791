"""Detectors by name. A new one is one file and one line here."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Sequence
from importlib import import_module

from workbench.errors import InputError, NotFoundError
from workbench.lid.detector import Detector

_logger = logging.getLogger(__name__)

DEFAULT_DETECTOR = "py3langid"
"""The one that measures best: see the table that ``workbench lid evaluate`` makes."""
DETECTORS = {
    "py3langid": "workbench.lid.py3langid_detector:Py3langidDetector",
    "langid": "workbench.lid.langid_detector:LangidDetector",
    "fasttext": "workbench.lid.fasttext_detector:FasttextDetector",
    "lingua": "workbench.lid.lingua_detector:LinguaDetector",
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


def usable(names: Sequence[str]) -> list[str]:
    """The detectors among ``names`` whose package is installed; a warning names the others.

    Raises NotFoundError for a name that stands for none.
    """
    found = []
    for name in names:
        try:
            make_detector(name)
        except NotFoundError:
            raise
        except InputError as error:
            _logger.warning("left out: %s", error)
        else:
            found.append(name)
    return found
