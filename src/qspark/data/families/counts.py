"""Measured data: BitArray from its construction to what is read from it."""

from random import Random

from qspark.data.families._counts import EIGENVALUE
from qspark.data.families.base import Instance, Wrong, bits, family

_RANDOM_SHOTS = f"""
import numpy as np
from qiskit.primitives import BitArray
rng = np.random.default_rng(np.random.randint(2**31))
def draw(size, width):
    weights = rng.uniform(0.3, 0.7, width)
    return ["".join("1" if rng.random() < w else "0" for w in weights) for _ in range(size)]
def count(shots):
    return {{s: shots.count(s) for s in set(shots)}}
{EIGENVALUE.strip()}
"""
_IMPORT = "from qiskit.primitives import BitArray"


def _diagonal(rng: Random, width: int) -> str:
    """A diagonal label of I, Z, 0, 1 that is no palindrome and holds a Z."""
    while True:
        label = "".join(rng.choice("IZZ01") for _ in range(width))
        if label != label[::-1] and "Z" in label and ("0" in label or "1" in label):
            return label


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:-1])) + f" and {numbers[-1]}"


def _step(rng: Random, kind: str, width: int) -> tuple[str, str, str, int]:
    """(statement, the same on a list of strings, words, new width) of one step."""
    if kind == "slice":
        idx = rng.sample(range(width), rng.randint(3, width))
        while idx == sorted(idx):
            rng.shuffle(idx)
        code = f"bits = bits.slice_bits({idx})"
        oracle = f'shots = ["".join(s[-1 - i] for i in reversed({idx})) for s in shots]'
        words = f"reduce every shot to its bits {_listed(idx)} (bit {idx[0]} becomes the new bit 0)"
        return code, oracle, words, len(idx)
    if kind == "shots":
        k = rng.randint(2, 9)
        code, oracle, words = rng.choice(
            [
                (f"range({k}, bits.num_shots)", f"shots[{k}:]", f"drop the first {k} shots"),
                (
                    f"range(bits.num_shots - {k})",
                    f"shots[:-{k}]",
                    f"discard the last {k} shots",
                ),
                (
                    f"range(0, bits.num_shots, {k})",
                    f"shots[::{k}]",
                    f"thin the shots out to every one whose index is a multiple of {k}",
                ),
                (
                    f"range({k}, {k + 8})",
                    f"shots[{k}:{k + 8}]",
                    f"keep the 8 shots that start at index {k}",
                ),
            ]
        )
        return f"bits = bits.slice_shots({code})", f"shots = {oracle}", words, width
    if kind == "select":
        one, two = rng.sample(range(width), 2)
        a, b = rng.randint(0, 1), rng.randint(0, 1)
        if rng.random() < 0.4:
            code = f"bits = bits.postselect({one}, {bool(a)})"
            oracle = f'shots = [s for s in shots if s[-1 - {one}] == "{a}"]'
            return code, oracle, f"postselect on bit {one} being {a}", width
        code = f"bits = bits.postselect([{one}, {two}], [{bool(a)}, {bool(b)}])"
        oracle = f'shots = [s for s in shots if s[-1 - {one}] == "{a}" and s[-1 - {two}] == "{b}"]'
        return (
            code,
            oracle,
            f"keep only shots in which bit {one} is {a} and bit {two} is {b}",
            width,
        )
    if kind == "invert":
        oracle = 'shots = [s.translate({48: "1", 49: "0"}) for s in shots]'
        return "bits = ~bits", oracle, "flip every bit", width
    mask = bits(rng, width, width)
    symbol, expression, words = rng.choice(
        [
            ("^", "a != b", f"flip the bits at which the mask `{mask}` has a one"),
            ("&", "a == b == '1'", f"clear every bit at which the mask `{mask}` has a zero"),
            ("|", "'1' in (a, b)", f"set every bit at which the mask `{mask}` has a one"),
        ]
    )
    code = f'bits = bits {symbol} BitArray.from_samples(["{mask}"], num_bits={width})'
    oracle = f'shots = ["".join("01"[{expression}] for a, b in zip(s, "{mask}")) for s in shots]'
    return code, oracle, words, width


def _end(rng: Random, width: int) -> tuple[str, str, str, str]:
    """(return type, statement, words, assertion on `got` and `shots`)."""
    label = _diagonal(rng, width)
    order = rng.choice(["little", "big"])
    first = "bit 0" if order == "little" else "the leftmost bit of the bitstring"
    flip = "[::-1]" if order == "little" else ""
    return rng.choice(
        [
            (
                "dict[str, int]", "return bits.get_counts()", "the counts by bitstring",
                "assert isinstance(got, dict) and got == count(shots)",
            ),
            (
                "dict[int, int]", "return bits.get_int_counts()",
                "the counts as a dictionary from integers to numbers of shots",
                "assert got == {int(k, 2): v for k, v in count(shots).items()}",
            ),
            (
                "list[str]", "return bits.get_bitstrings()",
                "the list of bitstrings in the order of the shots", "assert list(got) == shots",
            ),
            (
                "list[int]", "return bits.bitcount().tolist()",
                "a list with the number of ones in each shot",
                'assert isinstance(got, list) and got == [s.count("1") for s in shots]',
            ),
            (
                "float", "return float(bits.bitcount().mean())",
                "the mean number of ones per shot as a float",
                'assert abs(got - np.mean([s.count("1") for s in shots])) < 1e-9',
            ),
            (
                "float", f'return float(bits.expectation_values("{label}"))',
                f"the expectation value of the diagonal observable `{label}` (leftmost letter: "
                "highest bit; `0` and `1` are projectors) as a float",
                f'assert abs(got - np.mean([eigenvalue("{label}", s) for s in shots])) < 1e-9',
            ),
            (
                "np.ndarray", f'return bits.to_bool_array(order="{order}")',
                f"a boolean array with a row per shot whose column 0 is {first}",
                'assert got.dtype == bool and np.array_equal(got, '
                f'[[c == "1" for c in s{flip}] for s in shots])',
            ),
            (
                "float", "return float((bits.bitcount() % 2).mean())",
                "the fraction of shots with an odd number of ones as a float",
                'assert abs(got - np.mean([s.count("1") % 2 for s in shots])) < 1e-9',
            ),
            (
                "tuple[int, dict[str, int]]", "return bits.num_shots, bits.get_counts()",
                "a tuple of the number of shots that are left and their counts by bitstring",
                "assert tuple(got) == (len(shots), count(shots))",
            ),
        ]
    )  # fmt: skip


@family(
    "counts",
    "intermediate",
    oracle="value",
    skills=("bit-array", "endianness"),
    why="Bit i of a BitArray is the i-th character from the right of its bitstrings.",
    tolerance=1e-9,
)
def bit_array_pipeline(rng: Random) -> Instance:
    """Two or three steps of post-processing on one BitArray."""
    width = size = rng.randint(4, 6)
    kinds = rng.sample(["slice", "shots", "select", "invert", "mask"], rng.choice([2, 2, 3]))
    kinds.sort(key=["slice", "select", "shots", "invert", "mask"].index)
    if rng.random() < 0.5 and "mask" not in kinds:
        kinds.reverse()
    steps = []
    for kind in kinds:
        steps.append(_step(rng, kind, size))
        size = steps[-1][3]
    returns, last, end, assertion = _end(rng, size)
    body = "\n".join([step[0] for step in steps] + [last])
    words = [step[2] for step in steps]
    oracle = "\n    ".join(step[1] for step in steps)
    chain = ", then ".join(words)
    numbered = " ".join(f"{i}) {text};" for i, text in enumerate(words, 1))
    wrong = ()
    if kinds[0] == "slice":
        turned = body.replace("slice_bits([", f"slice_bits([{width - 1} - i for i in [", 1)
        wrong = (Wrong("S01", turned.replace("])", "]])", 1)),)
    return Instance(
        entry_point="process_shots",
        signature=f"(bits: BitArray) -> {returns}",
        asks=(
            f"`bits` is a `BitArray` without sweep axes and with {width} bits per shot; bit 0 is the "
            f"rightmost character of a bitstring. {chain[0].upper()}{chain[1:]}. Return {end}.",
            f"Post-processing of {width}-bit sampler data, given as a one-dimensional list of shots in the "
            f"`BitArray` `bits`: {numbered} {len(words) + 1}) return {end}. Bits are numbered from the "
            "right end of the bitstrings.",
            f"I have a `BitArray` with {width} bits per shot from one PUB. How do I {chain}, and get "
            f"{end}? Bit i means the i-th character from the right, as for classical registers.",
            f"From `bits` (a `BitArray`, shape (), {width} bits), produce {end}, after these steps in "
            f"this order: {'; '.join(words)}. Indices count from the least significant bit.",
        ),
        imports=_IMPORT + ("\nimport numpy as np" if "np." in returns else ""),
        body=body,
        test=f"""{_RANDOM_SHOTS}
for size in range(161, 170):
    shots = draw(size, {width})
    got = candidate(BitArray.from_samples(shots, num_bits={width}))
    {oracle}
    {assertion}
""",
        params={"width": width, "kinds": kinds},
        wrong=wrong,
    )


_SOURCES = {
    "bitstring counts": (
        "dict[str, int]",
        "BitArray.from_counts({0}, num_bits={n})",
        "a dictionary from bitstrings to numbers of shots",
        "count({0})",
    ),
    "integer counts": (
        "dict[int, int]",
        "BitArray.from_counts({0}, num_bits={n})",
        "a dictionary from integer outcomes to numbers of shots",
        "{{int(k, 2): v for k, v in count({0}).items()}}",
    ),
    "hex counts": (
        "dict[str, int]",
        "BitArray.from_counts({{int(key, 16): shots for key, shots in {0}.items()}}, num_bits={n})",
        "a dictionary from hexadecimal outcomes such as '0x1a' to numbers of shots",
        "{{hex(int(k, 2)): v for k, v in count({0}).items()}}",
    ),
    "integer samples": (
        "list[int]",
        "BitArray.from_samples({0}, num_bits={n})",
        "a list of integer outcomes, one per shot",
        "[int(s, 2) for s in {0}]",
    ),
    "hex samples": (
        "list[str]",
        "BitArray.from_samples({0}, num_bits={n})",
        "a list of outcomes in hexadecimal ('0x' in front), one per shot",
        "[hex(int(s, 2)) for s in {0}]",
    ),
    "spaced memory": (
        "list[str]",
        'BitArray.from_samples([shot.replace(" ", "") for shot in {0}], num_bits={n})',
        "a list of bitstrings, one per shot, with a space between two registers",
        "[s[:2] + ' ' + s[2:] for s in {0}]",
    ),
    "little table": (
        "np.ndarray",
        'BitArray.from_bool_array({0}, order="little")',
        "a two-dimensional boolean array with a row per shot and bit 0 in column 0",
        'np.array([[c == "1" for c in s[::-1]] for s in {0}])',
    ),
    "big table": (
        "np.ndarray",
        "BitArray.from_bool_array({0})",
        "a two-dimensional boolean array with a row per shot and the most significant bit in column 0",
        'np.array([[c == "1" for c in s] for s in {0}])',
    ),
    "sign table": (
        "np.ndarray",
        'BitArray.from_bool_array({0} == -1, order="little")',
        "an integer array of measured Z eigenvalues (+1 for bit 0, -1 for bit 1), a row per shot and a "
        "column per bit, column i for bit i",
        "np.array([[1 - 2 * int(c) for c in s[::-1]] for s in {0}])",
    ),
}


@family(
    "counts",
    "intermediate",
    oracle="value",
    skills=("bit-array", "data-formats"),
    why="from_bool_array reads column 0 as the most significant bit unless order='little' is given.",
)
def bit_array_from_data(rng: Random) -> Instance:
    """A BitArray made of data in some format, once or twice, and one operation on it."""
    kind = rng.choice(list(_SOURCES))
    hint, code, words, fed = _SOURCES[kind]
    width = rng.randint(4, 9)
    ordered = "counts" not in kind
    joins = ["shots", "invert", "bits" if ordered else "select"]
    if "table" in kind:
        joins += ["slice", "select"]
    join = rng.choice(joins)
    first, second = code.format("first", n=width), code.format("second", n=width)
    idx = rng.sample(range(width), 3)
    bit = rng.randrange(width - 2)
    if join == "shots":
        body = f"return BitArray.concatenate_shots([{first}, {second}])"
        task = "holds the shots of `first` followed by those of `second`"
        want = "one + two"
    elif join == "bits":
        body = f"return BitArray.concatenate_bits([{first}, {second}])"
        task = "joins them shot by shot, with the bits of `first` on the right of those of `second`"
        want = "[b + a for a, b in zip(one, two)]"
    elif join == "slice":
        body = f"bits = {first}\nreturn bits.slice_bits({idx})"
        task = f"holds only bits {_listed(idx)} of it (as new bits 0, 1 and 2)"
        want = f'["".join(s[-1 - i] for i in reversed({idx})) for s in one]'
    elif join == "select":
        body = f"bits = {first}\nreturn bits.postselect({bit}, True)"
        task = f"holds only the shots in which bit {bit} is one"
        want = f'[s for s in one if s[-1 - {bit}] == "1"]'
    else:
        body = f"bits = {first}\nreturn ~bits"
        task = "holds the shots with every bit flipped"
        want = 'one and [s.translate({48: "1", 49: "0"}) for s in one]'
    two = join in ("shots", "bits")
    if two and rng.random() < 0.5:
        body = body.replace(first, "one", 1).replace(second, "two", 1)
        body = f"one = {first}\ntwo = {second}\n{body}"
    what = f"`first` and `second` are each {words}" if two else f"`first` is {words}"
    names = f"first: {hint}, second: {hint}" if two else f"first: {hint}"
    compare = (
        "assert got.get_bitstrings() == want"
        if ordered
        else "assert got.get_counts() == count(want)"
    )
    order = "The order of the shots is kept. " if ordered else "The order of shots is free. "
    return Instance(
        entry_point="to_bit_array",
        signature=f"({names}) -> BitArray",
        asks=(
            f"{what}; an outcome has {width} bits. Return a `BitArray` that {task}. {order}"
            "Bit 0 is the least significant one.",
            f"Convert measured data into qiskit's `BitArray`. Input: {what} ({width} bits per outcome, "
            f"also if the highest ones never fire). Output: a `BitArray` that {task}. {order}".strip(),
            f"Our readout software hands over {width}-bit outcomes: {what}. I need a `BitArray` that "
            f"{task}; bit i is the i-th character from the right. {order}".strip(),
        ),
        imports=_IMPORT + ("\nimport numpy as np" if "np." in names else ""),
        body=body,
        test=f"""{_RANDOM_SHOTS}
for size in (40, 57):
    one, two = draw(size, {width}), draw(size, {width})
    if size == 40:
        one, two = ["00" + s[2:] for s in one], ["00" + s[2:] for s in two]
    got = candidate({fed.format("one")}{", " + fed.format("two") if two else ""})
    want = {want}
    assert isinstance(got, BitArray) and got.shape == ()
    assert (got.num_bits, got.num_shots) == (len(want[0]), len(want))
    {compare}
""",
        params={"kind": kind, "join": join, "width": width},
    )
