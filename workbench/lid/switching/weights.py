"""How much each kind of evidence counts."""

from __future__ import annotations

from typing import NamedTuple


class Weights(NamedTuple):
    """How much each kind of evidence counts, in nats unless said otherwise.

    Set by hand in round figures on the tuning half of ``benchmarks/codeswitch.py``, where the
    rates depend little on most of them; ``drift``, ``entry_english`` and ``entry`` are what
    its ``--tune`` chose.
    """

    langid: float = 0.4
    """Factor for langid's log-likelihoods."""
    py3langid: float = 0.8
    """Factor for py3langid's, whose features count log(1 + occurrences) times."""
    floor: float = 1e-3
    """Probability added to each language's, so that no single word decides."""
    function_word: float = 2.0
    """For a word that is in the list of one language and not in the other's."""
    capital: float = 0.4
    """Factor for evidence from a word with a capital letter: it may be a name."""
    foreign: float = 5.0
    """For a word in a script that the expected language is not written in."""
    foreign_capital: float = 0.8
    """The same for a word with a capital letter."""
    foreign_function_word: float = 1.0
    """Added where such a word is in the list of the language."""
    among_foreign: float = 0.25
    """Factor for what tells languages of such a script apart."""
    character: float = 0.6
    """A Chinese character or kana, in words."""
    unspaced: float = 0.25
    """A character of a script without spaces, in words."""
    ideographic: float = 0.4
    """Factor for the byte models on Chinese characters."""
    character_set: float = 4.0
    """For a Chinese character that one of Chinese and Japanese has no use for."""
    impossible: float = 6.0
    """Against a language that is not written in a script that the expected one is."""
    unrelated: float = 1.0
    """Against a language for a word in a script that neither it nor the expected one is in."""
    drift: float = 0.2
    """Taken from each word's log-odds, so that stretches end where evidence does."""
    entry_english: float = 7.0
    """What a stretch of English costs: a switch to it is the most likely one."""
    entry: float = 8.0
    """What a stretch of another language costs."""
    entry_relatives: float = 4.0
    """Added between Arabic, Persian and Urdu, which share learned words besides their script."""
