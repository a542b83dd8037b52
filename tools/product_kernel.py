"""Write the matrix product of explorable/static/product.js as WebAssembly: `python tools/product_kernel.py`.

The result, base64 of some hundred bytes, is committed: explorable/static/product_kernel.js. A block of 4 x 4 numbers is
held in registers, two numbers each, while the inner index runs; products are rounded before they are added (no fused
multiply-add), one after the other, as in JavaScript, so that the sums are the same bits. The last block of a row or
column lies over the one before it where the lengths are no multiples of 4: what both compute is the same.

Instructions are bytes; an operator takes what it works on first. The numbers are those of the WebAssembly core
specification 2.0, with vectors.
"""

import base64
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "explorable" / "static" / "product_kernel.js"
I32, V128, EMPTY = b"\x7f", b"\x7b", b"\x40"
END = b"\x0b"
# All lengths count numbers; offsets and steps are in bytes.
ARGUMENTS = ["k", "M", "N", "K", "A", "stepAk", "stepAi", "stepAp", "B", "stepBk", "stepBp", "stepBj", "C"]
INTEGERS = ["i", "j", "p", "row", "lastI", "lastJ", "a0", "a1", "a2", "a3", "b0", "b1", "b2", "b3", "c"]
SUMS = [f"sum{r}{half}" for r in range(4) for half in range(2)]
VECTORS = ["x", "y0", "y1", "zero", *SUMS]  # what nobody sets is 0
LOCALS = {name: number for number, name in enumerate([*ARGUMENTS, *INTEGERS, *VECTORS])}


def unsigned(number):
    """LEB128."""
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + unsigned(rest) if rest else bytes([low])


def signed(number):
    """LEB128 with a sign."""
    low, rest = number & 0x7F, number >> 7
    done = rest == (-1 if low & 0x40 else 0)
    return bytes([low]) if done else bytes([low | 0x80]) + signed(rest)


def listed(items):
    """A vector of the format: how many, then each."""
    return unsigned(len(items)) + b"".join(items)


def operator(*code):
    """A function that writes its operands and then this instruction."""
    return lambda *operands: b"".join(operands) + bytes(code)


add, subtract, multiply, shift_left, less, equal = map(operator, (0x6A, 0x6B, 0x6C, 0x74, 0x48, 0x46))
select = operator(0x1B)
vector_add, vector_multiply = operator(0xFD, 0xF0, 0x01), operator(0xFD, 0xF2, 0x01)


def get(name):
    return b"\x20" + unsigned(LOCALS[name])


def put(name, value):
    return value + b"\x21" + unsigned(LOCALS[name])


def number(value):
    return b"\x41" + signed(value)


def grow(name, step):
    """Add one local to another."""
    return put(name, add(get(name), get(step)))


def again(*body, when):
    """A loop that is run once, and again while the value holds."""
    return b"\x03" + EMPTY + b"".join(body) + when + b"\x0d\x00" + END


def either(test, yes, no):
    return test + b"\x04" + EMPTY + yes + b"\x05" + no + END


def memory(code, address, value=b"", offset=0, lane=b""):
    """Read at an address, or write the value there; both need be multiples of 8."""
    return address + value + b"\xfd" + unsigned(code) + b"\x03" + unsigned(offset) + lane


def pair(first, second):
    """Two numbers from two addresses."""
    return memory(0x57, get(second), memory(0x5D, get(first)), lane=b"\x01")


def addresses(name, start, index, step):
    """Set the four locals name0 ... name3 to start + index * step and what follows in that step."""
    first = put(f"{name}0", add(get(start), multiply(get(index), get(step))))
    return first + b"".join(put(f"{name}{r}", add(get(f"{name}{r - 1}"), get(step))) for r in (1, 2, 3))


def next_block(index, last):
    """To the following block, at most to the last; the value is whether there was one."""
    to = add(get(index), number(4))
    return get(index) + get(last) + put(index, select(to, get(last), less(to, get(last)))) + less()


def inner(beside):
    """The loop over the inner index: a column of the block of A times a row of the block of B.

    beside : whether the numbers of that row lie beside one another, and can be read in pairs, a fifth faster.
    """
    if beside:
        body = [put("y0", memory(0x00, get("b0"))), put("y1", memory(0x00, get("b0"), offset=16)), grow("b0", "stepBp")]
    else:
        body = [put("y0", pair("b0", "b1")), put("y1", pair("b2", "b3"))]
        body += [grow(f"b{column}", "stepBp") for column in range(4)]
    for r in range(4):
        body += [put("x", memory(0x0A, get(f"a{r}"))), grow(f"a{r}", "stepAp")]
        for half in (0, 1):
            total = get(f"sum{r}{half}")
            body.append(put(f"sum{r}{half}", vector_add(total, vector_multiply(get("x"), get(f"y{half}")))))
    body.append(put("p", subtract(get("p"), number(1))))
    return again(*body, when=get("p"))


def block():
    """One block of C from its sums."""
    place = add(get("C"), add(multiply(get("i"), get("row")), shift_left(get("j"), number(3))))
    stores = b"".join(
        memory(0x0B, get("c"), get(f"sum{r}0")) + memory(0x0B, get("c"), get(f"sum{r}1"), 16) + grow("c", "row")
        for r in range(4)
    )
    return b"".join(
        [
            addresses("a", "A", "i", "stepAi"),
            addresses("b", "B", "j", "stepBj"),
            *(put(name, get("zero")) for name in SUMS),
            put("p", get("K")),
            either(equal(get("stepBj"), number(8)), inner(beside=True), inner(beside=False)),
            put("c", place),
            stores,
        ]
    )


def function():
    """product(k, M, N, K, ...) for k >= 1, M >= 4, N >= 4, K >= 1."""
    columns = put("j", number(0)) + again(block(), when=next_block("j", "lastJ"))
    rows = put("i", number(0)) + again(columns, when=next_block("i", "lastI"))
    onward = [
        grow("A", "stepAk"),
        grow("B", "stepBk"),
        put("C", add(get("C"), multiply(get("M"), get("row")))),
        put("k", subtract(get("k"), number(1))),
    ]
    code = [
        put("row", shift_left(get("N"), number(3))),
        put("lastI", subtract(get("M"), number(4))),
        put("lastJ", subtract(get("N"), number(4))),
        again(rows, *onward, when=get("k")),
    ]
    kinds = [unsigned(len(INTEGERS)) + I32, unsigned(len(VECTORS)) + V128]
    return listed(kinds) + b"".join(code) + END


def module():
    """The module: it imports a memory as "m" "m" and exports the function as "p"."""
    body = function()
    sections = {
        1: [b"\x60" + listed([I32] * len(ARGUMENTS)) + listed([])],
        2: [b"\x01m\x01m\x02\x00\x01"],
        3: [b"\x00"],
        7: [b"\x01p\x00\x00"],
        10: [unsigned(len(body)) + body],
    }
    packed = (bytes([name]) + unsigned(len(listed(items))) + listed(items) for name, items in sections.items())
    return b"\0asm\x01\0\0\0" + b"".join(packed)


def script():
    """The JavaScript that holds it."""
    text = base64.b64encode(module()).decode("ascii")
    lines = ",\n".join(f'  "{text[at : at + 100]}"' for at in range(0, len(text), 100))
    head = "// Made by tools/product_kernel.py, which tells what it is. Do not edit.\n\n/** WebAssembly in base64. */\n"
    return f'{head}export const KERNEL = [\n{lines},\n].join("");\n'


if __name__ == "__main__":
    TARGET.write_text(script(), encoding="utf-8")
