"""What the detectors of the extra ``detectors`` share: their packages may be absent."""

from __future__ import annotations

from workbench.errors import InputError

EXTRA = "pip install 'crosslingual-workbench[detectors]'"


def not_installed(detector: str, package: str) -> InputError:
    """The error for a detector whose package is absent."""
    return InputError(f"Detector '{detector}'", f"the package {package} is not installed", EXTRA)


def encodable(text: str) -> str:
    """The text with question marks for what UTF-8 cannot hold: lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")
