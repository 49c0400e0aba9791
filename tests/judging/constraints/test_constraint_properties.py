from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.judging.constraints import check, count_items

CONSTRAINTS = (
    "short",
    "long",
    "num_items_3",
    "lang_fr",
    "markdown_template",
    "html_template",
    "arrow_template",
    "cap_template",
    "scientific_style",
    "unheard_of",
)
PIECES = st.sampled_from(
    [
        "1. ",
        "- ",
        "* ",
        "--> ",
        "**",
        "```",
        "\n",
        "\n\n",
        "<li>",
        "</ul>",
        "<p>",
        "<!--",
        "|",
        "|-|",
    ]
    + [
        ": ",
        "、",
        "١. ",
        "①",
        "一、",
        "a) ",
        "i. ",
        "#",
        "> ",
        ". ",
        "。",
        "\u200f",
        "ก",
        "苹果",
        "et ",
    ]
    + [
        "и ",
        "Jazz ",
        "jazz ",
        "Option 1: ",
        "🎵",
        "½ ",
        "²",
        "l'",
        "(",
        "[x](",
        "_",
        "\\",
        "\r\n",
        "\x1c",
    ]
)
TEXTS = st.text(max_size=60) | st.lists(PIECES, max_size=25).map("".join)
# The same texts in each run.
repeatable = settings(derandomize=True, database=None, deadline=None, max_examples=150)
WORDS = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyzàéîабвгд", min_size=3, max_size=9),
    min_size=1,
    max_size=12,
)


@repeatable
@given(TEXTS)
def test_any_text_is_checked(text: str) -> None:
    for constraint in CONSTRAINTS:
        found = check(constraint, text, twin=text)
        assert found.constraint == constraint
        assert (found.reason is None) == (found.kept is True)
        assert found.kept is not True or any(c.isalnum() for c in text)


@repeatable
@given(st.text())
def test_any_constraint_is_checked(constraint: str) -> None:
    assert check(constraint, "Some words.").constraint == constraint


@repeatable
@given(WORDS, st.sampled_from(["{n}. ", "{n}) ", "({n}) ", "**{n}.** ", "- ", "* ", "• ", "--> "]))
def test_as_many_items_as_lines_with_a_mark(words: list[str], mark: str) -> None:
    lines = [mark.format(n=n) + word for n, word in enumerate(words, start=1)]
    text = "Sure! Here they are:\n\n" + "\n".join(lines) + "\n\nLet me know if you need more."
    assert count_items(text) == len(words)


@repeatable
@given(WORDS, st.sampled_from("٠०๐０"))
def test_digits_of_any_script_number_items(words: list[str], zero: str) -> None:
    digits = str.maketrans({str(n): chr(ord(zero) + n) for n in range(10)})
    lines = [f"{n}. ".translate(digits) + word for n, word in enumerate(words, start=1)]
    assert count_items("\n".join(lines)) == len(words)


@repeatable
@given(WORDS)
def test_capitals_are_kept_by_title_case_alone(words: list[str]) -> None:
    assert check("cap_template", " ".join(word.capitalize() for word in words)).kept is True
    assert check("cap_template", " ".join(words)).kept is False


@repeatable
@given(WORDS)
def test_never_both_brief_and_detailed(words: list[str]) -> None:
    for text in (" ".join(words) + ".", "\n".join(" ".join(words) + f" {n}." for n in range(12))):
        assert not (check("short", text).kept and check("long", text).kept)
