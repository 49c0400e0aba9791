from __future__ import annotations

import pandas as pd
import pytest

from workbench.lid.passrates import judged_lines, line_pass_rates

FIVE = "one two three four five"


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
        # 猫/が/ソファ/で/寝/て/いる are seven words; 猫です is two.
        ("猫がソファで寝ている\n猫です", "ja", ["猫がソファで寝ている"]),
        # Thai has no tokenizer: judged as LCB does, by white space.
        ("แมวนอนบนโซฟาทั้งวัน", "th", []),
    ],
)
def test_judged_lines(text: str, language: str, lines: list[str]) -> None:
    assert judged_lines(text, language) == lines


def test_rates_by_group() -> None:
    results = pd.DataFrame(
        {
            "checkpoint": ["a", "a", "a", "b"],
            "lines_judged": pd.array([2, 1, 0, None], dtype="Int64"),
            "lines_right": pd.array([1, 1, 0, None], dtype="Int64"),
            "line_pass": pd.array([False, True, None, None], dtype="boolean"),
        }
    )
    table = line_pass_rates(results, ["checkpoint"])
    # a: of two answers with a judged line one passes; lines (1/2 + 1/1) / 2 = 0.75.
    assert table.iloc[0].to_dict() == {
        "checkpoint": "a",
        "lpr": 0.5,
        "line_accuracy": 0.75,
        "n_judged": 2,
        "n_total": 3,
    }
    # b has no judged line: no rate, not 100%.
    assert table.iloc[1][["lpr", "line_accuracy"]].isna().all()
    assert table.iloc[1][["n_judged", "n_total"]].tolist() == [0, 1]
