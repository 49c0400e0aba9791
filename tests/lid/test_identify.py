"""``workbench lid identify`` as a command in a pipe."""

from __future__ import annotations

import subprocess

from tests.command_line import COMMAND
from tests.lid.engine.test_langid_model import FIFTEEN, of_the_package, random_bytes
from workbench.assets import PROJECT_ROOT


def identify(raw: bytes, *options: str) -> list[list[str]]:
    result = subprocess.run(
        [*COMMAND, "lid", "identify", *options],
        input=raw,
        cwd=PROJECT_ROOT,
        capture_output=True,
        check=True,
        timeout=120,
    )
    return [line.split("\t") for line in result.stdout.decode().splitlines()]


def test_langid_gives_the_packages_labels_and_log_probabilities() -> None:
    lines = [text.replace(b"\n", b" ") for text in random_bytes(80)]
    for option, languages in (("all", None), (",".join(FIFTEEN), FIFTEEN)):
        rows = identify(b"\n".join(lines) + b"\n", "--detector", "langid", "--languages", option)
        expected = of_the_package(lines, languages)
        assert [float(row[2]) for row in rows] == [score for _, score in expected]
        for (label, confidence, _), (own, _) in zip(rows, expected, strict=True):
            # Where no feature was found the package answers with the prior's favourite.
            assert label == own if confidence else label == "undetermined"
        assert {bool(row[1]) for row in rows} == {True, False}


def test_other_detectors_and_odd_lines() -> None:
    raw = "Le chat dort toute la journée\r\n\n123\nThe dog sleeps all day".encode() + b"\xff\n"
    rows = identify(raw, "--languages", "en,fr")
    assert [row[0] for row in rows] == ["fr", "undetermined", "undetermined", "en"]
    assert identify(b"the dog\n", "--detector", "lexicon", "--languages", "en")[0][0] == "en"


def test_nothing_gives_nothing() -> None:
    assert identify(b"") == []


def test_an_unknown_detector_is_an_error() -> None:
    result = subprocess.run(
        [*COMMAND, "lid", "identify", "--detector", "langit"],
        input=b"x\n",
        cwd=PROJECT_ROOT,
        capture_output=True,
        timeout=120,
    )
    assert result.returncode == 2
    assert b"Did you mean 'langid'" in result.stderr


def test_a_reader_that_has_had_enough_is_no_error() -> None:
    command = [*COMMAND, "lid", "identify", "--detector", "langid"]
    with subprocess.Popen(
        command,
        cwd=PROJECT_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdout.close()
        process.stdin.write(b"the dog sleeps\n")
        process.stdin.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1
