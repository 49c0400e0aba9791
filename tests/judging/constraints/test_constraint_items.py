from __future__ import annotations

import pytest

from workbench.judging.constraints import check, count_items

LISTS = {
    "bold numbers between talk": (
        2,
        "Sure! Here are two options:\n\n1. **Louis Armstrong** - trumpet\n2. **Bessie Smith**\n\n"
        "Let me know if you want more!",
    ),
    "numbers in bold": (3, "Here are 3 songs\n\n**1.** Roxanne\n**2.** Hello\n**3.** Help!"),
    "bullets": (3, "* jazz\n* blues\n* swing"),
    "round bullets without space": (3, "•jazz\n•blues\n•swing"),
    "hyphens without space": (3, "-jazz\n-blues\n-swing"),
    "brackets": (3, "(1) jazz\n(2) blues\n(3) swing"),
    "escaped numbers": (2, "1\\. jazz\n2\\. blues"),
    "number signs": (2, "#1 jazz\n#2 blues"),
    "keycaps": (2, "1️⃣ jazz\n2️⃣ blues"),
    "emoji": (2, "🎵 jazz\n🎷 blues"),
    "letters past h": (9, "\n".join(f"{letter}) option" for letter in "abcdefghi")),
    "roman": (3, "I. jazz\nII. blues\nIII. swing"),
    "labels": (2, "Option 1: jazz\nIt is loud.\n\nOption 2: blues\nIt is sad."),
    "lazy numbers": (3, "1. jazz\n1. blues\n1. swing"),
    "code fence": (3, "```\n- jazz\n- blues\n- swing\n```"),
    "html": (2, "<ol>\n<li>jazz\n<ul><li>loud</li></ul></li>\n<li>blues</li>\n</ol>"),
    "nested by indentation": (2, "- jazz\n    - loud\n    - fast\n- blues"),
    "nested round bullets": (2, "• jazz\n   • loud\n   • fast\n• blues"),
    "nested by mark": (2, "1. Jazz:\n- loud\n- fast\n2. Blues:\n- slow"),
    "numbered headings": (2, "### 1. Jazz\n* loud\n* fast\n\n### 2. Blues\n* slow"),
    "headings": (2, "# Music\n\n## Jazz\nLoud. Fast.\n\n## Blues\nSlow. Sad."),
    "bold beginnings": (2, "**Jazz**: loud. Fast too.\n\n**Blues**: slow.\n\nEnjoy!"),
    "table": (2, "| Name | Mood |\n|---|---|\n| jazz | loud |\n| blues | sad |"),
    "paragraphs within items": (2, "1. Jazz\n\nIt was loud. It was fast.\n\n2. Blues\n\nSlow."),
    "two lists": (4, "Films:\n1. Heat\n2. Seven\n\nShows:\n1. Columbo\n2. The Wire"),
    "an item cut off": (2, "1. jazz\n2. blues\n3."),
    "an item in the next line": (2, "1.\njazz\n2.\nblues"),
    "one a line": (3, "jazz\nblues\nswing"),
    "one a line between talk": (
        2,
        "Here are 2 options\njazz\nblues\nLet me know if you want more of them.",
    ),
    "one a line below a heading with a number": (2, "Top 2 of the decade\n\nJazz\n\nBlues"),
    "lines with explanations": (
        3,
        "Jazz: it was loud. And fast.\n\nBlues: it was sad.\n\nSwing: for dancers.\n\n"
        "I hope this helps you!",
    ),
    "talk is also a title": (2, "Enjoy the Silence\nHere Comes the Sun"),
    "years begin lines": (3, "1984\nBrave New World\nDune"),
    "initials begin lines": (3, "J. Cole\nB. B. King\nDr. Dre"),
    "commas": (4, "honestly, truly, frankly, genuinely"),
    "a sentence": (4, "Synonyms of sincerely are honestly, truly, frankly, and genuinely."),
    "a sentence after a clause": (
        3,
        "If you like Billy Joel, you might also enjoy Elton John, Phil Collins and Sting.",
    ),
    "two joined": (2, "Jazz and swing"),
    "after a colon": (3, "Sure! Here are three:\njazz, blues, swing"),
    "in one line": (3, "1. jazz 2. blues 3. swing"),
    "begun in the line of talk": (3, "Here are 3: 1. jazz\n2. blues\n3. swing"),
    "round bullets in one line": (3, "• jazz • blues • swing"),
    "line breaks lost": (3, "They are:  - jazz  - blues  - swing"),
    "slashes": (3, "jazz / blues / swing"),
    "JSON": (2, '["jazz", "blues"]'),
    "commas within quotations and brackets": (2, '"Hello, Dolly" (1964, live) and "Help"'),
    "thousands": (2, "1,000 records and 2,500 tapes"),
    "fr": (3, "Voici 3 options :\n\n- le jazz ;\n- le blues ;\n- le swing.\n\nBonne écoute !"),
    "fr, sentence": (3, "Je vous propose le jazz, le blues et le swing."),
    "pt": (3, "Claro! Aqui estão 3 opções:\n\n1) jazz\n2) blues\n3) swing\n\nEspero ter ajudado."),
    "pt, sentence": (2, "sinceramente e francamente"),
    "es": (3, "vino, agua o leche"),
    "it, sentence": (3, "Ti consiglio il jazz, il blues e lo swing."),
    "de, sentence": (2, "Jazz und Swing"),
    "ru": (2, "Конечно! Вот 2 варианта:\n\n1. Джаз — громкий.\n2. Блюз.\n\nНадеюсь, это поможет!"),
    "ru, letters": (3, "а) джаз\nб) блюз\nв) свинг"),
    "ru, commas": (3, "Джаз, блюз и свинг."),
    "ar": (3, "إليك 3 خيارات:\n١. الجاز\n٢. البلوز\n٣. السوينغ\n\nأتمنى أن يفيدك هذا!"),
    "ar, hyphens and marks of direction": (2, "\u200f١- الجاز\n\u200f٢- البلوز"),
    "ar, letters": (3, "أ) جاز\nب) بلوز\nج) سوينغ"),
    "ar, joined by prefix": (3, "الجاز، البلوز والسوينغ"),
    "ar, each joined": (3, "الجاز، والبلوز، والسوينغ"),
    "zh": (3, "以下是三种选择：\n1、爵士乐\n2、蓝调\n3、摇摆乐\n希望对你有帮助！"),
    "zh, numerals": (3, "一、爵士乐\n二、蓝调\n三、摇摆乐"),
    "zh, full width": (2, "１．爵士乐\n２．蓝调"),
    "zh, circled": (3, "①爵士乐 ②蓝调 ③摇摆乐"),
    "zh, sentence": (3, "爵士乐、蓝调和摇摆乐。"),
    "hi": (3, "यहाँ 3 विकल्प हैं:\n१. जैज़\n२. ब्लूज़\n३. स्विंग\n\nआशा है कि यह मदद करेगा!"),
    "hi, sentence": (3, "जैज़, ब्लूज़ और स्विंग"),
    "ja": (3, "・りんご\n・みかん\n・バナナ"),
    "th": (2, "๑. แจ๊ส\n๒. บลูส์"),
}
PROSE = {
    "one sentence": "In the 1920s, jazz was popular, especially in Chicago.",
    "paragraphs": "Jazz was loud. It was fast too.\n\nBlues was slow. It was sad as well.",
    "a letter begins a line by chance": "Z. is a letter of mine",
    "words that are and or or elsewhere": "I saw a film of the year",
    "fr, y": "Il y a une bonne émission le soir.",
    "ar, a word that begins with the letter of and": (
        "تقع هذه القرية الصغيرة في غرب البلاد قرب واحة كبيرة."
    ),
}


@pytest.mark.parametrize(("number", "text"), LISTS.values(), ids=LISTS.keys())
def test_items_of_lists(number: int, text: str) -> None:
    assert count_items(text) == number
    assert check(f"num_items_{number}", text).kept is True


@pytest.mark.parametrize("text", PROSE.values(), ids=PROSE.keys())
def test_prose_is_no_list(text: str) -> None:
    found = check("num_items_2", text)

    assert found.kept is False
    assert found.reason == "asked for 2 items, found no list"


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (4, LISTS["letters past h"][1]),
        (3, LISTS["ar"][1] + "\n٤. الروك"),
        (2, LISTS["nested by mark"][1] + "\n3. Swing"),
        (4, LISTS["zh, sentence"][1]),
    ],
)
def test_another_number_of_items(asked: int, text: str) -> None:
    found = check(f"num_items_{asked}", text)

    assert found.kept is False
    assert found.reason == f"asked for {asked} items, found {count_items(text)}"


def test_numbers_of_items_are_named_in_the_reason() -> None:
    # Five bullets, and a sixth nested one.
    text = "- a1\n- b2\n- c3\n  - d4\n- e5\n- f6"
    assert check("num_items_4", text).reason == "asked for 4 items, found 5"
