"""Arrays to bytes and back: small typed arrays, stored one byte-plane after the other, gzip, base64.

A value is `offset + scale * integer`; NaN and the infinities have integer codes of their own. Floats
that need no quantization are stored as they are. The page's runtime decodes the same layout. Numbers that stand in
sentences are kept to the last bit, whatever error the pictures may have.
"""

import base64
import struct
import zlib
from dataclasses import dataclass

import numpy as np

from explorable.declare.errors import DeclarationError

INTEGERS = ("i1", "i2", "i4")
RESERVED = 3  # codes kept at the upper end for NaN, inf and -inf
RELATIVE = 1e-6  # what float32 must keep where no error is stated


@dataclass(frozen=True)
class Coding:
    """How one array becomes integers or floats.

    dtype : "i1", "i2", "i4", "f4" or "f8".  scale, offset : value = offset + scale * stored integer.
    codes : {"nan", "inf", "ninf"} -> stored integer, or None if all values are finite.
    """

    dtype: str
    scale: float = 1
    offset: float = 0
    codes: dict | None = None

    def encode(self, values):
        """The stored array of `values` (float64, or any integer type)."""
        if self.dtype.startswith("f"):
            with np.errstate(over="ignore", under="ignore"):
                return values.astype(f"<{self.dtype}")
        finite = np.isfinite(values)
        steps = np.array(np.rint((np.where(finite, values, self.offset) - self.offset) / self.scale))
        if self.codes:
            for name, where in special_places(values).items():
                steps[where] = self.codes[name]
        return steps.astype(f"<{self.dtype}")

    def decode(self, stored):
        """The float64 values that `stored` stands for; the page computes exactly these."""
        values = stored.astype(float)
        if self.dtype.startswith("f"):
            return values
        values = self.offset + self.scale * values
        for name, number in (("nan", np.nan), ("inf", np.inf), ("ninf", -np.inf)):
            if self.codes:
                values[stored == self.codes[name]] = number
        return values


def special_places(values):
    """Where `values` is NaN, inf and -inf: {"nan": mask, "inf": mask, "ninf": mask}."""
    return {"nan": np.isnan(values), "inf": values == np.inf, "ninf": values == -np.inf}


def choose_coding(values, error, name, exact=False):
    """The smallest Coding that keeps `values` within `error`, or, if `exact`, to the last bit.

    values : bool, integer or float array.  error : the largest absolute error allowed, or None: whole
    numbers are then exact and others keep a relative 1e-6.  name : of the output, for the message.
    Raises DeclarationError if `error` is no positive number or `values` are not real numbers.
    """
    if error is not None and not (isinstance(error, (int, float)) and 0 < error < np.inf):
        raise DeclarationError(f'error of output "{name}" must be a positive number, got {error!r}')
    if exact:
        error = 0.0
    if values.dtype.kind not in "biuf":
        raise DeclarationError(f'output "{name}" must hold real numbers, got an array of {values.dtype}')
    finite = values[np.isfinite(values)].astype(float)
    special = finite.size < values.size
    # Whole numbers pack best as they are, and exactly; a coarse error may still make them smaller.
    candidates = [whole_coding(finite, special)] if is_whole(finite) else []
    if error:
        candidates.append(step_coding(finite, special, error))
    candidates.append(float_coding(finite, error))
    fitting = [coding for coding in candidates if coding and keeps(coding, finite, error)]
    return min(fitting, key=lambda coding: int(coding.dtype[1]))


def is_whole(finite):
    """True if all numbers are integers that a double holds exactly."""
    return bool(np.all(finite == np.rint(finite)) and np.all(np.abs(finite) <= 2**53))


def whole_coding(finite, special):
    """Integers stored as themselves, or shifted if only that makes them fit; None if 32 bits are too few."""
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 0.0)
    for dtype in INTEGERS:
        info = np.iinfo(dtype)
        top = info.max - (RESERVED if special else 0)
        if high - low <= top - info.min:
            fits = info.min <= low and high <= top
            return Coding(dtype, 1, 0 if fits else low - info.min, special_codes(info, special))
    return None


def step_coding(finite, special, error):
    """Multiples of almost twice the error above the smallest number; None if that takes over 32 bits."""
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 0.0)
    scale = 2 * error * 0.999  # the rest is for the rounding of offset + scale * integer
    levels = np.ceil((high - low) / scale) + 1
    for dtype in INTEGERS:
        info = np.iinfo(dtype)
        top = info.max - (RESERVED if special else 0)
        if levels <= top - info.min + 1:
            first = 0 if levels <= top + 1 else info.min
            return Coding(dtype, float(scale), float(low - first * scale), special_codes(info, special))
    return None


def float_coding(finite, error):
    """Single precision where it is precise enough, else double."""
    single = Coding("f4")
    return single if keeps(single, finite, error) else Coding("f8")


def special_codes(info, special):
    """The integers reserved for NaN, inf and -inf, or None if none is needed."""
    return {"nan": int(info.max), "inf": int(info.max) - 1, "ninf": int(info.max) - 2} if special else None


def keeps(coding, finite, error):
    """True if `coding` reproduces the finite numbers within `error` (None: whole exact, else relative; 0: exact)."""
    back = coding.decode(coding.encode(finite))
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.abs(back - finite)
    if error is not None:
        return bool(np.all(off <= error))
    return bool(np.all(off <= (0 if is_whole(finite) else RELATIVE * np.abs(finite))))


def planes(stored):
    """The bytes of a little-endian array: all lowest bytes first, then the next ones, and so on."""
    return stored.reshape(-1).view(np.uint8).reshape(-1, stored.itemsize).T.tobytes()


def from_planes(data, dtype, count):
    """The flat array of `count` numbers that `planes` made into `data`."""
    size = np.dtype(dtype).itemsize
    return np.frombuffer(data, np.uint8).reshape(size, count).T.copy().view(f"<{dtype}").reshape(-1)


def gzip_bytes(data):
    """`data` as a gzip file without time, name or system, so that equal data give equal bytes."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = squeeze.compress(data) + squeeze.flush()
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    return head + body + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def pack(tables, errors, printed=()):
    """Pack named tables for the page.

    tables : {name: (over, array)}; array has one leading axis for each control in `over`, then the output's
    own shape.  errors : {name: absolute bound or None}.  printed : names of outputs that sentences show; these, and
    all that are one number, are kept to the last bit, so that the page rounds the very number that Python rounds.
    Returns (wire, text): the description of each output (see `wire_entry`) and the base64 of the gzip.
    """
    wire, parts, at = {}, [], 0
    for name, (over, array) in tables.items():
        exact = name in printed or array.ndim == len(over)
        coding = choose_coding(array, errors.get(name), name, exact)
        data = planes(np.ascontiguousarray(coding.encode(array)))
        wire[name] = wire_entry(over, array.shape[len(over) :], coding, at, len(data))
        parts.append(data)
        at += len(data)
    return wire, base64.b64encode(gzip_bytes(b"".join(parts))).decode("ascii")


def wire_entry(over, shape, coding, at, size):
    """What the page needs to find and decode one output."""
    return {
        "over": list(over),
        "shape": [int(n) for n in shape],
        "dtype": coding.dtype,
        "scale": coding.scale,
        "offset": coding.offset,
        "codes": coding.codes,
        "at": at,
        "bytes": size,
    }


def unpack(wire, text):
    """What the page reads, {name: float64 array of shape (rows, *shape)}: `pack` undone up to the error."""
    raw = zlib.decompress(base64.b64decode(text), wbits=31)
    tables = {}
    for name, entry in wire.items():
        data = raw[entry["at"] : entry["at"] + entry["bytes"]]
        stored = from_planes(data, entry["dtype"], entry["bytes"] // int(entry["dtype"][1]))
        coding = Coding(entry["dtype"], entry["scale"], entry["offset"], entry["codes"])
        tables[name] = coding.decode(stored).reshape(-1, *entry["shape"])
    return tables
