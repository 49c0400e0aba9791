"""Sentences of Chinese as its speakers write them, one grammatical trap each.

Written by hand, not by the engine: a failure is an error in the tables or in the test.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

FACTS = [
    pytest.param("animal.colour.fox", "狐狸是橙色的。", id="是 ... 的 with a colour"),
    pytest.param("animal.habitat.fox", "狐狸生活在森林里。", id="在 with a locative word"),
    pytest.param("animal.habitat.penguin", "企鹅生活在冰面上。", id="上 for a surface"),
    pytest.param("animal.habitat.swan", "天鹅生活在湖边。", id="边 at the water"),
    pytest.param("animal.legs.spider", "蜘蛛有八条腿。", id="条 for legs"),
    pytest.param("animal.legs.ostrich", "鸵鸟有两条腿。", id="两, not 二"),
    pytest.param("animal.legs.snake", "蛇没有腿。", id="没有, not 不有"),
    pytest.param("animal.speed.horse", "马的速度很快。", id="degree adverb of a predicate"),
    pytest.param("animal.colour.fox", "狐狸是橙色的吗？", id="吗 makes a question"),
    pytest.param("animal.speed.horse", "马的速度快还是慢？", id="还是 in a choice"),
    pytest.param("animal.food.bear", "熊吃什么？", id="no 吗 after a question word"),
    pytest.param("animal.food.bear", "它吃鱼。", id="pronoun of an animal"),
    pytest.param("person.job.anna", "她是一名医生。", id="pronoun of a woman"),
    pytest.param("person.job.peter", "他是一名教师。", id="pronoun of a man"),
    pytest.param("person.job.george", "乔治是一位国王。", id="respectful measure word"),
    pytest.param("person.job.mark", "马克是一个小丑。", id="measure word 个"),
    pytest.param("plant.group.apple", "苹果是一种水果。", id="种 for a kind"),
    pytest.param(
        "country.language.egypt",
        "在埃及，人们说阿拉伯语。",
        id="country without 在 before its language",
    ),
    pytest.param("person.instrument.anna", "安娜喜欢弹钢琴。", id="弹 a keyboard"),
    pytest.param("person.instrument.maria", "玛丽亚喜欢拉小提琴。", id="拉 a bow"),
    pytest.param("person.instrument.julia", "朱莉娅喜欢吹长笛。", id="吹 a flute"),
    pytest.param("person.instrument.paul", "保罗喜欢打鼓。", id="打 a drum"),
    pytest.param("object.use.clock", "时钟是用来计时的。", id="用来 before a purpose"),
    pytest.param("object.material.chair", "椅子是用木头做的。", id="用 ... 做 of a material"),
]
TASKS = [
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:fox",
            "b": "animal:owl",
            "o": "object:hammer",
            "f": "plant:apple",
            "s": "place:forest",
        },
        "有一天，安娜在森林里看见了一只狐狸。",
        id="只 of most animals",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:horse",
            "b": "animal:owl",
            "o": "object:hammer",
            "f": "plant:apple",
            "s": "place:forest",
        },
        "从前，安娜有一匹马。",
        id="匹 of horses",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:cow",
            "b": "animal:owl",
            "o": "object:hammer",
            "f": "plant:apple",
            "s": "place:forest",
        },
        "从前，安娜有一头奶牛。",
        id="头 of cattle",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:salmon",
            "b": "animal:owl",
            "o": "object:hammer",
            "f": "plant:apple",
            "s": "place:forest",
        },
        "从前，安娜有一条鲑鱼。",
        id="条 of fish",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:horse",
            "b": "animal:owl",
            "o": "object:hammer",
            "f": "plant:apple",
            "s": "place:forest",
        },
        "那匹马饿了，想吃一个苹果。",
        id="that with a measure word",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:fox",
            "b": "animal:owl",
            "o": "object:hammer",
            "f": "plant:apple",
            "s": "place:forest",
        },
        "那只狐狸拿走了一把锤子，然后跑开了。",
        id="把 of a tool with a handle",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:fox",
            "b": "animal:owl",
            "o": "object:car",
            "f": "plant:apple",
            "s": "place:forest",
        },
        "安娜弄丢了一辆汽车，可是那只狐狸找到了它。",
        id="辆 of a car",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:fox",
            "b": "animal:owl",
            "o": "object:book",
            "f": "plant:apple",
            "s": "place:forest",
        },
        "那只狐狸拿走了一本书，然后跑开了。",
        id="本 of a book",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:fox",
            "b": "animal:owl",
            "o": "object:bed",
            "f": "plant:apple",
            "s": "place:forest",
        },
        "那只狐狸拿走了一张床，然后跑开了。",
        id="张 of a bed",
    ),
    pytest.param(
        "story",
        {
            "p": "person:anna",
            "a": "animal:fox",
            "b": "animal:owl",
            "o": "object:hammer",
            "f": "plant:banana",
            "s": "place:forest",
        },
        "安娜给了那只狐狸一根香蕉。",
        id="根 of a banana",
    ),
    pytest.param("count", {"n": "number:two"}, "一共有两个。", id="两 before a measure word"),
    pytest.param(
        "list",
        {"n": "number:two", "kind": "kind:animal"},
        "请说出两种动物的名字。",
        id="种 of animals",
    ),
    pytest.param(
        "list",
        {"n": "number:three", "kind": "kind:country"},
        "请说出三个国家的名字。",
        id="个 of countries",
    ),
    pytest.param(
        "list",
        {"items": ["animal:fox", "country:cuba", "plant:lemon"]},
        "狐狸、古巴和柠檬。",
        id="enumeration comma",
    ),
    pytest.param(
        "compare",
        {"a": "animal:whale", "b": "animal:ant"},
        "鲸鱼比蚂蚁大。",
        id="comparison with 比",
    ),
]


@pytest.mark.parametrize(("fact", "expected"), FACTS)
def test_sentence_about_a_fact(
    facts: Callable[[str, str], set[str]], fact: str, expected: str
) -> None:
    assert expected in facts("zh", fact)


@pytest.mark.parametrize(("task", "slots", "expected"), TASKS)
def test_sentence_of_a_task(
    tasks: Callable[..., set[str]], task: str, slots: dict[str, str | list[str]], expected: str
) -> None:
    assert expected in tasks("zh", task, **slots)
