from __future__ import annotations

import csv

import pytest

from tests.lid.data import LCB, needs_lcb
from workbench.lid.lines import english_words, judged_lines, tokenizer
from workbench.lid.words import WordList

FIVE = "one two three four five"
WORDS = WordList.of(["house", "kitchen"])


@pytest.mark.parametrize(
    ("text", "language", "lines"),
    [
        ("", "en", []),
        ("one two three four", "en", []),
        (f"{FIVE}\nshort\n\n  {FIVE} six  ", "en", [FIVE, f"{FIVE} six"]),
        # Punctuation goes without leaving a space: "a.b" is one token.
        ("a.b c-d e,f g/h", "en", []),
        ("(a) [b] {c} 'd' \"e\"", "en", ["a b c d e"]),
        # An em dash parts words, a hyphen does not.
        ("a—b c d e", "en", ["a b c d e"]),
        ("a-b c d e", "en", []),
        # Only ASCII punctuation and the Arabic comma go.
        ("واحد، اثنان ثلاثة أربعة خمسة", "ar", ["واحد اثنان ثلاثة أربعة خمسة"]),
        ("«a» b c d e.", "fr", ["«a» b c d e"]),
        # A model that asks itself the next question.
        (f"{FIVE}\nQ: {FIVE}\n{FIVE}", "en", [FIVE]),
        (f"{FIVE} Q: x", "en", [f"{FIVE} Q x"]),
        # 小猫/在/沙发/上/睡觉 are five words without a space; 猫睡觉 two or three.
        ("小猫在沙发上睡觉\n猫睡觉", "zh", ["小猫在沙发上睡觉"]),
        ("小猫在沙发上睡觉", "en", []),
        # Full-width punctuation is not deleted; each mark is a token of its own: 猫/，/狗/，/鸟.
        ("猫，狗，鸟\n猫，狗，", "zh", ["猫，狗，鸟"]),
        # 猫/が/ソファ/で/寝/て/いる are seven words; 猫です is two.
        ("猫がソファで寝ている\n猫です", "ja", ["猫がソファで寝ている"]),
        # Thai has no tokenizer: judged as LCB does, by white space.
        ("แมวนอนบนโซฟาทั้งวัน", "th", []),
    ],
)
def test_judged_lines(text: str, language: str, lines: list[str]) -> None:
    assert judged_lines(text, language) == lines


@pytest.mark.parametrize(
    ("lines", "language", "count"),
    [
        (["мой house стоит у реки"], "ru", 1),
        # Tokens are whole and lower-case; a name or a longer word is not the word.
        (["мой House стоит у households реки"], "ru", 0),
        (["мой house и house", "и kitchen тут стоит рядом"], "ru", 3),
        # jieba and fugashi part Latin words from those beside them.
        (["我在house里面睡觉吃饭"], "zh", 1),
        (["猫がkitchenで寝ている"], "ja", 1),
        # Words that stick to Cyrillic letters are no tokens of their own.
        (["мойhouse стоит у реки тут"], "ru", 0),
        ([], "ru", 0),
        # In Latin script an English word may be a word of the language.
        (["la house est grande ici"], "fr", None),
        (["my house is very big"], "en", None),
    ],
)
def test_english_words(lines: list[str], language: str, count: int | None) -> None:
    assert english_words(lines, language, WORDS) == count


@needs_lcb
@pytest.mark.parametrize("language", ["zh", "ja"])
def test_the_short_cuts_give_what_tokenising_gives(language: str) -> None:
    tokens = tokenizer(language)
    checked = 0
    with (LCB / "outputs" / "command-r.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["completion"] for row in csv.DictReader(file) if row["language"] == language]
    for text in texts[:300]:
        for line in text.split("\n"):
            enough = len(list(tokens(line.strip()))) >= 5
            plain = line.strip().isalnum()  # nothing for the normalisation to delete
            if plain:
                assert bool(judged_lines(line, language)) == enough, line
                checked += 1
    assert checked > 10
