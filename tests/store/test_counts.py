from __future__ import annotations

from pathlib import Path

from tests.known_validation import fill
from workbench.store import LanguageScore, ResponseRecord, Store
from workbench.store.counts import scored_responses, validated_values

VALIDATION = "study-1-validation-1"


def test_scored_answers_and_validated_values_are_counted_by_run(tmp_path: Path) -> None:
    with Store(f"sqlite:///{tmp_path / 'own.sqlite'}") as store:
        assert scored_responses(store) == {}
        assert validated_values(store, VALIDATION) == 0
        fill(store)
        # 8 checkpoints, each asked 10 prompts in 3 languages, all scored, and one loss each.
        assert scored_responses(store) == {VALIDATION: 240}
        assert validated_values(store, VALIDATION) == 8

        answer = ResponseRecord("00", "fr", 0, "text", "stop")
        store.add_responses("study-1", "study-low-s0", "v", [answer])
        assert scored_responses(store, ["study-1"]) == {}
        # A second detector scores the same answer: it counts once.
        (id,) = store.results(["study-1"])["response_id"]
        for detector in ("langid", "py3langid"):
            store.add_language_scores([LanguageScore(int(id), detector, "fr", 1.0, True)])
        assert scored_responses(store, ["study-1"]) == {"study-1": 1}
        assert scored_responses(store)[VALIDATION] == 240
