"""Prints a DataFrame as an aligned table, CSV or JSON."""

from __future__ import annotations

from typing import Literal

import pandas as pd


def print_frame(frame: pd.DataFrame, form: Literal["table", "csv", "json"]) -> None:
    """Print to standard output; JSON is a list with one object a row."""
    if form == "csv":
        print(frame.to_csv(index=False), end="")
    elif form == "json":
        print(frame.to_json(orient="records", force_ascii=False, indent=2, default_handler=str))
    elif frame.empty:
        print("nothing yet")
    else:
        print(frame.to_string(index=False, float_format=_short))


def _short(value: float) -> str:
    """Three decimals; smaller numbers, such as learning rates, as they are."""
    return f"{value:.3f}" if value == 0 or abs(value) >= 0.001 else f"{value:g}"
