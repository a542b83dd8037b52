"""The family in words: who, when, what, and who uses it, each with where that was read.

Uses are reports, not measurements. "Seen" names the code or the documentation that was looked at.
"""

from typing import NamedTuple


class Method(NamedTuple):
    """One member. parents : keys of those it answers or builds on, in this book's reading.

    paper : authors, place, number of the preprint.   idea, uses : sentences.
    """

    name: str
    year: int
    lane: str
    parents: tuple
    paper: str
    idea: str
    uses: str


LANES = {
    "weights": "looks at the weights",
    "batch": "looks at the batch",
    "example": "looks at one example",
    "none": "looks at nothing",
}
METHODS = {
    "batch": Method(
        "batch norm", 2015, "batch", (), "Ioffe & Szegedy, ICML 2015, 1502.03167",
        "Each unit is normalized over the examples of the batch.",
        "Convolutional networks; the ResNets of torchvision are built with it (seen in their code).",
    ),
    "weight": Method(
        "weight norm", 2016, "weights", ("batch",), "Salimans & Kingma, NeurIPS 2016, 1602.07868",
        "Length and direction of each unit's weights apart; no data, no noise.",
        "Its authors try it on image recognition, generative models and reinforcement learning (their abstract).",
    ),
    "layer": Method(
        "layer norm", 2016, "example", ("batch",), "Ba, Kiros & Hinton, 2016, 1607.06450",
        "Each example is normalized over its own features; made for recurrent networks.",
        "Transformers: GPT-2 has two in each block (seen in implementations of it).",
    ),
    "instance": Method(
        "instance norm", 2016, "example", ("batch",), "Ulyanov, Vedaldi & Lempitsky, 2016, 1607.08022",
        "Each channel of each image is normalized over its own places, so contrast is taken away.",
        "Style transfer, for which it was made (the abstract of its paper).",
    ),
    "renorm": Method(
        "batch renorm", 2017, "batch", ("batch",), "Ioffe, NeurIPS 2017, 1702.03275",
        "The output in training is pulled to that of the running statistics; for small or uniform batches.",
        "No common network that we know of.",
    ),
    "group": Method(
        "group norm", 2018, "example", ("layer", "instance"), "Wu & He, ECCV 2018, 1803.08494",
        "Between layer and instance norm: groups of channels of one example.",
        "The denoising network of Stable Diffusion, with 32 groups (seen in its published configuration).",
    ),
    "standard": Method(
        "weight std.", 2019, "weights", ("weight",), "Qiao et al., 2019, 1903.10520",
        "Each unit's weights get mean 0 and a fixed spread.",
        "With group norm in Big Transfer, BiT (seen in the documentation of transformers).",
    ),
    "rms": Method(
        "RMS norm", 2019, "example", ("layer",), "Zhang & Sennrich, NeurIPS 2019, 1910.07467",
        "Layer norm without the mean: divide by the root mean square.",
        "Language models: Llama and those that follow it (seen in code of transformers and its copies).",
    ),
    "whitening": Method(
        "IterNorm", 2019, "batch", ("batch",), "Huang et al., CVPR 2019, 1904.03441",
        "Whitening: the features of a layer are made uncorrelated too, by some steps of Newton's method.",
        "No common network that we know of.",
    ),
    "fixup": Method(
        "Fixup", 2019, "none", ("batch",), "Zhang, Dauphin & Ma, ICLR 2019, 1901.09321",
        "The start weights of residual branches are scaled down by depth, and no norm is needed to train.",
        "No common network that we know of; its authors train ten thousand layers.",
    ),
    "prelayer": Method(
        "pre-LN", 2019, "example", ("layer",), "In GPT-2, 2019; why it helps: Xiong et al., ICML 2020, 2002.04745",
        "No new norm but a new place: before each block of a transformer, not after the sum.",
        "Transformers from GPT-2 on (seen in its code).",
    ),
    "filter": Method(
        "FRN", 2020, "example", ("group",), "Singh & Krishnan, CVPR 2020, 1911.09737",
        "Filter response norm: each channel of one image over its places, without the mean; then a learned threshold.",
        "No common network that we know of.",
    ),
    "evolved": Method(
        "EvoNorm", 2020, "example", ("group",), "Liu et al., NeurIPS 2020, 2004.02967",
        "Norm and activation in one formula, found by an automatic search; a sister of it looks at the batch.",
        "No common network that we know of.",
    ),
    "skipinit": Method(
        "SkipInit", 2020, "none", ("fixup",), "De & Smith, NeurIPS 2020, 2002.10444",
        "Batch norm makes residual blocks begin near the identity; a factor that starts at 0 does that too.",
        "An argument rather than a product; NF-nets offer it as a factor that starts at 0 (seen in their code).",
    ),
    "nfnet": Method(
        "NF-nets", 2021, "none", ("skipinit", "standard"), "Brock et al., ICML 2021, 2102.06171",
        "No norm at all: known variances, standardized weights, gradients clipped unit by unit.",
        "Image classifiers that match those with batch norm, as their authors report.",
    ),
    "tanh": Method(
        "dynamic tanh", 2025, "none", ("prelayer",), "Zhu et al., CVPR 2025, 2503.10622",
        "A curve with one learned slope in the place of layer norm.",
        "Too new to say; its authors train common transformers with it.",
    ),
}  # fmt: skip
