"""Addresses of what is shown: what stands behind the question mark.

Each tab has parameters of its own, which begin with its name, so that an address can hold
the state of several tabs.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode

LONGEST = 2000
"""Characters of a value; longer ones are of no state of ours."""


def query_of(tab: str, values: Mapping[str, str]) -> str:
    """The parameters of a tab as a query string; empty values are left out.

    >>> query_of("compare", {"measure": "accuracy", "runs": "a,b", "task": ""})
    'tab=compare&compare-measure=accuracy&compare-runs=a,b'
    """
    own = {f"{tab}-{key}": value for key, value in values.items() if value}
    return urlencode({"tab": tab, **own}, safe=",")


def values_of(tab: str, query: str) -> dict[str, str]:
    """The parameters of a tab that a query string holds, without its name.

    >>> values_of("compare", "?tab=compare&compare-runs=a%2Cb&rate-run=c")
    {'runs': 'a,b'}
    """
    prefix = f"{tab}-"
    return {
        key.removeprefix(prefix): found[0]
        for key, found in parse_qs(query.lstrip("?")).items()
        if key.startswith(prefix) and len(found[0]) <= LONGEST
    }


def tab_of(query: str) -> str:
    """The tab that an address opens; empty where it names none."""
    return parse_qs(query.lstrip("?")).get("tab", [""])[0]
