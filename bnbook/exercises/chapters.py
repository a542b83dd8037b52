"""The numbered chapters in the order of the book; a test compares them with its table of contents."""

PAGES = (
    "01_motivation",
    "02_transform",
    "03_backprop",
    "in_use",
    "04_reparameterization",
    "coordinates",
    "05_smoothness",
    "theorems",
    "deep_networks",
    "tuned",
    "06_descendants",
    "07_practice",
)


def number(page):
    """The number that the book gives to the file `page`."""
    return PAGES.index(page) + 1
