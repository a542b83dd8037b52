"""The colors of the book: one meaning, one color, on every page.

Each name has a value for the light and one for the dark theme. The first four hues follow Okabe and Ito's palette,
which stays apart for the common forms of color blindness.
"""

from explorable import palette

COLORS = {
    "plain": ("#C2500A", "#F0883E"),  # the network without normalization
    "batchnorm": ("#0067A5", "#58B0E8"),  # the network with batch normalization
    "noisy": ("#B0578D", "#E49CC4"),  # batch normalization with noise added
    "othernorm": ("#007F5F", "#3CC79A"),  # the other normalizations
    "frozen": ("#6C2D0A", "#A97E6B"),  # batch normalization with statistics that stand still
    "accelerated": ("#5C0E59", "#9E7C9B"),  # Nesterov's method, beside gradient descent as plain
    "forward": ("#00707C", "#56C7D3"),  # values on their way from the input to the loss
    "upstream": ("#7B4FA3", "#B795E0"),  # gradients that come from above
    "moved": ("#946300", "#F0C043"),  # what the reader moved
    "predicted": ("#6B7280", "#A3ABB8"),  # what a forecast promised
    "truth": ("#1F2933", "#E6EAF0"),  # what really happened
}

palette.use(COLORS)
