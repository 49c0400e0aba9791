from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.errors import FileFormatError, NotFoundError, StoreError
from workbench.files import read_lines, read_text, write_atomically


def test_reads_utf_8_and_drops_the_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes(b"\xef\xbb\xbfl\xc3\xa9opard")

    assert read_text(path) == "léopard"


def test_text_that_is_not_utf_8_names_file_and_byte(tmp_path: Path) -> None:
    path = tmp_path / "latin.txt"
    path.write_bytes("le léopard".encode("latin-1"))  # é is byte 4: "le l" comes before

    with pytest.raises(FileFormatError, match="not UTF-8") as caught:
        read_text(path)

    assert caught.value.given == f"{path}, byte 4"
    assert caught.value.remedy == "Save the file as UTF-8"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(
        NotFoundError, match=r"nowhere\.txt: there is no such file\. Check the path\."
    ):
        read_text(tmp_path / "nowhere.txt")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="Name a file that can be read"):
        read_text(tmp_path)


def test_lines_keep_their_numbers_and_only_newlines_end_them(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text('{"a": "x\u2028y"}\n\n   \n{"b": "z\x85"}\r\n', encoding="utf-8", newline="")

    # Lines 2 and 3 are blank; U+2028 and U+0085 stand inside strings.
    assert list(read_lines(path)) == [(1, '{"a": "x\u2028y"}'), (4, '{"b": "z\x85"}')]


def test_writes_into_a_folder_that_is_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deep" / "text.txt"

    write_atomically(path, "один\nдва\n")

    assert path.read_bytes() == "один\nдва\n".encode()
    assert os.listdir(path.parent) == ["text.txt"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_writing_replaces_the_old_text_whole(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("a much longer old text", encoding="utf-8")

    write_atomically(path, "new")

    assert path.read_text(encoding="utf-8") == "new"


def test_a_target_that_cannot_be_written_is_an_error_for_users(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    with pytest.raises(StoreError, match="choose another folder"):
        write_atomically(tmp_path / "file" / "text.txt", "new")

    assert (tmp_path / "file").read_text(encoding="utf-8") == "in the way"


FILL = """
import resource, signal, sys
from pathlib import Path
from workbench.errors import StoreError
from workbench.files import write_atomically

# No file may grow beyond 1,000 bytes: the system refuses the rest, as a full disk does.
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_atomically(Path(sys.argv[1]), "x" * 5000)
except StoreError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits on the size of files")
def test_a_disk_that_fills_up_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("old", encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-c", FILL, str(path)], capture_output=True, text=True, check=True
    )

    assert done.stdout.startswith(f"Writing {path}: ")
    assert "Free some space or choose another folder." in done.stdout
    assert path.read_text(encoding="utf-8") == "old"
    assert os.listdir(tmp_path) == ["text.txt"]


def test_a_write_that_is_killed_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("old", encoding="utf-8")
    # The process dies at the last moment before the new file takes the old one's place.
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from workbench.files import write_atomically\n"
        "sys.addaudithook(lambda event, _: os._exit(9) if event == 'os.rename' else None)\n"
        "write_atomically(Path(sys.argv[1]), 'new')\n"
    )

    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True)

    assert done.returncode == 9
    assert path.read_text(encoding="utf-8") == "old"
