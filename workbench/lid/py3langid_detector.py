"""The ``py3langid`` package's model as a detector: the default.

Its labels are the package's own but where a restriction leaves out a language whose
standard form is close to one that is kept. A detector that must choose between Indonesian
and English calls all Malay Indonesian; so the close one stays in the running, at a tenth
of the odds, and can be the verdict.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from workbench.lid.byte_detector import ByteDetector, encode_any
from workbench.lid.calibration import PY3LANGID_TEMPERATURES, temperature_for
from workbench.lid.detector import has_letter
from workbench.lid.engine.py3langid_model import normalised, py3langid_model
from workbench.lid.engine.scorer import Backend, Scorer, Temperature
from workbench.lid.engine.tables import ByteModel

SIBLINGS = {"id": "ms", "ms": "id", "zh": "yue", "yue": "zh"}
"""Languages of one ISO 639-3 macrolanguage that each have a written standard of their own."""
_SIBLING_ODDS = 0.1


class Py3langidDetector(ByteDetector):
    """py3langid's naive Bayes over byte n-grams, restricted to ``languages`` (None: all).

    ``backend`` None takes compiled code where numba is installed. Raises NotFoundError for
    a language that the model does not know.
    """

    def __init__(
        self, languages: Sequence[str] | None = None, backend: Backend | None = None
    ) -> None:
        model = _with_siblings(py3langid_model(), languages)
        factor = temperature_for(PY3LANGID_TEMPERATURES, len(model.labels))
        super().__init__("py3langid", languages, Scorer(model, Temperature(factor, 0.5), backend))

    def encoded(self, text: str) -> bytes:
        """The bytes that the model is asked about, normalised as in its training."""
        # Digits and marks are features too, but no evidence of a language.
        return encode_any(normalised(text)) if has_letter(text) else b""


def _with_siblings(model: ByteModel, languages: Sequence[str] | None) -> ByteModel:
    if languages is None:
        return model
    added = [SIBLINGS[code] for code in languages if code in SIBLINGS]
    restricted = model.restricted([*languages, *added])
    for column, code in enumerate(restricted.labels):
        if code not in languages:
            restricted.walk.prior[column] += math.log(_SIBLING_ODDS)
    return restricted
