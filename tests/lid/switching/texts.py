"""Texts of all sorts, for tests over many of them."""

from __future__ import annotations

from hypothesis import strategies as st

PIECES = (
    "Le renard vit dans la forêt. ",
    "the dog is very lazy today ",
    "Лиса живёт в лесу ",
    "猫在睡觉，我们不知道。",
    "これはペンです。",
    "الثعلب يعيش في الغابة ",
    "สวัสดีครับ ",
    "कुत्ता सो रहा है ",
    "L’été, qu'il ",
    "e\u0301te\u0301 ",
    "Harry Potter and the Chamber of Secrets ",
    "machine learning",
    "foo_bar1 ",
    "```",
    "~~~",
    "`",
    "$$",
    "$x$",
    "\\[",
    "\\]",
    "<!--",
    "-->",
    "<b>",
    '"',
    "« ",
    " »",
    "https://example.org/a ",
    "3,5 % ",
    "\n",
    "\r\n",
    "\n\n",
    " ",
    "-",
    ". ",
    "\0",
    "\ud800",
    "🦊",
    "\u200f",
    "İ",
    "ǅ",
)
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=40).map("".join)
