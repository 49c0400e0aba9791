from __future__ import annotations

from workbench.charts.loss import loss_curve


def test_loss_and_learning_rate_have_axes_of_their_own() -> None:
    curve = [
        {"step": 5, "loss": 0.9, "learning_rate": 1e-3},
        {"step": 10, "loss": None, "learning_rate": 5e-4},
        {"step": 15, "loss": 0.3, "learning_rate": 0.0},
    ]
    figure = loss_curve(curve)
    loss, rate = figure.data
    # A point without a loss is left out: nothing is drawn for it.
    assert (list(loss.x), list(loss.y)) == ([5, 15], [0.9, 0.3])
    assert list(rate.y) == [1e-3, 0.0]
    # None stands for the first axis.
    assert (loss.yaxis or "y", rate.yaxis) == ("y", "y2")
    assert figure.layout.yaxis.title.text == "loss, nats a token"
    dark = loss_curve(curve, dark=True)
    assert dark.layout.template.layout.font.color != figure.layout.template.layout.font.color
