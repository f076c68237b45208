"""Measured data: BitArrays of sweeps, and marginals."""

from random import Random

from qspark.data.families._counts import DRAW, diagonal
from qspark.data.families.base import Instance, bits, family


@family(
    "counts",
    "intermediate",
    oracle="value",
    skills=("bit-array", "sweeps"),
    why="A BitArray of a sweep has the shape of the sweep; shots and bits are extra "
    "axes behind it.",
    tolerance=1e-9,
)
def bit_array_of_a_sweep(rng: Random) -> Instance:
    """Reading a BitArray whose shape is a two-dimensional sweep."""
    rows, columns, width = (*rng.choice([(2, 3), (3, 2), (3, 4)]), rng.randint(3, 4))
    row, column = rng.randrange(rows - 1), rng.randrange(1, columns)
    label, shot = diagonal(rng, width, "IZZ01"), bits(rng, width, width)
    shaping, view, words = rng.choice(
        [
            ("sweep = bits.transpose(1, 0)", "table.T", "exchange its two axes"),
            (f"sweep = bits[{row}]", f"table[{row}]", f"take row {row} of the sweep"),
            (
                f"sweep = bits[:, {column}]",
                f"table[:, {column}]",
                f"take column {column} of the sweep",
            ),
            (
                "sweep = bits.reshape(bits.size)",
                "table.reshape(-1)",
                "flatten the sweep to one axis, row by row",
            ),
            (
                f"sweep = bits.reshape({columns}, {rows})",
                f"table.reshape({columns}, {rows})",
                f"reshape the sweep (row-major) to {columns} x {rows}",
            ),
            (
                f"sweep = BitArray.concatenate([bits, bits[{row}:{row + 1}]], axis=0)",
                f"np.concatenate([table, table[{row}:{row + 1}]], axis=0)",
                f"append a copy of row {row} as one more row",
            ),
            (
                "sweep = BitArray.concatenate([bits[:, 1:], bits[:, :1]], axis=1)",
                "np.concatenate([table[:, 1:], table[:, :1]], axis=1)",
                "move the first column behind the last one",
            ),
        ]
    )
    ends = [
        (
            f'return sweep.expectation_values("{label}")',
            f"the array of expectation values of `{label}` (leftmost letter on the "
            f"highest bit), one per point",
            "np.ndarray",
            f'np.vectorize(lambda k: value("{label}", data[k]))(order)',
        ),
        (
            "return sweep.bitcount().mean(axis=sweep.ndim)",
            "the array of the mean Hamming weight at each point",
            "np.ndarray",
            'np.vectorize(lambda k: np.mean([s.count("1") for s in data[k]]))(order)',
        ),
        (
            "return [sweep.get_counts(point) for point in np.ndindex(sweep.shape)]",
            "the list of counts dictionaries (bitstring keys) of its points in row-major order",
            "list[dict[str, int]]",
            "[count(data[k]) for k in order.reshape(-1)]",
        ),
        (
            "return [sweep.get_int_counts(point) for point in np.ndindex(sweep.shape)]",
            "the list of counts dictionaries (integer keys) of its points in row-major order",
            "list[dict[int, int]]",
            "[{int(s, 2): c for s, c in count(data[k]).items()} for k in order.reshape(-1)]",
        ),
        (
            f"hits = np.empty(sweep.shape)\nfor point in np.ndindex(sweep.shape):\n"
            f'    hits[point] = sweep.get_counts(point).get("{shot}", 0) / '
            f"sweep.num_shots\nreturn hits",
            f"an array with the relative frequency of outcome `{shot}` at each "
            f"point (0 where it is missing)",
            "np.ndarray",
            f'np.vectorize(lambda k: data[k].count("{shot}") / 30)(order)',
        ),
        (
            'return sweep.to_bool_array(order="little").mean(axis=sweep.ndim)',
            "an array whose last axis holds, for bits 0, 1, ..., the fraction of "
            "shots with a one, after the "
            "axes of the sweep",
            "np.ndarray",
            "np.array([[np.mean([s[-1 - i] == '1' for s in data[k]]) for i in range("
            f"{width})] for k in order.reshape(-1)]).reshape(order.shape + ({width},))",
        ),
    ]
    last, end, returns, want = rng.choice(ends)
    listed = returns.startswith("list")
    compare = (
        "assert list(got) == want"
        if listed
        else "assert np.shape(got) == np.shape(want) and np.allclose(got, want, atol=1e-9)"
    )
    start = f"The `BitArray` `bits` has shape ({rows}, {columns}) and {width} bits per shot"
    imports = "import numpy as np\nfrom qiskit.primitives import BitArray"
    return Instance(
        entry_point="read_sweep",
        signature=f"(bits: BitArray) -> {returns}",
        asks=(
            f"{start}. {words[0].upper()}{words[1:]}, and return {end} of the result.",
            f"A sampler ran a {rows} by {columns} parameter sweep of {width}-bit "
            f"outcomes; `bits` is its "
            f"`BitArray`. I want to {words}; afterwards give me {end}.",
            f"{start} (any number of shots). Two steps: {words}; then compute "
            f"{end}. Keep the order of "
            "the points after the first step.",
            f"How do I {words} for a `BitArray` of shape ({rows}, {columns}) with "
            f"{width} bits, and "
            f"then get {end}?",
        ),
        imports=imports,
        body=f"{shaping}\n{last}",
        test=f"""{DRAW}
from qiskit.primitives import BitArray
def value(label, shots):
    signs = []
    for s in shots:
        sign = 1
        for letter, bit in zip(label, s):
            if letter == "Z":
                sign *= 1 - 2 * int(bit)
            elif letter in "01":
                sign *= int(letter == bit)
        signs.append(sign)
    return float(np.mean(signs))
for _ in range(2):
    data = [draw(30, {width}) for _ in range({rows * columns})]
    samples = [s for shots in data for s in shots]
    bit_array = BitArray.from_samples(samples, num_bits={width}).reshape({rows}, {columns}, 30)
    got = candidate(bit_array.reshape({rows}, {columns}))
    table = np.arange({rows * columns}).reshape({rows}, {columns})
    order = {view}
    want = {want}
    {compare}
""",
        params={"shape": (rows, columns), "width": width},
    )


@family(
    "counts",
    "basic",
    oracle="value",
    skills=("marginals", "endianness"),
    why="marginal_counts keeps the original order of bits, marginal_distribution that "
    "of the indices.",
    tolerance=1e-9,
)
def marginals(rng: Random) -> Instance:
    """The marginal of counts, of a distribution or of memory, and something read from it."""
    kind = rng.choice(["counts", "distribution", "probabilities", "memory", "int", "hex"])
    # marginal_memory of qiskit 2.6 misreads memory whose hexadecimal strings differ in length
    width = 4 if kind in ("memory", "int", "hex") else rng.randint(4, 6)
    idx = rng.sample(range(width), rng.choice([2, 3]))
    while idx == sorted(idx):
        rng.shuffle(idx)
    names = ", ".join(map(str, idx))
    ordered = f'["".join(s[-1 - i] for i in reversed({idx})) for s in shots]'
    fed, given, imports = "count(shots)", "a counts dictionary", "marginal_distribution"
    if kind == "counts":
        imports, call = "marginal_counts", f"marginal_counts(counts, indices={sorted(idx)})"
        ordered = ordered.replace(str(idx), str(sorted(idx)))
        order = "in their original order (higher bits to the left)"
        names = ", ".join(map(str, sorted(idx)))
    elif kind == "distribution":
        call = f"marginal_distribution(counts, {idx})"
        order = (
            f"reordered so that bit {idx[0]} is the rightmost character, then {idx[1]} and so on"
        )
    elif kind == "probabilities":
        fed = "{s: c / len(shots) for s, c in count(shots).items()}"
        given = "a dictionary from bitstrings to probabilities (floats)"
        call = f"marginal_distribution(counts, {idx})"
        order = (
            f"reordered so that bit {idx[0]} is the rightmost character, then {idx[1]} and so on"
        )
    else:
        imports, given = "marginal_memory", "the shot memory, a list of hexadecimal strings"
        fed = "[hex(int(s, 2)) for s in shots]"
        extra = {"memory": "", "int": ", int_return=True", "hex": ", hex_return=True"}[kind]
        call = f"marginal_memory(counts, {idx}{extra})"
        order = f"so that bit {idx[0]} becomes the lowest bit, {idx[1]} the next, and so on"
    tables = [
        ("return {}", "the marginal dictionary", "dict[str, float]", "assert dict(got) == want"),
        (
            "marginal = {}\nreturn max(marginal, key=marginal.get)",
            "the most frequent marginal bitstring",
            "str",
            "assert want[got] == max(want.values())",
        ),
        (
            "marginal = {}\ntotal = sum(marginal.values())\n"
            "return {{key: value / total for key, value in marginal.items()}}",
            "the marginal relative frequencies",
            "dict[str, float]",
            "assert set(got) == set(want)\n    total = sum(want.values())\n"
            "    assert all(abs(got[k] - want[k] / total) < 1e-9 for k in want)",
        ),
        (
            'marginal = {}\nodd = sum(v for key, v in marginal.items() if key.count("1") % 2)\n'
            "return odd / sum(marginal.values())",
            "the fraction of odd parity among the marginal outcomes, as a float",
            "float",
            'odd = sum(v for k, v in want.items() if k.count("1") % 2)\n'
            "    assert abs(got - odd / sum(want.values())) < 1e-9",
        ),
    ]
    lists = [
        ("return {}", "the list of marginal outcomes, shot by shot", "list"),
        ("return Counter({})", "a `collections.Counter` of the marginal outcomes", "Counter"),
        (
            "return sorted(set({}))",
            "the sorted list of the different marginal outcomes",
            "list[str]",
        ),
    ]
    if imports == "marginal_memory":
        code, end, returns = rng.choice(lists)
        shape = {"memory": "bitstrings", "int": "integers", "hex": "hexadecimal strings"}[kind]
        end += f" ({shape})"
        convert = {
            "memory": "{}",
            "int": "[int(s, 2) for s in {}]",
            "hex": "[hex(int(s, 2)) for s in {}]",
        }
        listed = convert[kind].format(ordered)
        wants = {
            "list": f"assert list(got) == {listed}",
            "list[str]": f"assert list(got) == sorted(set({listed}))",
            "Counter": "from collections import Counter\n    assert isinstance(got, Counter) "
            "and got == "
            f"Counter({listed})",
        }
        check = wants[returns]
        argument = "list[str]"
    else:
        code, end, returns, check = rng.choice(
            [t for t in tables if kind != "probabilities" or "/ " not in t[0]]
        )
        argument = "dict[str, float]" if kind == "probabilities" else "dict[str, int]"
        if kind == "probabilities":
            check = check.replace(
                "assert dict(got) == want",
                "assert set(got) == set(want) and all(abs(got[k] - want[k]) < 1e-9 for k in want)",
            ).replace("want[got] == max", "want[got] > -1e-9 + max")
            check = f"want = {{k: v / len(shots) for k, v in want.items()}}\n    {check}"
        check = f"want = count({ordered})\n    {check}"
    if returns == "list[str]" and kind == "int":
        returns = "list[int]"
    head = "from collections import Counter\n" if returns == "Counter" else ""
    name = "memory" if imports == "marginal_memory" else "counts"
    call = call.replace("(counts", f"({name}")
    return Instance(
        entry_point="marginal",
        signature=f"({name}: {argument}) -> {returns}",
        asks=(
            f"`{name}` is {given} with {width} bits per outcome. Marginalise it to "
            f"bits {names}, {order}, "
            f"and return {end}. Bit 0 is the rightmost one.",
            f"We measured {width} bits but care about bits {names} only. From "
            f"`{name}` ({given}), return "
            f"{end}, with the kept bits {order}. Bit numbers count from the right.",
            f"Given {given} (`{name}`, {width} bits, bit 0 least significant): keep "
            f"bits {names} {order}; "
            f"drop the others; output {end}.",
            f"What is the Qiskit way to reduce `{name}` - {given}, {width} bits - "
            f"to bits {names}, {order}, "
            f"and obtain {end}? Bit 0 is the least significant bit.",
        ),
        imports=f"{head}from qiskit.result import {imports}",
        body=code.format(call),
        test=f"""{DRAW}
for size in (50, 73, 90):
    shots = draw(size, {width})
    got = candidate({fed})
    {check}
""",
        params={"kind": kind, "indices": idx},
    )
