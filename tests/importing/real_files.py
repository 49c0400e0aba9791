"""Lets other packages write their own files, for tests that read them.

Run by a Python that has the packages: ``python tests/importing/real_files.py PACKAGE FOLDER``. No
model is asked and nothing fetched: each package is given the same answers.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

QUESTIONS = {
    "fr": "De quelle couleur est le renard ?",
    "ru": "Какого цвета лиса?",
    "zh": "狐狸是什么颜色的？",
}
ANSWERS = {"fr": "Le renard est roux.", "ru": "The fox is red.", "zh": "狐狸是红色的。"}
TARGETS = {"fr": "roux", "ru": "рыжая", "zh": "红"}
SECOND = 'Un <b>renard</b>, \u2028 disons-le : "roux"\n\nQ: et l\'ours ?'
"""Sample 1 of the French answer, where a package takes several."""

TASK = """\
task: foxes
dataset_path: json
dataset_kwargs:
  data_files: {test: %s}
test_split: test
output_type: %s
doc_to_text: "{{question}}"
doc_to_target: %s
%s
metadata: {version: 1.0}
"""
GENERATE = """\
generation_kwargs: {until: ["###"], do_sample: false, max_gen_toks: 16}
metric_list: [{metric: exact_match, aggregation: mean, higher_is_better: true}]
filter_list:
  - {name: whole, filter: [{function: take_first}]}
  - name: word
    filter: [{function: regex, regex_pattern: "(\\\\w+)[.。]?$"}, {function: take_first}]
"""
CHOOSE = """\
doc_to_choice: ["roux", "bleu"]
metric_list: [{metric: acc, aggregation: mean, higher_is_better: true}]
"""


def alpaca_eval(folder: Path) -> None:
    """``model_outputs.json``, by the function that generates and writes it."""
    import pandas as pd
    from alpaca_eval import evaluate_from_model

    template = folder / "template.txt"
    template.write_text("{instruction}", encoding="utf-8")

    def complete(prompts: list[str], **_: object) -> dict[str, list[str]]:
        by_question = {question: code for code, question in QUESTIONS.items()}
        return {"completions": [ANSWERS[by_question[prompt]] for prompt in prompts]}

    asked = pd.DataFrame(
        [{"dataset": "foxes", "instruction": q, "output": "-"} for q in QUESTIONS.values()]
    )
    settings = {
        "prompt_template": str(template),
        "fn_completions": complete,
        "completions_kwargs": {},
        "pretty_name": "known",
    }
    try:
        evaluate_from_model(
            {"known": settings},
            evaluation_dataset=asked,
            annotators_config={"none": {}},
            output_path=folder,
            chunksize=None,
        )
    except Exception as error:  # the outputs are written before annotators are asked
        print(f"annotating ended with {type(error).__name__}, as it should")
    assert (folder / "model_outputs.json").is_file()


def inspect_ai(folder: Path) -> None:
    """A log of each format, with two epochs, scores, and a sample that failed."""
    from inspect_ai import Task
    from inspect_ai import eval as evaluate
    from inspect_ai.dataset import MemoryDataset, Sample
    from inspect_ai.model import ModelOutput, ModelUsage, get_model
    from inspect_ai.scorer import includes
    from inspect_ai.solver import Generate, TaskState, generate, solver

    @solver
    def fail_at_chinese():  # type: ignore[no-untyped-def]
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            if state.metadata["language"] == "zh":
                raise ValueError("no Chinese <today>")
            return state

        return solve

    texts = [ANSWERS["fr"], ANSWERS["ru"], SECOND, ANSWERS["ru"]]
    outputs = [
        ModelOutput.from_content("mockllm/model", text, stop_reason=stop)
        for text, stop in zip(texts, ("stop", "max_tokens", "stop", "stop"), strict=True)
    ]
    for output in outputs:
        # Counted by the package, it would fetch a tokenizer.
        output.usage = ModelUsage(input_tokens=9, output_tokens=5, total_tokens=14)
    samples = [
        Sample(input=question, target=TARGETS[code], id=f"fox-{code}", metadata={"language": code})
        for code, question in QUESTIONS.items()
    ]
    for form in ("eval", "json"):
        (log,) = evaluate(
            Task(
                dataset=MemoryDataset(samples, name="foxes"),
                solver=[fail_at_chinese(), generate()],
                scorer=includes(),
                epochs=2,
                name="foxes",
                fail_on_error=False,
            ),
            model=get_model("mockllm/model", custom_outputs=list(outputs)),
            log_dir=str(folder),
            log_format=form,
            display="none",
            max_samples=1,
            max_connections=1,
        )
        assert log.status == "success", log.error


def lm_eval(folder: Path) -> None:
    """Samples of a task that generates and of one that chooses, beside their results."""
    from lm_eval import simple_evaluate
    from lm_eval.api.model import LM
    from lm_eval.loggers import EvaluationTracker
    from lm_eval.tasks import TaskManager

    class Known(LM):
        def generate_until(self, requests, disable_tqdm=False):  # type: ignore[no-untyped-def]
            codes = {question: code for code, question in QUESTIONS.items()}
            return [ANSWERS[codes[request.args[0]]] for request in requests]

        def loglikelihood(self, requests, disable_tqdm=False):  # type: ignore[no-untyped-def]
            return [(-1.0 - number % 2, False) for number, _ in enumerate(requests)]

        def loglikelihood_rolling(self, requests, disable_tqdm=False):  # type: ignore[no-untyped-def]
            return [(-1.0,) for _ in requests]

    documents = folder / "foxes.jsonl"
    lines = [
        json.dumps({"question": QUESTIONS[c], "answer": TARGETS[c], "lang": c}) for c in QUESTIONS
    ]
    documents.write_text("\n".join(lines) + "\n", encoding="utf-8")
    tasks = folder / "tasks"
    tasks.mkdir()
    generates = TASK % (documents, "generate_until", '"{{answer}}"', GENERATE)
    chooses = TASK % (documents, "multiple_choice", "0", CHOOSE)
    (tasks / "foxes.yaml").write_text(generates, encoding="utf-8")
    (tasks / "choice.yaml").write_text(
        chooses.replace("task: foxes", "task: foxes_choice"), encoding="utf-8"
    )
    tracker = EvaluationTracker(output_path=str(folder))
    tracker.general_config_tracker.log_experiment_args(
        model_source="known",
        model_args="pretrained=foxes/known",
        system_instruction=None,
        chat_template=None,
        fewshot_as_multiturn=False,
    )
    results = simple_evaluate(
        model=Known(),
        tasks=["foxes", "foxes_choice"],
        task_manager=TaskManager(include_path=str(tasks), include_defaults=False),
        log_samples=True,
    )
    samples = results.pop("samples")
    tracker.save_results_aggregated(results=results, samples=samples)
    for task, own in samples.items():
        tracker.save_results_samples(task_name=task, samples=own)


if __name__ == "__main__":
    {"alpaca_eval": alpaca_eval, "inspect_ai": inspect_ai, "lm_eval": lm_eval}[sys.argv[1]](
        Path(sys.argv[2])
    )
