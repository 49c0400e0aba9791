"""``workbench judge``: ratings of a run by an LLM, a local model or reference facts."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from workbench.commands.options import Output, split
from workbench.errors import InputError
from workbench.judging.settings import JudgeSettings

if TYPE_CHECKING:
    from workbench.judging.calls import Caller
    from workbench.judging.prices import Estimate
    from workbench.judging.run import Choice, JudgeCounts
    from workbench.store.store import Store

_REASONS_SHOWN = 5


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
        int | None, Parameter(help="Prompts of each language at most, evenly spaced")
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
        Two checkpoints of the run: an LLM says whose answer is better, each pair shown in
        both orders. Prints win rates instead.
    """
    from workbench.runs import known_runs

    chosen, which, how = output or Output(), which or Which(), how or JudgeSettings()
    store = chosen.open().store
    known_runs(store, [run])
    if pairwise is None:
        _rate(chosen, run, judge, which, how)
    elif judge == "llm":
        _compare(chosen, run, pairwise, which, how)
    else:
        raise InputError(
            f"--pairwise with --judge {judge}",
            "only an LLM behind an endpoint compares answers",
            "Use --judge llm",
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
    from workbench.progress import terminal_progress

    workspace = output.open()
    made = make_judge(workspace, kind, how)
    responses = responses_of(workspace.store, run, made, which.choice())
    asked = [r for r in responses if without_judge(made, r) is None]
    caller = made.caller if isinstance(made, LlmJudge) else None
    if isinstance(made, LlmJudge):
        _tell_estimate(made.estimate(asked), made.caller)
    if which.dry_run:
        _tell(f"{len(responses):,} responses to rate, {len(asked):,} of them by the judge")
        return
    with terminal_progress() as progress:
        counts = judge_run(workspace.store, run, made, which.choice(), progress)
    _tell_counts(counts, caller)
    ratings = workspace.store.ratings([run], [made.record.name])
    _tell_gate(workspace.store, run, made.record.name)
    output.show(mean_table(ratings, ("checkpoint", "language", "criterion")))


def _compare(
    output: Output, run: str, checkpoints: tuple[str, str], which: Which, how: JudgeSettings
) -> None:
    from workbench.judges import make_pair_judge
    from workbench.judging.pairwise import pairs_of
    from workbench.preferences import position_bias, ranking, win_rates
    from workbench.progress import terminal_progress

    workspace = output.open()
    store = workspace.store
    made = make_pair_judge(workspace, how)
    pairs = pairs_of(store, run, checkpoints, made, which.choice())
    _tell_estimate(made.estimate(pairs), made.caller)
    if which.dry_run:
        return
    with terminal_progress() as progress:
        counts = made.compare(store, pairs, progress)
    _tell_counts(counts, made.caller)
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


def _tell_estimate(estimate: Estimate, caller: Caller) -> None:
    cost = "of unknown price" if estimate.cost is None else f"about {estimate.cost:.2f} US dollars"
    cap = caller.settings.max_cost
    limit = "" if cap is None else f", {cap:.2f} at most"
    _tell(
        f"{estimate.calls:,} calls, about {estimate.prompt_tokens:,} tokens in and "
        f"{estimate.new_tokens:,} out, {cost}{limit}"
    )


def _tell_counts(counts: JudgeCounts, caller: Caller | None) -> None:
    _tell(f"{counts.rated:,} of {counts.responses:,} rated in full")
    for reason, number in counts.reasons.most_common(_REASONS_SHOWN):
        _tell(f"  {number:,} missing: {reason}")
    further = len(counts.reasons) - _REASONS_SHOWN
    if further > 0:
        _tell(f"  and {further:,} further reasons; --retry-missing tries these alone")
    if caller is None:
        return
    budget, calls = caller.budget, caller.counts
    spent = "price unknown" if budget.price is None else f"{budget.spent:.4f} US dollars"
    _tell(
        f"{budget.calls:,} calls, {calls.from_cache:,} replies from the cache, "
        f"{budget.usage.prompt_tokens:,} tokens in and {budget.usage.new_tokens:,} out, {spent}"
    )
    if calls.schema_ignored:
        _tell(
            f"the server took a JSON schema and did not keep to it in {calls.schema_ignored:,} "
            f"of {calls.schema_sent:,} replies; these were read as plain JSON"
        )


def _tell_gate(store: Store, run: str, judge: str) -> None:
    from workbench.judging.language_gate import apply_gate, gate_table

    gate = apply_gate(store, run)
    if gate is None:
        _tell("language gate: no detector has scored the run; see 'workbench score'")
        return
    table = gate_table(store.ratings([run], [judge, gate], ["language"]), gate)
    compared, differ = int(table["n_compared"].sum()), int(table["n_disagree"].sum())
    kinder = int(table["judge_kinder"].sum())
    _tell(
        f"language gate: judge and {gate.removeprefix('gate:')} disagree on {differ:,} of "
        f"{compared:,} answers; the judge is kinder on {kinder:,} of them"
    )


def _tell(line: str) -> None:
    print(line, file=sys.stderr)
