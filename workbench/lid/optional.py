"""What the detectors of the extra ``detectors`` share: their packages may be absent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workbench.errors import InputError, NotFoundError

EXTRA = "pip install 'crosslingual-workbench[detectors]'"


def not_installed(detector: str, package: str) -> InputError:
    """The error for a detector whose package is absent."""
    return InputError(f"Detector '{detector}'", f"the package {package} is not installed", EXTRA)


def check_known(detector: str, languages: Sequence[str], known: Iterable[str]) -> None:
    """Raise NotFoundError for a language that a detector does not know."""
    all_known = sorted(known)
    for code in languages:
        if code not in all_known:
            raise NotFoundError(
                f"Language '{code}'",
                f"the detector {detector} does not know it",
                f"Use some of {', '.join(all_known)}",
            )


def encodable(text: str) -> str:
    """The text with question marks for what UTF-8 cannot hold: lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")


def has_letter(text: str) -> bool:
    """Whether there is anything in a text that could show its language."""
    return any(map(str.isalpha, text))
