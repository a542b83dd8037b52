"""What the comparisons with PyTorch share."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")  # what imports this file is skipped where PyTorch is missing
functional = torch.nn.functional


def close(ours, theirs, rel=1e-12):
    """Equal to `rel` of the largest entry, in float64."""
    theirs = theirs.detach().numpy()
    assert np.abs(ours - theirs).max() <= rel * max(np.abs(theirs).max(), 1e-3)


def leaf(array):
    """A tensor that collects a gradient."""
    return torch.tensor(array, requires_grad=True)
