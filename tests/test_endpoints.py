from __future__ import annotations

import pytest

from workbench.endpoints import checked_address, read_key, said
from workbench.errors import InputError


def test_an_address_has_no_slash_at_its_end() -> None:
    assert checked_address("https://host:8000/v1/", "KEY") == "https://host:8000/v1"


@pytest.mark.parametrize(
    "url", ["", "host/v1", "ftp://host/v1", "http://", "http://[::1/v1", "http://host:port/v1"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="no address of a server"):
        checked_address(url, "KEY")


@pytest.mark.parametrize("url", ["http://u:secret@host/v1", "http://host/v1?key=secret"])
def test_an_address_with_a_secret_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(InputError, match="environment variable KEY") as refusal:
        checked_address(url, "KEY")
    assert "secret" not in str(refusal.value)


def test_a_key_is_read_without_the_space_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOME_KEY", raising=False)
    assert read_key("SOME_KEY") == ""
    monkeypatch.setenv("SOME_KEY", " sk-1\n")
    assert read_key("SOME_KEY") == "sk-1"
    monkeypatch.setenv("SOME_KEY", "sk-1\nx")
    with pytest.raises(InputError, match="SOME_KEY"):
        read_key("SOME_KEY")


def test_what_a_server_says_is_one_short_line_without_the_key() -> None:
    assert said({"message": "bad\n key sk-1"}, "sk-1") == "bad key [key]"
    assert said({"detail": "x"}) == "x"
    assert said({"code": 5}) == '{"code": 5}'
    assert said(ValueError()) == "ValueError"
    assert said("a" * 300) == "a" * 197 + "..."
