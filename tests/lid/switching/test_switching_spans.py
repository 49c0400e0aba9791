from __future__ import annotations

import pytest

from workbench.lid.codeswitch import find_spans


def marked(text: str, expected: str) -> list[tuple[str, str]]:
    return [(text[s.start : s.end], s.language) for s in find_spans(text, expected)]


@pytest.mark.parametrize(
    "expected, text",
    [
        ("fr", "Harry Potter et Hermione Granger vont à New York City avec Microsoft Office."),
        ("fr", "J'aime le week-end, le jazz, le fast-food et le machine learning."),
        ("fr", "Il lit The Lord of the Rings chaque soir."),
        ("fr", "Il lit Harry Potter and the Chamber of Secrets chaque soir."),
        ("de", "Das Meeting mit dem Team war cool, das Feedback vom Manager auch."),
        ("es", "Escucha Bohemian Rhapsody de Queen y Stairway to Heaven de Led Zeppelin."),
        ("en", "We visited the Musée du Louvre, the Arc de Triomphe and Rio de Janeiro."),
        ("en", "Such a vis-à-vis meeting is fine, and so is some déjà vu."),
        ("ru", "Мы используем машинное обучение (machine learning), Python и React Native."),
        ("ru", "Длина 3 km 5 cm, вес 20 kg и 5 g, e-mail и PDF."),
        ("zh", "我们使用深度学习（deep learning）和 GPT。"),
        ("ja", "東京大学の人工知能研究所は機械学習を研究しています。"),
        ("ja", "身体的、精神的な健康、心理学、哲学、社会学。"),
        ("ar", "نستخدم الذكاء الاصطناعي (artificial intelligence) في Google."),
        ("fr", "- machine learning\n- deep learning\n- big data\nVoilà la liste."),
        ("id", "Konstitusi AS?\n\na. 10\nb. 22\nc. 27\nd. 30"),
        ("fr", "Code : `for x in the list of items` et « the quick brown fox jumps »."),
    ],
)
def test_names_titles_terms_and_exempt_parts_do_not_alarm(expected: str, text: str) -> None:
    assert marked(text, expected) == []


@pytest.mark.parametrize(
    "expected, language, before, inner, after",
    [
        ("fr", "en", "Bien sûr ! ", "First you need to chop the onions", ". Ensuite, le sel."),
        ("it", "es", "Certo, ecco la ricetta: ", "hay que freír los huevos y luego", " servire."),
        ("ru", "en", "Конечно! ", "Here is the answer to your question", ". Надеюсь."),
        ("zh", "en", "当然可以！", "Here is the answer", "。希望有帮助。"),
        ("ko", "en", "물론이죠! ", "you can use this simple recipe", " 감사합니다."),
        ("en", "zh", "Sure! ", "这是你的问题的答案", "。I hope it helps."),
        ("en", "ru", "Of course. ", "Вот ответ на ваш вопрос", ". I hope it helps."),
        ("fr", "ja", "Il fait beau. ", "天気がいいですね", "。 Allons-y."),
        ("fr", "th", "Il fait beau. ", "ที่นี่อากาศดีมาก", " Allons-y."),
        ("ja", "zh", "これはテストです。", "但是我们不知道他们在说什么", "。ありがとう。"),
        ("zh", "ja", "他说", "これはペンですか", "然后走了。"),
        ("fr", "en", "", "THIS IS A WARNING ABOUT THE SYSTEM", ""),
    ],
)
def test_a_few_words_in_a_row_are_marked(
    expected: str, language: str, before: str, inner: str, after: str
) -> None:
    assert marked(before + inner + after, expected) == [(inner, language)]


def test_two_words_are_a_term_and_three_are_not() -> None:
    assert marked("Мы любим open source и всё.", "ru") == []
    assert marked("Мы любим open source software и всё.", "ru") == [("open source software", "en")]


def test_more_evidence_makes_more_sure() -> None:
    few, many = (
        find_spans(f"Le renard {words} dans la forêt.", "fr")[0].confidence
        for words in ("and the dog", "and the dog is very lazy today")
    )
    assert 0.5 < few < many < 1


def test_reasons() -> None:
    text = "Le renard est rapide and the dog is very lazy today dans la forêt."
    assert find_spans(text, "fr")[0].reason == (
        "7 words: byte patterns and the words 'and', 'the', 'is' speak for English against French"
    )
    text = "Я думаю very good idea indeed и всё."
    assert find_spans(text, "ru")[0].reason == (
        "4 words in Latin letters, not in the script of Russian; the word 'very' speaks for English"
    )
    assert find_spans("Il dit ที่นี่อากาศดีมาก hier", "fr")[0].reason == (
        "Text in Thai letters, not in the script of French"
    )
    reason = find_spans("これは。但是我们不知道他们。", "ja")[0].reason
    assert reason.startswith("9 characters: byte patterns and the characters '但'")


def test_evidence_is_not_carried_across_a_block_of_code() -> None:
    assert marked("Vite :\nsee the\n```\nx = 1\n```\nlist of. Voilà tout.", "fr") == []
    assert marked("Vite :\nsee the list of. Voilà tout.", "fr") == [("see the list of", "en")]
