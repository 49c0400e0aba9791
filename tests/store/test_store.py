from __future__ import annotations

import pytest

from workbench.errors import InputError, NotFoundError
from workbench.prompts import Message, Prompt, PromptSet
from workbench.store import LanguageScore, Rating, ResponseRecord, RunRecord, Store
from workbench.store.pending import Needs


def test_a_prompt_set_comes_back_as_it_went_in(store: Store, prompt_set: PromptSet) -> None:
    store.add_prompt_set(prompt_set)
    store.add_prompt_set(prompt_set)
    assert store.prompt_set("world") == prompt_set
    assert store.prompt_sets().to_dict("records") == [
        {"name": "world", "prompts": 4, "languages": "en fr"}
    ]


def test_a_prompt_set_grows_but_its_prompts_do_not_change(
    store: Store, prompt_set: PromptSet
) -> None:
    store.add_prompt_set(prompt_set.restricted(["fr"]))
    store.add_prompt_set(prompt_set)
    assert len(store.prompt_set("world").prompts) == 4
    changed = prompt_set.prompts[0].model_copy(update={"task": "other"})
    with pytest.raises(InputError, match="Prompt '1' in 'en' of set 'world'.*another name"):
        store.add_prompt_set(PromptSet(name="world", prompts=(changed,)))
    assert store.prompt_set("world").prompts[2].task == "fact"


def test_empty_database_has_empty_tables(store: Store) -> None:
    assert store.runs().empty and store.prompt_sets().empty and store.checkpoints().empty
    assert store.results().empty and "right_language" in store.results().columns


def test_writing_answers_again_changes_nothing(
    filled: Store, answers: list[ResponseRecord]
) -> None:
    assert filled.add_responses("r", "tuned", "world", answers) == 0
    again = [*answers, ResponseRecord("1", "en", 1, "Second sample", "stop")]
    assert filled.add_responses("r", "tuned", "world", again) == 1
    assert filled.answered("r", "tuned", "world") == {
        ("1", "en", 0),
        ("1", "en", 1),
        ("1", "fr", 0),
        ("2", "en", 0),
        ("2", "fr", 0),
    }
    # The first text stays.
    assert filled.results()["text"].tolist()[0] == "It is red."


def test_answered_is_empty_for_what_is_not_there(filled: Store) -> None:
    assert filled.answered("r", "other", "world") == set()


def test_an_answer_to_an_unknown_prompt_is_refused_whole(filled: Store) -> None:
    records = [
        ResponseRecord("1", "en", 7, "fine", "stop"),
        ResponseRecord("9", "en", 0, "to nothing", "stop"),
    ]
    with pytest.raises(NotFoundError, match="Prompt '9' in 'en'"):
        filled.add_responses("r", "tuned", "world", records)
    assert ("1", "en", 7) not in filled.answered("r", "tuned", "world")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("q", "tuned", "world"), "Run 'q'"),
        (("r", "tuna", "world"), "Checkpoint 'tuna'.*Did you mean 'tuned'"),
        (("r", "tuned", "word"), "Prompt set 'word'.*Did you mean 'world'"),
    ],
)
def test_unknown_names_are_named(
    filled: Store, answers: list[ResponseRecord], names: tuple[str, str, str], message: str
) -> None:
    with pytest.raises(NotFoundError, match=message):
        filled.add_responses(*names, answers)


def test_text_that_no_database_holds_is_repaired(filled: Store) -> None:
    record = ResponseRecord("1", "en", 1, "a\0b\ud800c 😀", "stop")
    filled.add_responses("r", "tuned", "world", [record])
    assert filled.results()["text"].tolist()[-1] == "a\ufffdb\ufffdc 😀"


def test_another_checkpoint_under_a_name_is_refused(filled: Store) -> None:
    filled.add_checkpoint("tuned", "h1", {})
    with pytest.raises(InputError, match="Checkpoint 'tuned'"):
        filled.add_checkpoint("tuned", "h2", {})
    assert filled.checkpoints()["hash"].tolist() == ["h1"]


def test_a_run_goes_on_but_not_with_another_config(filled: Store) -> None:
    filled.finish_run("r", "stopped")
    assert filled.runs()["status"].tolist() == ["stopped"]
    assert filled.runs()["finished"].notna().all()
    filled.start_run(RunRecord("r", "study", {"n": 1}))
    assert filled.runs()["status"].tolist() == ["running"]
    assert filled.runs()["finished"].isna().all()
    with pytest.raises(InputError, match="configured otherwise"):
        filled.start_run(RunRecord("r", "study", {"n": 2}))
    # Versions are those of the start: 4 answers, one run.
    row = filled.runs().iloc[0]
    assert (row["responses"], row["config"], row["versions"]) == (4, {"n": 1}, {"workbench": "0"})


def test_a_config_with_tuples_is_still_the_same(store: Store) -> None:
    for _ in range(2):
        store.start_run(RunRecord("t", "study", {"languages": ("en", "fr")}))
    assert store.runs()["config"].tolist() == [{"languages": ["en", "fr"]}]


def test_finishing_an_unknown_run_is_an_error(filled: Store) -> None:
    with pytest.raises(NotFoundError, match="Run 'rr'.*Did you mean 'r'"):
        filled.finish_run("rr")


def test_pending_responses_come_once_in_batches(filled: Store) -> None:
    batches = list(filled.unscored("r", "d", batch_size=3))
    assert [len(batch) for batch in batches] == [3, 1]
    first, *_, last = [response for batch in batches for response in batch]
    assert (first.text, first.language, first.missing_reason) == ("It is red.", "en", None)
    assert first.reference is not None and first.reference.accept == (("red",),)
    assert (last.reference, last.missing_reason) == (None, "prompt too long")
    filled.add_language_scores([LanguageScore(first.response_id, "d", "en", 0.9, True)])
    assert filled.count_unscored("r", "d") == 3
    assert filled.count_unscored("r", "other") == 4


def test_only_prompts_with_references_wait_for_the_reference_judge(filled: Store) -> None:
    waiting = [r for batch in filled.unrated("r", "reference") for r in batch]
    assert [response.language for response in waiting] == ["en", "fr"]
    filled.add_ratings([Rating(waiting[0].response_id, "reference", "accuracy", 2)])
    assert filled.count_unrated("r", "reference") == 1


def test_judges_get_the_prompts_that_they_need(store: Store) -> None:
    asked = Message(role="user", content="Name five.")
    prompts = (
        Prompt(parallel_id="1", language="pt", messages=(asked,), constraint="num_items_5"),
        Prompt(
            parallel_id="2",
            language="ru",
            messages=(asked,),
            constraint="lang_ru",
            tags={"asked_in": "en"},
        ),
        Prompt(parallel_id="3", language="en", messages=(asked,)),
    )
    store.add_prompt_set(PromptSet(name="p", prompts=prompts))
    store.add_checkpoint("c", "h", {})
    store.start_run(RunRecord("r", "generate"))
    answers = [ResponseRecord(p.parallel_id, p.language, 0, "A.", "stop") for p in prompts]
    store.add_responses("r", "c", "p", answers)

    def waiting(needs: Needs) -> list[tuple[str, str | None, str | None]]:
        batches = store.unrated("r", "rules", "constraint", needs=needs)
        found = [r for batch in batches for r in batch]
        assert len(found) == store.count_unrated("r", "rules", "constraint", needs)
        return [(r.language, r.constraint, r.prompt_language) for r in found]

    constrained = [("pt", "num_items_5", None), ("ru", "lang_ru", "en")]
    assert waiting("constraint") == constrained
    assert waiting("nothing") == [*constrained, ("en", None, None)]
    assert waiting("reference") == []


def test_scores_may_be_written_while_batches_are_read(filled: Store) -> None:
    seen = 0
    for batch in filled.unscored("r", "d", batch_size=1):
        seen += len(batch)
        filled.add_language_scores(
            [LanguageScore(r.response_id, "d", "en", 1, True) for r in batch]
        )
    assert seen == 4 and filled.count_unscored("r", "d") == 0


def test_pending_of_an_unknown_run_is_an_error(filled: Store) -> None:
    with pytest.raises(NotFoundError, match="Run 'x'"):
        filled.unscored("x", "d")


def test_a_missing_rating_can_be_filled_but_a_value_stays(filled: Store) -> None:
    id = int(filled.results()["response_id"].iloc[0])
    filled.add_ratings([Rating(id, "reference", "accuracy", None, "timed out")])
    assert filled.results()["accuracy_missing"].iloc[0] == "timed out"
    filled.add_ratings([Rating(id, "reference", "accuracy", 2)])
    filled.add_ratings([Rating(id, "reference", "accuracy", 0)])
    row = filled.results().iloc[0]
    assert (row["accuracy"], row["accuracy_missing"]) == (1.0, None)


@pytest.mark.parametrize(("value", "reason"), [(3, None), (None, None), (2, "but why")])
def test_a_rating_has_a_level_or_a_reason(value: int | None, reason: str | None) -> None:
    with pytest.raises(ValueError, match="rating"):
        Rating(1, "reference", "accuracy", value, reason)
