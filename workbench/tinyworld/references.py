"""References: what decides whether an answer to an item is right, in one language."""

from __future__ import annotations

from collections.abc import Iterable

from workbench.prompts import Reference
from workbench.tinyworld.exchange import Narrator
from workbench.tinyworld.lexicon import Word
from workbench.tinyworld.tasks import NUMBERS, Item
from workbench.tinyworld.world import Entity

_CLOSING = " .。!！"


def reference(narrator: Narrator, item: Item) -> Reference:
    """The reference of an item in the narrator's language."""
    builders = {
        "fact": _fact,
        "yesno": _yesno,
        "list": _list,
        "which": _which,
        "describe": _describe,
        "compare": _compare,
        "opposite": _opposite,
        "count": _count,
        "odd_one_out": _odd_one_out,
        "riddle": _riddle,
        "story": _story,
        "small_talk": _whole_answer,
    }
    return builders[item.task](narrator, item)


def _without(reject: Iterable[str], accept: Iterable[str]) -> tuple[str, ...]:
    """Wrong wordings that are not also right ones (orange the fruit, orange the colour)."""
    right = set(accept)
    return tuple(dict.fromkeys(text for text in reject if text not in right))


def _fact(narrator: Narrator, item: Item) -> Reference:
    fact = item.facts[0]
    accept = narrator.value_surfaces(fact, fact.value)
    others = (v for v in narrator.world.values_of(fact.relation) if v != fact.value)
    wrong = (text for value in others for text in narrator.value_surfaces(fact, value))
    return Reference(kind="value", accept=(accept,), reject=_without(wrong, accept))


def _yesno(narrator: Narrator, item: Item) -> Reference:
    answers = narrator.lexicon.templates["answers"]
    words = {key: answers[key].split("{statement}")[0].strip(" ,") for key in ("affirm", "deny")}
    right, wrong = (
        (words["affirm"], words["deny"]) if item.yes else (words["deny"], words["affirm"])
    )
    return Reference(kind="value", accept=((right,),), reject=(wrong,))


def _of_kind(narrator: Narrator, kind: str) -> list[Entity]:
    return narrator.world.of_kind(kind)


def _list(narrator: Narrator, item: Item) -> Reference:
    kind = item.slots["kind"][1]
    groups = tuple(narrator.name_surfaces(e) for e in _of_kind(narrator, kind))
    return Reference(kind="members", accept=groups, count=item.number)


def _which(narrator: Narrator, item: Item) -> Reference:
    value = item.slots["v"][1]
    facts = [f for f in narrator.world.facts if f.relation == item.relation]
    right = tuple(narrator.name_surfaces(f.entity) for f in facts if f.value == value)
    wrong = [s for f in facts if f.value != value for s in narrator.name_surfaces(f.entity)]
    reject = _without(wrong, (s for group in right for s in group))
    return Reference(kind="members", accept=right, reject=reject, count=min(2, len(right)))


def _describe(narrator: Narrator, item: Item) -> Reference:
    facts = narrator.world.facts_of(item.facts[0].entity)
    groups = tuple(narrator.value_surfaces(fact, fact.value) for fact in facts)
    return Reference(kind="members", accept=groups, count=2)


def _compare(narrator: Narrator, item: Item) -> Reference:
    slots = narrator.slots(item)
    template = str(narrator.lexicon.templates["tasks"]["compare"]["answer"])
    right = narrator.lexicon.fill(template, slots).strip(_CLOSING)
    swapped = {**slots, "a": slots["b"], "b": slots["a"]}
    wrong = narrator.lexicon.fill(template, swapped).strip(_CLOSING)
    return Reference(kind="value", accept=((right,),), reject=(wrong,))


def _opposite(narrator: Narrator, item: Item) -> Reference:
    slots = narrator.slots(item)
    rows = narrator.lexicon.families["opposite"].values()
    words = (row.forms[side] for row in rows for side in ("a", "b"))
    # Within a word of the pair another may stand: 高 in 高兴.
    pair = (str(slots["a"]), str(slots["b"]))
    wrong = tuple(word for word in words if not any(word in own for own in pair))
    return Reference(kind="value", accept=((pair[1],),), reject=wrong)


def _count(narrator: Narrator, item: Item) -> Reference:
    template = str(narrator.lexicon.templates["tasks"]["count"]["answer"])

    def written(id: str) -> list[str]:
        word = narrator.lexicon.word("number", id)
        return narrator.lexicon.surfaces(template, "n", {"n": word})

    right = tuple(written(NUMBERS[item.number]))
    wrong = (text for id in NUMBERS.values() for text in written(id))
    return Reference(kind="value", accept=(right,), reject=_without(wrong, right))


def _odd_one_out(narrator: Narrator, item: Item) -> Reference:
    odd = next(e for e in item.names if (e.kind, e.id) == item.slots["e"])
    accept = narrator.name_surfaces(odd)
    wrong = (s for e in item.names if e != odd for s in narrator.name_surfaces(e))
    return Reference(kind="value", accept=(accept,), reject=_without(wrong, accept))


def _riddle(narrator: Narrator, item: Item) -> Reference:
    clues = {fact.relation: fact.value for fact in item.facts}
    right: list[str] = []
    wrong: list[str] = []
    for animal in _of_kind(narrator, "animal"):
        own = {fact.relation: fact.value for fact in narrator.world.facts_of(animal)}
        fits = all(own[relation] == value for relation, value in clues.items())
        (right if fits else wrong).extend(narrator.name_surfaces(animal))
    return Reference(kind="value", accept=(tuple(right),), reject=_without(wrong, right))


def _story(narrator: Narrator, item: Item) -> Reference:
    hero = narrator.lexicon.word(*item.slots["a"])
    story = narrator.lexicon.templates["tasks"]["story"]
    slots = {**narrator.slots(item), "a": hero}
    templates = [t for part in ("openings", "middles", "endings") for t in story[part]]
    found = [s for t in templates for s in narrator.lexicon.surfaces(t, "a", slots)]
    names = (_base(narrator, hero), *found)
    return Reference(kind="members", accept=(tuple(dict.fromkeys(names)),))


def _base(narrator: Narrator, word: Word) -> str:
    return narrator.lexicon.form(word, "base")


def _whole_answer(narrator: Narrator, item: Item) -> Reference:
    return Reference(kind="value", accept=((narrator.answer(item).strip(_CLOSING),),))
