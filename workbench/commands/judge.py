"""``workbench judge``: ratings of a run by an LLM, a local model or reference facts."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from workbench.commands.options import Output, split
from workbench.errors import InputError
from workbench.judging.settings import JudgeSettings

if TYPE_CHECKING:
    from workbench.judges import PairJudgeKind
    from workbench.judging.run import Choice


@Parameter(name="*")
@dataclass(frozen=True)
class Which:
    """Which responses are judged."""

    languages: Annotated[
        tuple[str, ...], Parameter(help="Only answers expected in these languages")
    ] = ()
    checkpoints: Annotated[
        tuple[str, ...], Parameter(help="Only answers of these checkpoints")
    ] = ()
    limit: Annotated[
        int | None,
        Parameter(help="Prompts of each language at most, evenly spaced", validator=Number(gte=1)),
    ] = None
    retry_missing: Annotated[
        bool, Parameter(help="Judge those anew whose rating is missing, and no others", negative="")
    ] = False
    dry_run: Annotated[
        bool, Parameter(help="Print what judging would take; nothing is sent", negative="")
    ] = False

    def choice(self) -> Choice:
        """As the library takes it."""
        from workbench.judging.run import Choice

        languages, checkpoints = split(self.languages), split(self.checkpoints)
        return Choice(languages, checkpoints, self.limit, self.retry_missing)


def judge(
    run: str,
    *,
    judge: Literal["llm", "local", "reference"] = "llm",
    pairwise: tuple[str, str] | None = None,
    which: Which | None = None,
    how: Annotated[JudgeSettings | None, Parameter(name="*")] = None,
    output: Output | None = None,
) -> None:
    """Rate the answers of a run on six criteria, or compare two checkpoints answer by answer.

    Only what has no rating yet is judged; a killed command goes on where it stopped. Prints
    mean levels (0 to 2) by checkpoint, language and criterion with n rated / n total. An
    endpoint's key is read from WORKBENCH_JUDGE_API_KEY and nowhere else.

    Parameters
    ----------
    run:
        Name of the run.
    judge:
        llm: a model behind an OpenAI-compatible endpoint; local: a checkpoint, by the
        probabilities of the levels; reference: reference facts, exact for the tiny world.
    pairwise:
        Two checkpoints of the run: an LLM or a local model says whose answer is better, each
        pair shown in both orders. Prints win rates instead.
    """
    from workbench.runs import known_runs

    chosen, which, how = output or Output(), which or Which(), how or JudgeSettings()
    store = chosen.open().store
    known_runs(store, [run])
    if pairwise is None:
        _rate(chosen, run, judge, which, how)
    elif judge != "reference":
        _compare(chosen, run, judge, pairwise, which, how)
    else:
        raise InputError(
            "--pairwise with --judge reference",
            "reference facts rate one answer at a time",
            "Use --judge llm or --judge local",
        )


def _rate(
    output: Output,
    run: str,
    kind: Literal["llm", "local", "reference"],
    which: Which,
    how: JudgeSettings,
) -> None:
    from workbench.judges import make_judge
    from workbench.judging.llm_judge import LlmJudge
    from workbench.judging.means import mean_table
    from workbench.judging.run import judge_run, responses_of, without_judge
    from workbench.judging.summaries import count_lines, estimate_line, gate_line
    from workbench.progress import terminal_progress

    workspace = output.open()
    made = make_judge(workspace, kind, how)
    responses = responses_of(workspace.store, run, made, which.choice())
    asked = [r for r in responses if without_judge(made, r) is None]
    caller = made.caller if isinstance(made, LlmJudge) else None
    if isinstance(made, LlmJudge):
        _tell(estimate_line(made.estimate(asked), how.max_cost))
    if which.dry_run:
        _tell(f"{len(responses):,} responses to rate, {len(asked):,} of them by the judge")
        return
    with terminal_progress() as progress:
        counts = judge_run(workspace.store, run, made, which.choice(), progress)
    _tell(*count_lines(counts, caller))
    ratings = workspace.store.ratings([run], [made.record.name])
    _tell(gate_line(workspace.store, run, made.record.name))
    output.show(mean_table(ratings, ("checkpoint", "language", "criterion")))


def _compare(
    output: Output,
    run: str,
    kind: PairJudgeKind,
    checkpoints: tuple[str, str],
    which: Which,
    how: JudgeSettings,
) -> None:
    from workbench.judges import make_pair_judge
    from workbench.judging.llm_pair_judge import LlmPairJudge
    from workbench.judging.pairwise import compare_pairs, pairs_of
    from workbench.judging.summaries import count_lines, estimate_line
    from workbench.preferences import position_bias, ranking, win_rates
    from workbench.progress import terminal_progress

    workspace = output.open()
    store = workspace.store
    made = make_pair_judge(workspace, kind, how)
    pairs = pairs_of(store, run, checkpoints, made, which.choice())
    caller = made.caller if isinstance(made, LlmPairJudge) else None
    if isinstance(made, LlmPairJudge):
        _tell(estimate_line(made.estimate(pairs), how.max_cost))
    if which.dry_run:
        _tell(f"{len(pairs):,} comparisons to make, two of each pair of answers")
        return
    with terminal_progress() as progress:
        counts = compare_pairs(store, made, pairs, progress)
    _tell(*count_lines(counts, caller))
    comparisons = store.comparisons([run], [made.record.name])
    for row in position_bias(comparisons).itertuples():
        _tell(
            f"position: the answer shown first won {row.first_wins:.0%} "
            f"({row.low:.0%} to {row.high:.0%}) of {row.n_decided:,} decided comparisons; "
            f"{row.consistent:.0%} of {row.n_pairs:,} pairs have the same winner in both orders"
        )
    for row in ranking(comparisons).itertuples():
        _tell(
            f"strength (Bradley-Terry): {row.name} {row.strength:+.2f} "
            f"({row.low:+.2f} to {row.high:+.2f})"
        )
    output.show(win_rates(comparisons))


def _tell(*lines: str) -> None:
    for line in lines:
        print(line, file=sys.stderr)
