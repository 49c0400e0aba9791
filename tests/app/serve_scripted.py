"""Serves the app over a database and a scripted engine: ``serve_scripted.py DATABASE``.

Prints the address, and ends when its standard input is closed. The browser tests run it
in a process of its own, as the server leaves sockets and event loops behind.
"""

from __future__ import annotations

import sys
from pathlib import Path

from scripted_engine import ScriptedEngine

from workbench.app.app import build_app, serve
from workbench.app.chat.engine import AnyEngine, RemoteEngine
from workbench.app.chat.models import Models
from workbench.app.checkpoints.view import CheckpointViews
from workbench.app.compare.results import Results
from workbench.app.every_language.service import EveryLanguage
from workbench.app.runs.view import RunViews
from workbench.app.services import Services
from workbench.checkpoints import Catalogue
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
    "mixed": "Bien sûr, voici la recette que vous avez demandée hier soir. Then you should put "
    "the chicken in the oven for about an hour.",
}


def main(database: Path) -> None:
    store = Store(f"sqlite:///{database}")
    detector = make_detector("py3langid", tuple(LANGUAGES))
    services = Services(
        engine=AnyEngine(ScriptedEngine(ANSWERS, pause=0.05), RemoteEngine()),
        detector=detector,
        results=Results(store, database.with_name("absent.parquet")),
        prompts=database.with_name("absent.jsonl"),
        runs=RunViews(Workspace(database.parent)),
        desk=Desk(Store(f"sqlite:///{database}")),
        every_language=EveryLanguage(store, Models(Catalogue([])), detector),
        checkpoints=CheckpointViews(Workspace(database.parent)),
    )
    print(serve(build_app(services)), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
