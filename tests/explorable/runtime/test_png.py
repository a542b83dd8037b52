"""Small rasters are packed by hand (png.js): what comes out is a PNG for every reader."""

import base64
import struct
import zlib


def test_a_small_raster_is_a_png_that_every_reader_takes(hand):
    """Its chunks with their checks, and pixels that a strict reader unpacks; that they are right, test_fuzz sees."""
    raster = hand("field").figure.locator("image")
    data = base64.b64decode(raster.get_attribute("href").removeprefix("data:image/png;base64,"))
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(data):
        (length,), name = struct.unpack(">I", data[at : at + 4]), data[at + 4 : at + 8]
        held = data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length]) == (zlib.crc32(name + held),)
        chunks[name], at = held, at + 12 + length
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    width, height, depth, kind = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert (depth, kind) == (8, 6)
    assert len(zlib.decompress(chunks[b"IDAT"])) == height * (4 * width + 1)
    natural = (
        "async (e) => { const i = new Image(); i.src = e.getAttribute('href'); await i.decode(); return i.width; }"
    )
    assert raster.evaluate(natural) == width
