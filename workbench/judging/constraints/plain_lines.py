"""Lists without marks: one item a line, with lines of talk before and after."""

from __future__ import annotations

import re

from workbench.judging.constraints.base import has_words
from workbench.judging.constraints.sizes import ends_a_sentence, line_sentences, words

LONGEST_LABEL = 6
"""Words before the colon of "item: what it is"."""
LONGEST_TITLE = 12
"""Words of an item that stands alone in its line."""
LONGEST_SENTENCE = 20
"""Words of an item that is a sentence; what is longer is a paragraph of prose."""

_LABELLED = re.compile(r"([^\s:：][^:：\n]{0,80}?)(?:\s*[:：](?!/)|\s+[-–—]\s)\s*\S")
_NUMBER = re.compile(r"(?<!\w)\d{1,2}(?!\w)")
# How answers begin and end around what was asked for, where no mark shows it.
_TALK = re.compile(
    r"\W*(?:sure|of course|certainly|absolutely|here (?:is|are)|here's|let me know|i hope|feel free"
    r"|enjoy|hope (?:this|that)|please let|bien s[uû]r|certainement|voici|voil[aà]|n'h[eé]site"
    r"|j'esp[eè]re|bonne? |claro|com certeza|aqui (?:est[aã]o|v[aã]o)|espero|se (?:precisar|quiser)"
    r"|fique [aà]|por supuesto|aqu[ií] (?:tienes?|est[aá]n)|si necesitas|natürlich|gerne"
    r"|hier (?:sind|ist)|ich hoffe|certo|ecco|spero|конечно|вот|надеюсь|если (?:вам|тебе|вы|ты|у)"
    r"|дайте знать|удачи|إليك|بالطبع|بالتأكيد|فيما يلي|هذه|آمل|أتمنى|إذا|当然|好的|以下|这里|希望"
    r"|如果|祝|もちろん|こちら|물론|다음은|ज़रूर|बिल्कुल|यहाँ|यहां|ये रहे|आशा|उम्मीद|अगर|यदि)",
    re.IGNORECASE,
)


def is_talk(line: str) -> bool:
    """Whether a line or sentence speaks about the list: "Here are", "Let me know"."""
    begins = _TALK.match(line.replace("’", "'")) is not None
    # "Enjoy the Silence" is a song, "certainly" a synonym.
    return begins and (words(line) > 3 or ends_a_sentence(line) or leads_in(line))


def leads_in(line: str) -> bool:
    """Whether a line ends with a colon."""
    return line.rstrip("*_ \t").endswith((":", "："))


def one_a_line(lines: list[str]) -> int:
    """Number of lines that are items; 0 where these are fewer than two.

    Items are titles and lines such as "item: what it is", or else lines of one sentence
    each. Where several lines stand together, lines on their own lead in or close.
    """
    blocks = [
        [line.strip().strip("*_") for line in block.split("\n")]
        for block in re.split(r"\n\s*\n", "\n".join(lines).strip())
    ]
    if _counts(blocks):
        blocks[0] = blocks[0][1:]
    said = [[line for line in block if _may_be_item(line)] for block in blocks]
    together = [block for block in said if len(block) > 1]
    chosen = [line for block in together or said for line in block]
    titles = sum(_is_title(line) or _is_labelled(line) for line in chosen)
    if titles > 1 and 2 * titles >= len(chosen):
        return titles
    short = all(
        len(line_sentences(line)) == 1 and words(line) <= LONGEST_SENTENCE for line in chosen
    )
    return len(chosen) if short and len(chosen) > 1 else 0


def _counts(blocks: list[list[str]]) -> bool:
    """Whether the first line alone has a number: "5 songs for the road" above the songs."""
    first, *others = [bool(_NUMBER.search(line)) for block in blocks for line in block]
    return first and bool(others) and not any(others)


def _may_be_item(line: str) -> bool:
    return not (not has_words(line) or line.startswith("#") or leads_in(line) or is_talk(line))


def _is_title(line: str) -> bool:
    return (
        not ends_a_sentence(line)
        and len(line_sentences(line)) == 1
        and words(line) <= LONGEST_TITLE
    )


def _is_labelled(line: str) -> bool:
    match = _LABELLED.match(line)
    return match is not None and words(match[1]) <= LONGEST_LABEL
