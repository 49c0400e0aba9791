from __future__ import annotations

import pytest

from workbench.judging.constraints import check
from workbench.judging.constraints.sizes import sentences, words

BRIEF = {
    "en": "Sure! Wash the apples, e.g. under the tap. Press them for 3.5 minutes. Dr. Lee adds it.",
    "fr": "Bien sûr ! Lavez bien les pommes. Pressez-les ensuite pendant 3,5 minutes.",
    "pt": "Claro! Lave bem as maçãs. Depois esprema tudo e sirva o suco gelado.",
    "ru": "Конечно! Хорошо вымойте яблоки. Затем отожмите сок и подайте его холодным.",
    "ar": "بالتأكيد! اغسل التفاح جيداً ثم قطعه. هل لديك عصارة؟ اعصره بها وقدمه بارداً.",
    "zh": "当然！把苹果洗干净，切成小块。然后用榨汁机榨汁，放凉以后就可以喝。",
    "hi": "ज़रूर! सेब को अच्छी तरह धो लें। फिर उन्हें काटकर रस निकालें और ठंडा परोसें।",
    "ja": "りんごをよく洗って切ります。ジューサーで絞って、冷やして飲みます。",
    "th": "ล้างแอปเปิลให้สะอาดแล้วหั่นเป็นชิ้น จากนั้นคั้นน้ำและแช่เย็นก่อนดื่ม",
}
DETAILED = {
    "en": """# Apple juice

1. **Choose the apples.** Sweet and sour kinds together give the best taste of all.
2. **Wash them.** Rub each apple under cold water until the wax on its skin is gone.
3. **Cut them.** Quarter the apples and take out the stems, the cores and all of the seeds.
4. **Boil them.** Cover the pieces with water and let them simmer for half an hour.
5. **Strain them.** Pour everything through a cloth and leave it alone for some hours.
6. **Season it.** Taste the juice, and add lemon or sugar only if it needs any.
7. **Keep it.** It stays fresh for a week in the fridge, in a clean and closed bottle.""",
    "fr": """Choisissez d'abord des pommes bien mûres, de deux ou trois variétés différentes.
Lavez-les à l'eau froide en frottant la peau avec une petite brosse.
Coupez chaque pomme en quatre et retirez le cœur, la queue et les pépins.
Mettez les morceaux dans une grande casserole et couvrez-les tout juste d'eau.
Laissez cuire à feu doux pendant une demi-heure, jusqu'à ce que la chair soit tendre.
Versez le tout dans un linge propre posé sur un saladier et laissez égoutter.
Goûtez le jus et ajoutez un peu de citron ou de sucre si nécessaire.
Gardez-le au frais dans une bouteille fermée, une semaine tout au plus.""",
    "pt": """Primeiro escolha maçãs bem maduras, de duas ou três variedades diferentes.
Lave todas em água fria e esfregue a casca com uma escova pequena.
Corte cada maçã em quatro partes e retire o miolo, o cabo e as sementes.
Coloque os pedaços em uma panela grande e cubra tudo com um pouco de água.
Deixe cozinhar em fogo baixo por meia hora, até a polpa ficar bem macia.
Despeje tudo em um pano limpo sobre uma tigela e deixe escorrer por horas.
Prove o suco e acrescente um pouco de limão ou de açúcar, se for necessário.
Guarde na geladeira em uma garrafa fechada, por uma semana no máximo.""",
    "ru": """Сначала выберите спелые яблоки двух или трёх разных сортов, сладкие и кислые вместе.
Вымойте их в холодной воде и потрите кожуру небольшой щёткой, чтобы снять воск.
Разрежьте каждое яблоко на четыре части и удалите сердцевину, хвостик и все семена.
Положите кусочки в большую кастрюлю и залейте их водой так, чтобы она их покрыла.
Варите на слабом огне около получаса, пока мякоть не станет совсем мягкой и нежной.
Вылейте всё в чистую ткань над миской и оставьте стекать на несколько часов.
Попробуйте сок и добавьте немного лимона или сахара, если это действительно нужно.
Храните его в холодильнике в закрытой бутылке, но не дольше одной недели.""",
    "ar": """اختر أولاً تفاحاً ناضجاً من نوعين أو ثلاثة أنواع مختلفة، الحلو منها والحامض معاً.
اغسل التفاح بالماء البارد وافرك القشرة بفرشاة صغيرة حتى يزول عنها الشمع تماماً.
قطع كل تفاحة إلى أربعة أجزاء ثم انزع منها القلب والساق وجميع البذور.
ضع القطع في قدر كبير واغمرها بالماء حتى يغطيها كلها ولا يزيد عليها.
اتركها على نار هادئة نحو نصف ساعة حتى يصبح لب التفاح طرياً جداً.
صب كل شيء في قماش نظيف فوق وعاء واتركه يتصفى عدة ساعات.
تذوق العصير وأضف إليه قليلاً من الليمون أو السكر إذا احتاج إلى ذلك.
احفظه في الثلاجة داخل زجاجة مغلقة ونظيفة لمدة أسبوع واحد على الأكثر.""",
    "zh": """首先选择两三种不同的成熟苹果，甜的和酸的搭配在一起味道最好。
然后用冷水把苹果洗干净，用小刷子轻轻刷掉表皮上的蜡。
把每个苹果切成四块，去掉果核、果柄和所有的种子。
把苹果块放进一个大锅里，加水直到刚好没过苹果为止。
用小火煮半个小时左右，一直煮到果肉变得非常软。
把所有东西倒在干净的纱布上，下面放一个大碗，让果汁慢慢流出来。
尝一尝果汁的味道，如果有必要的话，再加一点柠檬汁或者白糖。
最后把果汁装进密封的干净瓶子里，放进冰箱冷藏，最多可以保存一个星期。""",
    "hi": """सबसे पहले दो या तीन अलग किस्मों के पके हुए सेब चुनें, मीठे और खट्टे दोनों।
सेबों को ठंडे पानी में धोएं और छिलके को एक छोटे ब्रश से हल्के से रगड़ें।
हर सेब को चार टुकड़ों में काटें और उसका बीच का भाग, डंठल और बीज निकाल दें।
टुकड़ों को एक बड़े बर्तन में रखें और उन्हें पूरी तरह पानी से ढक दें।
धीमी आंच पर लगभग आधे घंटे तक पकाएं, जब तक गूदा बिल्कुल नरम न हो जाए।
सब कुछ एक साफ कपड़े में डालें और कुछ घंटों तक रस को टपकने दें।
रस को चखें और ज़रूरत हो तो उसमें थोड़ा नींबू या चीनी मिला दें।
इसे बंद और साफ बोतल में फ्रिज में रखें, लेकिन एक सप्ताह से ज़्यादा नहीं।""",
}


@pytest.mark.parametrize("language", BRIEF)
def test_a_few_sentences(language: str) -> None:
    assert check("short", BRIEF[language]).kept is True
    broken = check("long", BRIEF[language])
    assert broken.kept is False
    assert broken.reason is not None and broken.reason.startswith("asked for a detailed answer")


@pytest.mark.parametrize("language", DETAILED)
def test_detailed_answers(language: str) -> None:
    assert check("long", DETAILED[language]).kept is True
    broken = check("short", DETAILED[language])
    assert broken.kept is False
    assert broken.reason is not None and broken.reason.startswith("asked for a few sentences")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        # "Sure!" is too short for one; no end after e.g., 3.5 and Dr.
        (BRIEF["en"], 3),
        (BRIEF["fr"], 2),
        (BRIEF["ar"], 3),
        (BRIEF["zh"], 2),
        (BRIEF["hi"], 2),
        (BRIEF["ja"], 2),
        ("He asked “Are you sure?” and left the house... then he came back.", 1),
        # Lines of a list are sentences from three words on.
        ("- wash the apples\n- cut them up\n- enjoy", 2),
        # 4 words of 5 letters: one sentence for 20 words is one at least.
        ("กกกกก" * 4, 1),
        # 240 letters are 60 words, 3 sentences of 20.
        ("ก" * 240, 3),
    ],
)
def test_sentences(text: str, number: int) -> None:
    assert len(sentences(text)) == number


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", 0),
        ("... — !", 0),
        ("two words", 2),
        ("well-known, isn't it?", 3),
        ("either/or—both", 3),
        ("नमस्ते दुनिया", 2),
        ("苹" * 18, 10),  # 1.8 characters a word
        ("ひらがなカタカナ漢", 5),
        ("苹" * 18 + " and Wi-Fi", 12),
        ("กิน" * 4, 3),  # 12 letters and signs, 4 a word
    ],
)
def test_words(text: str, size: float) -> None:
    assert words(text) == pytest.approx(size)


def numbered(sentences: int, words: int) -> str:
    """As many different sentences of as many words each."""
    return " ".join(f"Word{n} " + "word " * (words - 2) + "end." for n in range(sentences))


@pytest.mark.parametrize(
    ("sentences", "words", "short", "long"),
    [
        (4, 25, True, False),  # 100 words
        (6, 25, True, False),  # 150 words, the limit of a few sentences
        (7, 10, False, False),  # more sentences than a few, but 70 words are no detail
        (7, 12, False, True),  # 84 words
        (5, 31, False, True),  # 155 words
        (12, 4, False, False),  # 48 words
        (8, 25, False, True),  # 200 words
    ],
)
def test_limits_without_a_twin(sentences: int, words: int, short: bool, long: bool) -> None:
    text = numbered(sentences, words)
    assert check("short", text).kept is short
    assert check("long", text).kept is long


@pytest.mark.parametrize(
    ("size", "twin_size", "short", "long"),
    [
        # Size in sentences of 20 words. A quarter less or more decides between the limits.
        (8, 10, True, False),  # 160 words: 1.25 times as many are 200
        (8, 9, False, False),  # 180 are not
        (8, 6, False, True),  # 160 words are 1.25 times 128: 120 is less
        (8, 7, False, False),  # 140 is more
        (5, 5, False, False),  # 100 words but 5 sentences: no longer surely brief
        (4, 3, True, True),  # 80 words: surely brief; and longer than 75
        # Outside the limits the twin does not count.
        (2, 1, True, False),  # 40 words are no detail
        (12, 40, False, True),  # 240 words are no few sentences
        (10, 12, False, True),  # 200 words are detailed
    ],
)
def test_the_twin_decides_between_the_limits(
    size: int, twin_size: int, short: bool, long: bool
) -> None:
    text, twin = numbered(size, 20), numbered(twin_size, 20)
    assert check("short", text, twin=twin).kept is short
    assert check("long", text, twin=twin).kept is long


def test_a_twin_without_words_says_nothing() -> None:
    text = numbered(6, 25)
    assert check("short", text, twin=" \n").kept is check("short", text).kept is True


def test_saying_it_again_is_no_detail() -> None:
    found = check("long", "The apples are washed and cut. " * 60)
    assert found.reason == "asked for a detailed answer, found 6 words in 1 sentence"


def test_reasons_say_what_was_found() -> None:
    assert check("short", numbered(12, 4)).reason == (
        "asked for a few sentences, found 12 with 48 words"
    )
    assert check("short", numbered(8, 20), twin=numbered(9, 20)).reason == (
        "asked for a few sentences, found 8 with 160 words; without being asked for it, 180 words"
    )
