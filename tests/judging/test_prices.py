from __future__ import annotations

import threading
from pathlib import Path

import pytest

from workbench.errors import FileFormatError
from workbench.judging.prices import Budget, Price, Usage, estimate, load_prices

PRICE = Price(input=2.0, output=10.0)


def test_own_prices_go_before_shipped_ones(tmp_path: Path) -> None:
    shipped = load_prices()
    assert shipped["gpt-4o-mini"] == Price(input=0.15, output=0.60)
    own = tmp_path / "prices.yaml"
    own.write_text("mine: {input: 1, output: 2}\ngpt-4o-mini: {input: 0, output: 0}\n")
    prices = load_prices(own)
    assert prices["mine"].output == 2 and prices["gpt-4o-mini"].input == 0
    assert prices["gpt-4o"] == shipped["gpt-4o"]


def test_a_price_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    own = tmp_path / "prices.yaml"
    own.write_text("mine: {input: 1, output: -2}\n")
    with pytest.raises(FileFormatError, match="line 1.*output"):
        load_prices(own)


def test_an_estimate_before_the_run() -> None:
    # 3,000 bytes are taken for 1,000 tokens, and two replies for 2 x 500 / 2 tokens:
    # 1,000 x 2 / 1e6 + 500 x 10 / 1e6 = 0.007 dollars.
    found = estimate([1000, 2000], 500, PRICE)
    assert (found.calls, found.prompt_tokens, found.new_tokens) == (2, 1000, 500)
    assert found.cost == pytest.approx(0.007)
    assert estimate([1000], 500, None).cost is None


def test_what_was_used_replaces_what_was_set_aside() -> None:
    budget = Budget(PRICE, cap=1.0)
    # 100,000 bytes and 10,000 tokens out: 0.2 + 0.1 dollars at most.
    reserved = budget.reserve(100_000, 10_000)
    assert reserved == pytest.approx(0.3)
    budget.settle(0.3, Usage(20_000, 1_000))
    assert budget.spent == pytest.approx(0.05)
    assert (budget.calls, budget.usage) == (1, Usage(20_000, 1_000))


def test_a_call_without_usage_counts_in_full_where_it_may_have_been_billed() -> None:
    budget = Budget(PRICE)
    budget.settle(budget.reserve(100_000, 10_000) or 0, None)
    assert budget.spent == pytest.approx(0.3)
    budget.settle(budget.reserve(100_000, 10_000) or 0, None, billed=False)
    assert budget.spent == pytest.approx(0.3)


def test_the_cap_holds_for_many_threads() -> None:
    budget = Budget(PRICE, cap=1.0)
    granted = []

    def spend() -> None:
        for _ in range(50):
            reserved = budget.reserve(10_000, 1_000)
            if reserved is not None:
                granted.append(reserved)
                budget.settle(reserved, Usage(10_000, 1_000))

    threads = [threading.Thread(target=spend) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # 0.02 + 0.01 dollars a call: 33 calls fit below one dollar, whoever makes them.
    assert len(granted) == 33 and budget.spent == pytest.approx(0.99)
    assert budget.reserve(10_000, 1_000) is None


def test_without_a_price_nothing_is_counted_but_tokens() -> None:
    budget = Budget(None)
    assert budget.reserve(10**9, 10**9) == 0
    budget.settle(0, Usage(5, 6))
    assert (budget.spent, budget.usage) == (0, Usage(5, 6))
