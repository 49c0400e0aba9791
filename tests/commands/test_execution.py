from __future__ import annotations

import pytest

from workbench.commands.execution import Execution
from workbench.errors import InputError
from workbench.executors.local import LocalExecutor
from workbench.executors.processes import ProcessExecutor
from workbench.executors.ray_cluster import RayExecutor
from workbench.executors.threads import places


def test_each_executor_takes_its_options() -> None:
    assert isinstance(Execution().make(), LocalExecutor)
    assert Execution("processes", workers=3).make() == ProcessExecutor(3)
    assert Execution("processes").make() == ProcessExecutor(places())
    assert Execution("ray").make() == RayExecutor("auto", None)
    assert Execution("ray", 4, "10.0.0.1:6379").make() == RayExecutor("10.0.0.1:6379", 4)


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        (Execution(workers=2), "--workers: the executor 'local' has no use for it"),
        (Execution(address="x"), "add: --executor ray"),
        (Execution("processes", address="x"), "--address: the executor 'processes'"),
    ],
)
def test_an_option_of_another_executor_is_refused(chosen: Execution, message: str) -> None:
    with pytest.raises(InputError, match=message):
        chosen.make()
