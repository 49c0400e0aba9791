"""What judging would take, and what it did, in lines for people to read."""

from __future__ import annotations

from workbench.judging.calls import Caller
from workbench.judging.language_gate import apply_gate, gate_table
from workbench.judging.prices import Estimate
from workbench.judging.run import JudgeCounts
from workbench.store.store import Store

_REASONS_SHOWN = 5


def estimate_line(estimate: Estimate, cap: float | None) -> str:
    """Calls, tokens and cost, with the limit to the cost if there is one (US dollars)."""
    cost = "of unknown price" if estimate.cost is None else f"about {estimate.cost:.2f} US dollars"
    limit = "" if cap is None else f", {cap:.2f} at most"
    return (
        f"{estimate.calls:,} calls, about {estimate.prompt_tokens:,} tokens in and "
        f"{estimate.new_tokens:,} out, {cost}{limit}"
    )


def count_lines(counts: JudgeCounts, caller: Caller | None = None) -> list[str]:
    """What became of the responses, why ratings are missing, and what an endpoint took."""
    lines = [f"{counts.rated:,} of {counts.responses:,} rated in full"]
    for reason, number in counts.reasons.most_common(_REASONS_SHOWN):
        lines.append(f"  {number:,} missing: {reason}")
    further = len(counts.reasons) - _REASONS_SHOWN
    if further > 0:
        lines.append(f"  and {further:,} further reasons; --retry-missing tries these alone")
    if caller is None:
        return lines
    budget, calls = caller.budget, caller.counts
    spent = "price unknown" if budget.price is None else f"{budget.spent:.4f} US dollars"
    lines.append(
        f"{budget.calls:,} calls, {calls.from_cache:,} replies from the cache, "
        f"{budget.usage.prompt_tokens:,} tokens in and {budget.usage.new_tokens:,} out, {spent}"
    )
    if calls.schema_ignored:
        lines.append(
            f"the server took a JSON schema and did not keep to it in {calls.schema_ignored:,} "
            f"of {calls.schema_sent:,} replies; these were read as plain JSON"
        )
    return lines


def gate_line(store: Store, run: str, judge: str) -> str:
    """How far a judge and the detectors differ about the language; keeps what these say."""
    gate = apply_gate(store, run)
    if gate is None:
        return "language gate: no detector has scored the run; see 'workbench score'"
    table = gate_table(store.ratings([run], [judge, gate], ["language"]), gate)
    compared, differ = int(table["n_compared"].sum()), int(table["n_disagree"].sum())
    kinder = int(table["judge_kinder"].sum())
    return (
        f"language gate: judge and {gate.removeprefix('gate:')} disagree on {differ:,} of "
        f"{compared:,} answers; the judge is kinder on {kinder:,} of them"
    )
