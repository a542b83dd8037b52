"""The widget of the edge of stability shows what is kept."""

import numpy as np
import pytest

from bnbook.experiments import kept
from bnbook.experiments.edge import KINDS, RATES
from bnbook.widgets import smoothness


@pytest.fixture(scope="module")
def widget():
    return smoothness.edge().check()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lr", RATES)
def test_lines_are_medians_of_the_seeds_that_are_left(widget, kind, lr):
    run, out, a, r = kept.load("edge"), widget.evaluate(kind=kind, lr=lr), list(KINDS).index(kind), RATES.index(lr)
    for n, name in enumerate(("plain", "batchnorm")):
        left = run["diverged_at"][:, a, n, r] < 0
        assert out[f"lost_{name}"] == (~left).sum()
        for what, kept_as in (("share", run["curvature"] * lr / 2), ("equal", run["equal"])):
            shown = out[f"{what}_{name}_mid"]
            if left.sum() < 5:
                assert np.isnan(shown).all() and out["drawn"] == 0
            else:
                np.testing.assert_allclose(shown, np.median(kept_as[left, a, n, r, 1:], axis=0), rtol=1e-3)
                assert (out[f"{what}_{name}_low"] > 0).all()  # the axis is logarithmic
    assert out["edge"] == pytest.approx(2 / lr)
