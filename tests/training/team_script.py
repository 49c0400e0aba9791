"""Trains recipes in the processes that torchrun starts, and tells what each one writes.

    python -m torch.distributed.run --standalone --nproc-per-node 2 \\
        tests/training/team_script.py FOLDER RECIPES [STEP]

RECIPES is JSON. With STEP the first process is killed when it has done so many.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path


def main(folder: Path, recipes: list[dict[str, object]], fatal: int | None) -> None:
    """Train each recipe into the folder."""
    written: set[str] = set()

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        made = event in ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link")
        mode = arguments[1] if event == "open" else None
        if made or isinstance(mode, str) and set(mode) & set("wax+"):
            written.add(str(arguments[0]))

    from workbench.training.observing import BetweenUpdates
    from workbench.training.recipe import Recipe
    from workbench.training.trainer import train

    def stop(done: int, total: int, label: str) -> None:
        if fatal is not None and done >= fatal and any(folder.glob(".*/checkpoint-*/complete")):
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    between = BetweenUpdates(resume_seconds=60.0 if fatal is None else 0.0)
    for fields in recipes:
        train(Recipe.model_validate(fields), folder, stop, between=between)
    own = sorted(path for path in written if str(folder) in path)
    print(f"rank {os.environ['RANK']} wrote {len(own)}: {own[:9]}", flush=True)


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        json.loads(sys.argv[2]),
        int(sys.argv[3]) if len(sys.argv) > 3 else None,
    )
