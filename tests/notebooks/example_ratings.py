"""Makes ``assets/examples/ratings.csv``, the example of notebook 04: no person rated anything.

Two raters are played: they give what reference facts decide and, now and then, a level beside
it. In Russian they disagree on fluency as if they had never spoken about it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.assets import asset
from workbench.judges import make_judge
from workbench.judging.run import judge_run
from workbench.judging.settings import JudgeSettings
from workbench.runs import run_generation
from workbench.workspace import Workspace

CHECKPOINTS = ("tiny-full-good", "tiny-full-hot")
LANGUAGES = ["en", "fr", "ru"]
PROMPTS = 24
CRITERIA = ("language", "fluency", "helpfulness", "accuracy")
SLIPS = {"Ada (example)": 0.03, "Bo (example)": 0.06}
"""Share of values that a rater gives beside the level that the facts decide."""
UNSETTLED = 0.5
"""The same for fluency in Russian."""
COLUMNS = ["checkpoint", "prompt_set", "parallel_id", "language", "sample", "rater", "criterion"]


def main() -> None:
    """Write the file anew."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        runs = [
            run_generation(workspace, name, "tinyworld-test", LANGUAGES, PROMPTS)
            for name in CHECKPOINTS
        ]
        judge = make_judge(workspace, "reference", JudgeSettings())
        for run in runs:
            judge_run(workspace.store, run, judge)
        decided = workspace.store.ratings(runs)
        results = workspace.store.results(runs)
    fluent = results.assign(criterion="fluency", value=2 - (results["finish_reason"] == "length"))
    known = pd.concat([decided[decided["criterion"].isin(CRITERIA)], fluent])
    known = known.dropna(subset=["value"])
    known = known.sort_values(["response_id", "criterion"], ignore_index=True)
    rng = np.random.default_rng(0)
    parts = []
    for rater, slips in SLIPS.items():
        unsettled = (known["criterion"] == "fluency") & (known["language"] == "ru")
        slipped = rng.random(len(known)) < np.where(unsettled, UNSETTLED, slips)
        steps = rng.choice([-1, 1], size=len(known))
        values = known["value"].astype(int)
        beside = (values + steps).where((values + steps).between(0, 2), values - steps)
        parts.append(known.assign(rater=rater, value=beside.where(slipped, values)))
    table = pd.concat(parts)[[*COLUMNS, "value"]]
    table.to_csv(asset("examples") / "ratings.csv", index=False)


if __name__ == "__main__":
    main()
