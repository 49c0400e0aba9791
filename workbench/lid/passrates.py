"""Pass rates of the Language Confusion Benchmark (LCB), as its script defines them.

An answer passes by lines when all of its judged lines are in the expected language, and by
words when these hold no English word either. The script gives full marks where there was
nothing to judge; here such a rate is missing. ``robust`` has rates without that loophole.
"""

from __future__ import annotations

import pandas as pd

from workbench.lid.lines import WORD_LANGUAGES


def pass_rates(results: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """LCB's rates of each group, between 0 and 1, missing where nothing was judged.

    ``results`` has ``language``, ``lines_judged``, ``lines_right`` and ``english_words``.
    Columns: ``by``; ``lpr``, the share of answers, among those with a judged line, whose
    judged lines are all right; ``wpr``, for languages in another script than English, the
    share of answers without an English word, among those that pass by lines; ``acc``, the
    mean share of right lines; ``n_judged``, ``n_words`` and ``n_total``, the answers over
    which lpr and acc, wpr, and neither is taken.
    """
    judged = results["lines_judged"].astype("float64")
    judged = judged.mask(judged == 0)
    accuracy = results["lines_right"].astype("float64") / judged
    english = results["english_words"].astype("float64")
    shares = results[by].assign(
        lpr=(accuracy == 1).astype("float64").where(accuracy.notna()),
        wpr=(english == 0).astype("float64").where(english.notna() & (accuracy == 1)),
        acc=accuracy,
        other_script=results["language"].isin(WORD_LANGUAGES),
    )
    groups = shares.groupby(by, dropna=False, observed=True)
    rates = groups[["lpr", "wpr", "acc"]].mean()
    # As in the script, no passing answer means no English word in one.
    spared = rates["lpr"].eq(0) & groups["other_script"].all()
    rates["wpr"] = rates["wpr"].mask(spared, 1.0)
    rates["n_judged"] = groups["acc"].count()
    rates["n_words"] = groups["wpr"].count()
    rates["n_total"] = groups.size()
    return rates.reset_index()


def benchmark_table(answers: pd.DataFrame) -> pd.DataFrame:
    """The rates in the rows of LCB's script.

    ``answers`` is one row an answer with ``task``, ``model``, ``source``, ``language`` and
    what ``pass_rates`` takes. For each model and task there follow the rates by source and
    language, their means over languages by source (language ``all``), their means over
    sources by language (source ``all``), and the mean of these (both ``all``).
    """
    cells = pass_rates(answers, ["model", "task", "source", "language"])
    by_source = _mean(cells, ["model", "task", "source"], language="all")
    by_language = _mean(cells, ["model", "task", "language"], source="all")
    whole = _mean(by_language, ["model", "task", "source"], language="all")
    blocks = (cells, by_source, by_language, whole)
    table = pd.concat([own.assign(block=number) for number, own in enumerate(blocks)])
    order = {model: number for number, model in enumerate(answers["model"].unique())}
    table = table.assign(model_order=table["model"].map(order))
    table = table.sort_values(["model_order", "task", "block"], kind="stable", ignore_index=True)
    return table[["task", "model", "source", "language", *RATES, *COUNTS]]


RATES = ("lpr", "wpr", "acc")
COUNTS = ("n_judged", "n_words", "n_total")


def _mean(cells: pd.DataFrame, by: list[str], **rest: str) -> pd.DataFrame:
    """Means of rates and sums of counts, groups in order of first appearance."""
    groups = cells.groupby(by, sort=False)
    table = groups[list(RATES)].mean().join(groups[list(COUNTS)].sum())
    return table.reset_index().assign(**rest)
