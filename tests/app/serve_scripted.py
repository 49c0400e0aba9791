"""Serves the app over a database and a scripted engine: ``serve_scripted.py DATABASE``.

Prints the address, and ends when its standard input is closed. The browser tests run it
in a process of its own, as the server leaves sockets and event loops behind.
"""

from __future__ import annotations

import sys
from pathlib import Path

from scripted_engine import ScriptedEngine

from workbench.app.app import build_app, serve
from workbench.app.compare.comparison import Results
from workbench.app.runs.view import RunViews
from workbench.app.services import Services
from workbench.judging.people import Desk
from workbench.languages import LANGUAGES
from workbench.lid.detectors import make_detector
from workbench.store import Store
from workbench.workspace import Workspace

HOSTILE = "The fox is <b>red</b> ${1+1} {{value}} <img src=x onerror=alert(1)>"
ANSWERS = {
    "good": "Le renard est roux.",
    "hot": HOSTILE,
    "long": "Un renard roux traverse la forêt. " * 200,
    "arabic": "لون الثعلب أحمر.",
    "chinese": "狐狸是红色的。",
}


def main(database: Path) -> None:
    services = Services(
        engine=ScriptedEngine(ANSWERS, pause=0.05),
        detector=make_detector("py3langid", tuple(LANGUAGES)),
        results=Results(Store(f"sqlite:///{database}"), database.with_name("absent.parquet")),
        prompts=database.with_name("absent.jsonl"),
        runs=RunViews(Workspace(database.parent)),
        desk=Desk(Store(f"sqlite:///{database}")),
    )
    print(serve(build_app(services)), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
