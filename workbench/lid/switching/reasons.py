"""Says in a sentence why a span was marked."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.languages import LANGUAGES
from workbench.lid.switching.evidence import Evidence
from workbench.lid.switching.scripts import IDEOGRAPHIC, NAMES, NO_SPACES
from workbench.lid.switching.units import SCRIPTS, Unit

_LOOKED_AT = 60  # words from which examples are taken
_EXAMPLES = 3


def reason(words: Sequence[str], units: Sequence[Unit], language: str, evidence: Evidence) -> str:
    """Why these words, in lower case, count as being in a language.

    For instance: 7 words: byte patterns and the words 'the', 'of' speak for English against
    French.
    """
    scripts = [unit.script for unit in units[:_LOOKED_AT]]
    script = max(sorted(set(scripts)), key=scripts.count)
    code = SCRIPTS[script]
    name, expected = _name(language), _name(evidence.expected)
    kind = "characters" if code in IDEOGRAPHIC else "words"
    told = _examples(words[:_LOOKED_AT], language, evidence)
    what = kind if len(told) > 1 else kind.removesuffix("s")
    examples = f"the {what} {', '.join(told)}" if told else ""
    if not evidence.is_foreign(script):
        also = f" and {examples}" if told else ""
        return f"{len(units)} {kind}: byte patterns{also} speak for {name} against {expected}"
    count = "Text" if code in NO_SPACES else f"{len(units)} {kind}"
    also = f"; {examples} {'speak' if len(told) > 1 else 'speaks'} for {name}" if told else ""
    return f"{count} in {NAMES.get(code, code)}, not in the script of {expected}{also}"


def _examples(words: Sequence[str], language: str, evidence: Evidence) -> list[str]:
    """The first few words that the language has and the expected one has not, quoted."""
    found = []
    for word in dict.fromkeys(words):
        known = evidence.lists.languages_of(word)
        if evidence.is_unused(word) or (language in known and evidence.expected not in known):
            found.append(f"'{word}'")
    return found[:_EXAMPLES]


def _name(code: str) -> str:
    return LANGUAGES[code].name if code in LANGUAGES else f"'{code}'"
