"""Identifies lines of bytes, as a command in a pipe does."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TextIO

from workbench.lid.detector import UNDETERMINED, Detector, Verdict

_AT_ONCE = 4096


def identify_lines(lines: Iterable[bytes], out: TextIO, detector: Detector) -> None:
    """Write label, confidence and log-probability of each line, parted by tabs.

    Numbers are written so that reading them gives the same float64. The log-probability is
    left out where the detector's model gives none. Bytes that are not UTF-8 are taken as
    they are by detectors over bytes.
    """
    rest = iter(lines)
    while batch := [line.removesuffix(b"\n") for line in islice(rest, _AT_ONCE)]:
        out.writelines(f"{_written(verdict)}\n" for verdict in _verdicts(batch, detector))
        out.flush()


def _verdicts(batch: list[bytes], detector: Detector) -> list[Verdict]:
    texts = [line.decode("utf-8", "surrogateescape") for line in batch]
    return detector.identify_many(texts)


def _written(verdict: Verdict) -> str:
    parts = [verdict.label or UNDETERMINED, _number(verdict.confidence)]
    if verdict.log_probability is not None:
        parts.append(_number(verdict.log_probability))
    return "\t".join(parts)


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)
