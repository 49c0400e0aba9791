from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from driving import served

from workbench.app.access import PASSWORD_VARIABLE, Access
from workbench.errors import InputError

COMMAND = [sys.executable, "-m", "workbench"]


@pytest.fixture(autouse=True)
def no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)


def test_a_local_address_needs_no_password() -> None:
    for host in ("127.0.0.1", "localhost", "::1", "127.8.8.8"):
        assert Access(host=host).credentials is None


@pytest.mark.parametrize(
    "access",
    [
        Access(share=True),
        Access(host="0.0.0.0"),
        Access(host="192.168.1.7"),
        Access(host="::"),
        Access(host="workbench.example"),
        Access(host=""),
    ],
)
def test_what_others_can_reach_is_refused_without_one(access: Access) -> None:
    with pytest.raises(InputError, match="without a password. Add --auth NAME"):
        _ = access.credentials


def test_the_password_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "long enough")
    assert Access(share=True, user="ana").credentials == ("ana", "long enough")
    assert Access(user="ana").credentials == ("ana", "long enough")


def test_a_short_or_absent_password_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=f"{PASSWORD_VARIABLE} is not set"):
        _ = Access(share=True, user="ana").credentials
    monkeypatch.setenv(PASSWORD_VARIABLE, "short")
    with pytest.raises(InputError, match="it has 5 characters") as refused:
        _ = Access(share=True, user="ana").credentials
    assert "short" not in str(refused.value)


def test_the_command_refuses_before_it_loads_anything() -> None:
    command = [*COMMAND, "app", "--share", "--no-browser"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: --share: others could use the app")


def test_visitors_must_log_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "long enough")
    command = ("-m", "workbench", "app", "--no-browser", "--auth", "ana")
    with served(*command, "--workspace", str(tmp_path)) as address:
        assert httpx.get(f"{address}/config").status_code == 401
        with httpx.Client(base_url=address) as visitor:
            wrong = visitor.post("/login", data={"username": "ana", "password": "wrong"})
            assert wrong.status_code == 400
            right = visitor.post("/login", data={"username": "ana", "password": "long enough"})
            assert right.status_code == 200
            assert visitor.get("/config").status_code == 200
