from __future__ import annotations

import pytest

from workbench.judging.constraints import check

MARKDOWN = {
    "heading": "# Jus de pomme\n\nLavez les pommes.",
    "heading below": "Jus de pomme\n===\n\nLavez les pommes.",
    "bold": "**Zutaten:** Äpfel",
    "bold, zh": "这是**重要**的内容",
    "bold, ar": "**المكونات**\n\nتفاح وماء",
    "italics": "Wash them *well*.",
    "bullets": "- сахар\n- вода",
    "code": "Run `make juice` now.",
    "fence": "Do this:\n\n```\nmake juice\n```",
    "link": "See [the recipe](https://example.com/juice).",
    "table": "| a | b |\n|---|:--|\n| 1 | 2 |",
    "quotation": "> लाल सेब लें।",
    "within a fence": "```markdown\n# Suco\n\n1. Lave\n```",
    "numbers with bold": "1. **Wash** them\n2. **Cut** them",
}
NO_MARKDOWN = {
    "prose": "Wash the apples. Cut them.",
    "signs of arithmetic": "2 * 3 * 4 and a*b*c are snake_case_names",
    "a single hyphen": "- one point alone",
    "other bullets": "• Вымойте яблоки\n• Нарежьте их",
    "a fence around prose": "```\nWash the apples.\n```",
    "a fence around HTML": "```html\n<h1>Juice</h1>\n```",
    "hashtags": "#juice #apple",
    "escaped": "\\*not bold\\*",
}
HTML = {
    "page": '<!DOCTYPE html>\n<html lang="fr">\n<head><meta charset="utf-8"><title>Jus</title>'
    "<style>p > a {color: red}</style></head>\n<body>\n<h1 class='a'>Jus de pomme</h1>\n"
    "<p>Lavez<br/>les pommes.</p></body></html>",
    "fence between talk": "Sure! Here is the page:\n\n```html\n<html><body><h1>Hi there</h1></body>"
    "</html>\n```\n\nThe page has one heading. Let me know whether you need more than that in it.",
    "talk without a fence": "Voici la page :\n<html><body><p>Lavez les pommes.</p></body></html>",
    "without html and body": "<h1>सेब का रस</h1>\n<p>सेब धो लें।</p>",
    "ar": '<html dir="rtl"><body><p>اغسل التفاح</p></body></html>',
    "zh": "<HTML><BODY><P>洗苹果</P></BODY></HTML>",
    "breaks off": "<!DOCTYPE html><html><head><title>Сок</title></head><body><ul><li>Вымойте ябл",
    "breaks off within a fence": "```html\n<html><head><title>Suco</title></head><body><p>Lave",
    "list items left open": "<html><body><ul><li>wash<li>cut</ul></body></html>",
    "no blocks": "<html><body>Wash the apples.<br>Cut them.</body></html>",
}
NO_HTML = {
    "prose": "Wash the apples.",
    "Markdown": "# Juice\n\n- Wash\n- Cut",
    "about HTML": "A page begins with the <html> tag, then come <body> and <p>.",
    "tags as code": "Write `<p>text</p>` for a paragraph.",
    "emphasis alone": "Wash the <b>apples</b>.",
    "a placeholder": "Dear <name>, wash them. Yours, </name>",
    "escaped": "&lt;html&gt;&lt;p&gt;Wash&lt;/p&gt;&lt;/html&gt;",
    "no text": "<html><head><style>p {color: red}</style></head><body></body></html>",
    "text between blocks": "<h1>Juice</h1> Wash the apples. <p>Cut them.</p>",
    "mostly text around": "Wash the apples and cut them into pieces. <p>Enjoy!</p> That is all.",
}
ARROWS = {
    "lines": "--> Wash\n--> Cut",
    "talk around": "Bien sûr ! Voici les étapes :\n\n--> Lavez\n\n--> Coupez\n\nBon appétit !",
    "headings": "# Étapes\n--> Lavez\n## Fin\n--> Pressez",
    "numbers before the sign": "1. --> Lave\n2. --> Corte",
    "bullets before the sign": "* --> Вымойте\n* --> Нарежьте",
    "bold": "**--> Wash**\n\n**--> Cut**",
    "code fence": "```\n--> Wash\n--> Cut\n```",
    "one dash of two": "—> Wash\n–> Cut",
    "as HTML writes it": "--&gt; Wash\n--&gt; Cut",
    "lists within points": "--> Ingredients:\n- apples\n- water\n\n--> Steps:\n1. Wash\n2. Cut",
    "indented within points": "--> Wash\n   - well\n--> Cut",
    "points that go on": "--> Wash\n\nCold water is best.\n\n--> Cut",
    "points of several lines": "--> Wash\nCold water is best.\nDry them.\n--> Cut\nFinely.\nThin.",
    "signs above their points": "-->\nWash the apples.\n\n-->\nCut them.",
    "titles": "Chapter 1: Values\n--> Numbers\n\nChapter 2: Loops\n--> For\n\nEnd\n--> Exam",
    "a list in each point": "--> Ingredients\n- apples\n- water\n--> Steps\n- wash\n- cut",
    "quoted": '"--> Wash"\n"--> Cut"',
    "one point": "--> Wash the apples.",
    "after the colon of an introduction": "The steps: --> Wash --> Cut",
    "ar": "--> اغسل التفاح\n--> قطع التفاح",
    "ar, as it looks": "<-- اغسل التفاح\n<-- قطع التفاح",
    "zh": "-->洗苹果\n-->切苹果",
    "hi": "--> सेब धोएं\n--> काटें",
}
NO_ARROWS = {
    "prose": ("Wash. Cut.", "found none"),
    "→": ("→ Wash\n→ Cut", "found 2 that begin with → instead"),
    "->": ("-> Lavez\n-> Coupez", "found 2 that begin with -> instead"),
    "=>": ("=> Wash\n=> Cut", "found 2 that begin with => instead"),
    "➡": ("➡️ 洗苹果\n➡️ 切苹果", "found 2 that begin with ➡ instead"),
    "bullets": ("- Wash\n- Cut", "found none"),
    "within lines": ("Wash --> cut\nCut --> press", "found none"),
    "left of Latin letters": ("<-- Wash\n<-- Cut", "found none"),
    "some without": (
        "--> Wash\n--> Cut\n- Press\n- Drink",
        "found 2 that do and 2 that do not",
    ),
    "the introduction alone": ("--> The steps:\n1. Wash\n2. Cut", "found 1 that do and 2 that do"),
    "the last paragraph alone": ("Wash.\n\nCut.\n\nPress.\n\n--> Drink.", "found 1 that do and 1"),
    "the first line alone": ("--> Wash.\nCut.\nPress.", "found 1 that do and 1"),
    "the first paragraph alone": ("--> Wash.\n\nCut.\n\nPress.", "found 1 that do and 1"),
}
CAPITALS = {
    "en": "Wash The Apples. Don't Cut Them Into Medium-rare Pieces.",
    "en, all": "WASH THE APPLES",
    "fr": "Lavez Les Pommes À L'eau, Puis D'Abord l'Écorce.",
    "pt": "Lave As Maçãs E Corte-as.",
    "ru": "Вымойте Яблоки И Нарежьте Их.",
    "el": "Πλύνετε Τα Μήλα.",
    "decomposed": "E\u0301pluchez Les Pommes",
    "list": "a) **Wash** The Apples\nb) Cut Them",
    "numbers, code and addresses": "Add 200g Sugar And Run `make juice` (https://example.com/a).",
    # 19 of 20 words.
    "one slip in twenty": "Wash " * 19 + "iPhones",
    "names in another script": "Wash The Apples 苹果",
}
NO_CAPITALS = {
    "en": ("Wash the apples. Cut them.", "found 3 of 5 words without one, such as 'the'"),
    "fr": ("Lavez les pommes.", "found 2 of 3 words without one, such as 'les'"),
    "ru": ("Вымойте яблоки.", "found 1 of 2 words without one, such as 'яблоки'"),
    # 17 of 19 words: 89%.
    "two slips": ("Wash " * 17 + "it now", "found 2 of 19 words without one, such as 'it'"),
    "title case": ("How to Make Juice at Home", "found 2 of 6 words without one, such as 'to'"),
}


@pytest.mark.parametrize("text", MARKDOWN.values(), ids=MARKDOWN.keys())
def test_markdown(text: str) -> None:
    assert check("markdown_template", text).kept is True


@pytest.mark.parametrize("text", NO_MARKDOWN.values(), ids=NO_MARKDOWN.keys())
def test_no_markdown(text: str) -> None:
    found = check("markdown_template", text)

    assert found.kept is False
    assert found.reason == "asked for Markdown, found none of its marks"


@pytest.mark.parametrize("text", ["1. Wash\n2. Cut", "Voici :\n1) Lavez\n2) Coupez"])
def test_numbers_alone_say_nothing_of_markdown(text: str) -> None:
    found = check("markdown_template", text)

    assert found.kept is None
    assert found.reason is not None and "numbered lines alone" in found.reason


@pytest.mark.parametrize("text", HTML.values(), ids=HTML.keys())
def test_html(text: str) -> None:
    assert check("html_template", text).kept is True


@pytest.mark.parametrize("text", NO_HTML.values(), ids=NO_HTML.keys())
def test_no_html(text: str) -> None:
    found = check("html_template", text)

    assert found.kept is False
    assert found.reason is not None and found.reason.startswith("asked for an HTML page, found")


@pytest.mark.parametrize("text", ARROWS.values(), ids=ARROWS.keys())
def test_arrows(text: str) -> None:
    assert check("arrow_template", text).kept is True


@pytest.mark.parametrize(("text", "reason"), NO_ARROWS.values(), ids=NO_ARROWS.keys())
def test_no_arrows(text: str, reason: str) -> None:
    found = check("arrow_template", text)

    assert found.kept is False
    assert found.reason is not None
    assert found.reason.startswith(f"asked for points that begin with -->, {reason}")


@pytest.mark.parametrize("text", CAPITALS.values(), ids=CAPITALS.keys())
def test_capitals(text: str) -> None:
    assert check("cap_template", text).kept is True


@pytest.mark.parametrize(("text", "reason"), NO_CAPITALS.values(), ids=NO_CAPITALS.keys())
def test_no_capitals(text: str, reason: str) -> None:
    found = check("cap_template", text)

    assert found.kept is False
    assert found.reason == f"asked for a capital at the beginning of each word, {reason}"


@pytest.mark.parametrize(
    "text",
    [
        "اغسل التفاح",
        "把苹果洗干净",
        "सेब धो लें",
        "ล้างแอปเปิล",
        # Georgian has capitals for whole words only.
        "გარეცხეთ ვაშლი",
        "把苹果洗干净然后切成小块 Wi-Fi",
        "123",
    ],
)
def test_scripts_without_capitals_decide_nothing(text: str) -> None:
    found = check("cap_template", text)

    assert found.kept is None
    assert found.reason == "most of the answer is in a script without capital letters"
