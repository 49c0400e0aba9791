from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from workbench.judging.people.assignment import Assigned, Task, assign
from workbench.judging.people.items import Item

TASK = Task(run="r", rater="Anna", criteria=("accuracy",), overlap=4)


def make_items(prompts: int = 12, languages: str = "en fr", checkpoints: str = "a b") -> list[Item]:
    """An answer of each checkpoint to each prompt in each language."""
    return [
        Item(number, checkpoint, "set", f"p{prompt}", language, 0, "text", ())
        for number, (prompt, language, checkpoint) in enumerate(
            (prompt, language, checkpoint)
            for prompt in range(prompts)
            for language in languages.split()
            for checkpoint in checkpoints.split()
        )
    ]


def ids(assigned: list[Assigned], shared: bool | None = None) -> list[int]:
    return [a.item.response_id for a in assigned if shared is None or a.shared is shared]


def test_one_rater_alone_gets_everything_once_and_the_overlap_first() -> None:
    items = make_items()

    mine = assign(items, TASK, {})

    assert sorted(ids(mine)) == list(range(48))  # 12 prompts x 2 languages x 2 checkpoints
    assert [a.shared for a in mine] == [True] * 8 + [False] * 40  # 4 in each of 2 languages


def test_all_raters_get_the_same_overlap_and_the_rest_is_divided() -> None:
    items = make_items()
    # Everybody has rated one answer of the overlap in each language, so all are known.
    overlap = assign(items, TASK, {})[:8]
    names = ["Anna", "Ben", "Chloé"]
    given = {
        next(a.item.response_id for a in overlap if a.item.language == code): names
        for code in ("en", "fr")
    }

    shares = {name: assign(items, replace(TASK, rater=name), given) for name in names}

    assert {frozenset(ids(share, True)) for share in shares.values()} == {frozenset(ids(overlap))}
    own = [id for share in shares.values() for id in ids(share, False)]
    assert sorted([*own, *ids(overlap)]) == list(range(48))  # each of the rest exactly once


def test_shares_hold_checkpoints_and_languages_alike_and_prompts_whole() -> None:
    items = make_items(prompts=30)
    names = ["Anna", "Ben", "Chloé"]
    task = replace(TASK, overlap=0)
    given = {0: names, 2: names}  # one answer in each language; both to the same prompt

    shares = [assign(items, replace(task, rater=name), given) for name in names]

    for share in shares:
        counts = Counter((a.item.language, a.item.checkpoint) for a in share)
        # 30 prompts by 3 raters are 10 each; the prompt that all have begun is one more or less.
        assert all(9 <= count <= 11 for count in counts.values()), counts
        whole = Counter(a.item.prompt for a in share if a.item.parallel_id != "p0")
        assert set(whole.values()) == {2}  # the answers of both checkpoints


def test_every_stretch_of_the_order_is_balanced() -> None:
    mine = assign(make_items(prompts=20), replace(TASK, overlap=6), {})

    strata = [(a.item.language, a.item.checkpoint) for a in mine]
    # 12 of the overlap in 3 rounds of the 4 strata, then rounds of the rest.
    for start in range(0, len(strata), 4):
        assert len(set(strata[start : start + 4])) == 4


def test_the_order_is_each_raters_own_and_stays_when_asked_again() -> None:
    items = make_items(prompts=30)

    anna = ids(assign(items, TASK, {}))

    assert anna == ids(assign(list(reversed(items)), TASK, {}))
    assert anna != ids(assign(items, replace(TASK, rater="Ben"), {}))
    assert anna != sorted(anna)
    assert anna != ids(assign(items, replace(TASK, run="another"), {}))


def test_the_order_does_not_tell_the_checkpoints() -> None:
    mine = assign(make_items(prompts=200, languages="en"), replace(TASK, overlap=0), {})

    first_of_round = [a.item.checkpoint for a in mine[::2]]
    # By lot 100 of 200; 60 to 140 are over 5 standard deviations of sqrt(200)/2 = 7 each way.
    assert 60 < first_of_round.count("a") < 140


def test_ids_do_not_matter() -> None:
    items = make_items()
    moved = [replace(item, response_id=1000 - item.response_id) for item in items]

    assert [a.item.key for a in assign(items, TASK, {})] == [
        a.item.key for a in assign(moved, TASK, {})
    ]


def test_whoever_joins_gets_half_of_what_nobody_has_rated() -> None:
    items = make_items(prompts=40, languages="en")
    task = replace(TASK, overlap=0)
    first = ids(assign(items, task, {}))[:20]
    given: dict[int, list[str]] = {id: ["Anna"] for id in first}

    ben = ids(assign(items, replace(task, rater="Ben"), given))

    assert not set(ben) & set(first)
    given[ben[0]] = ["Ben"]
    anna = ids(assign(items, task, given))
    assert set(first) <= set(anna)
    assert not set(anna) & set(ben)
    assert set(anna) | set(ben) == set(range(80))
    # 40 prompts; of those Anna has not begun each gets half by lot.
    begun = len({items[id].prompt for id in first})
    assert len(ben) == pytest.approx(2 * (40 - begun) / 2, abs=12)


def test_who_has_begun_a_prompt_gets_the_rest_of_it() -> None:
    items = make_items(prompts=10, languages="en", checkpoints="a b c")
    task = replace(TASK, overlap=0)
    # Ben has rated the answer of a to every prompt.
    given = {item.response_id: ["Ben"] for item in items if item.checkpoint == "a"}

    assert assign(items, task, given) == []
    assert len(assign(items, replace(task, rater="Ben"), given)) == 30


def test_raters_of_one_language_do_not_get_shares_of_others() -> None:
    items = make_items(prompts=20)
    french = [item.response_id for item in items if item.language == "fr"]
    given = {french[0]: ["Ben"]}

    anna = assign(items, replace(TASK, overlap=0), given)

    assert Counter(a.item.language for a in anna)["en"] == 40
    assert Counter(a.item.language for a in anna)["fr"] < 40


def test_languages_narrow_the_task_without_changing_the_overlap() -> None:
    items = make_items()

    both, french = assign(items, TASK, {}), assign(items, replace(TASK, languages=("fr",)), {})

    assert {a.item.language for a in french} == {"fr"}
    assert set(ids(french, True)) == {
        a.item.response_id for a in both if a.shared and a.item.language == "fr"
    }


def test_a_smaller_overlap_is_the_beginning_of_a_larger_one() -> None:
    items = make_items()

    small, large = (
        set(ids(assign(items, replace(TASK, overlap=overlap), {}), True)) for overlap in (3, 7)
    )

    assert len(small) == 6
    assert small < large


def test_everything_takes_what_others_have_rated_too() -> None:
    items = make_items()
    given = {item.response_id: ["Ben"] for item in items}

    assert set(ids(assign(items, replace(TASK, overlap=0), given))) == set()
    assert len(assign(items, replace(TASK, everything=True), given)) == 48


def test_nothing_to_rate() -> None:
    assert assign([], TASK, {}) == []
    assert assign(make_items(), replace(TASK, languages=("zz",)), {}) == []
