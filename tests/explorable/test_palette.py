"""Colors of a book are added by name, in pairs for light and dark."""

import pytest

from explorable import DeclarationError, palette


@pytest.mark.parametrize("colors", [{"Plain": ("#000000", "#ffffff")}, {"a": ("#000", "#fff")}, {"a": "#000000"}])
def test_a_wrong_palette_is_refused(colors):
    with pytest.raises(DeclarationError, match="palette"):
        palette.use(colors)
