"""The package ``lingua-language-detector`` as a detector, in its high-accuracy mode."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.lid.detector import Verdict, check_known, has_letter
from workbench.lid.optional import encodable, not_installed

if TYPE_CHECKING:
    from lingua import ConfidenceValue

_UNDETERMINED = Verdict(label=None, confidence=None, evidence=None)


class LinguaDetector:
    """lingua's n-gram models of one to five letters, restricted to ``languages`` (None: all 75).

    Raises InputError where the package is absent, NotFoundError for a language that it does
    not know.
    """

    def __init__(self, languages: Sequence[str] | None = None) -> None:
        try:
            from lingua import Language, LanguageDetectorBuilder
        except ImportError:
            raise not_installed("lingua", "lingua-language-detector") from None
        known = {language.iso_code_639_1.name.lower(): language for language in Language.all()}
        check_known(languages or (), known, "the detector lingua")
        self.languages: tuple[str, ...] = tuple(sorted({*(languages or known)}))
        self.name = f"lingua[{','.join(self.languages)}]" if languages else "lingua"
        chosen = [known[code] for code in self.languages]
        self._detector = LanguageDetectorBuilder.from_languages(*chosen).build()

    def identify(self, text: str) -> Verdict:
        """The most probable language; undetermined where two are equally so."""
        return self.identify_many([text])[0]

    def identify_many(self, texts: Sequence[str]) -> list[Verdict]:
        """The language of each text, in order."""
        if len(self.languages) == 1:
            # lingua itself answers nothing where there is nothing to choose.
            only = Verdict(self.languages[0], 1.0, None)
            return [only if has_letter(text) else _UNDETERMINED for text in texts]
        values = self._detector.compute_language_confidence_values_in_parallel(
            [encodable(text) for text in texts]
        )
        return [_verdict(own) for own in values]


def _verdict(values: Sequence[ConfidenceValue]) -> Verdict:
    """The best of the values, which come in falling order."""
    best, second = values[:2]
    # lingua adds up in any order, which moves the last digits.
    confidence = round(best.value, 9)
    if confidence == 0 or confidence == round(second.value, 9):
        return _UNDETERMINED
    return Verdict(best.language.iso_code_639_1.name.lower(), confidence, None)
