from __future__ import annotations

import threading
import time

import pytest

from workbench.judging.pacing import Pacer, retry_after


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        # 1445412480 is 2015-10-21 07:28:00 UTC.
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 30),
    ],
)
def test_how_long_a_server_asks_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, now=1445412450) == seconds


def test_a_date_that_has_passed_asks_for_nothing() -> None:
    assert retry_after({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, now=1445412500) == 0


def test_requests_are_spaced() -> None:
    pacer = Pacer(per_minute=60 * 50, stop=threading.Event())
    started = time.monotonic()
    for _ in range(6):
        pacer.wait()
    # The first goes at once, five wait 20 ms each.
    assert time.monotonic() - started >= 0.1


def test_while_the_server_rests_nobody_sends() -> None:
    pacer = Pacer(None, threading.Event())
    pacer.wait()
    pacer.rest(0.1)
    started = time.monotonic()
    pacer.wait()
    assert time.monotonic() - started >= 0.09


def test_a_stop_ends_all_waiting() -> None:
    stop = threading.Event()
    pacer = Pacer(None, stop)
    pacer.rest(100)
    threading.Timer(0.05, stop.set).start()
    started = time.monotonic()
    pacer.wait()
    pacer.back_off(10, 100)
    assert time.monotonic() - started < 50
