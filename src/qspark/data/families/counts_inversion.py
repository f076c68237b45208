"""Measured data: inversion of readout errors and selection of shots."""

from random import Random

from qspark.data.families._counts import DRAW, diagonal
from qspark.data.families.base import Instance, Wrong, bits, family


@family(
    "counts",
    "advanced",
    oracle="value",
    skills=("mitigation", "quasi-distribution", "endianness"),
    why="A tensored readout model is inverted bit by bit; the assignment matrix has "
    "true states as columns.",
    tolerance=1e-7,
)
def readout_inversion(rng: Random) -> Instance:
    """Tensored readout mitigation: quasi-probabilities and what is computed from them."""
    width = rng.randint(3, 5)
    columns = rng.random() < 0.5
    subset = sorted(rng.sample(range(width), 2), reverse=True)
    wanted = bits(rng, width, width)
    label = diagonal(rng, width, "Z01")
    orientation = "matrices[q]" if columns else "np.asarray(matrices[q]).T"
    said = (
        "`matrices[q][i][j]` is the probability to read i on bit q when the true value is j"
        if columns
        else "`matrices[q][i]` holds the probabilities to read 0 and 1 on bit q when "
        "the true value is i"
    )
    ends = {
        "quasi": (
            "QuasiDistribution",
            "return quasi",
            "the mitigated `QuasiDistribution` (integer keys, all outcomes)",
            "assert isinstance(got, QuasiDistribution)\n    "
            "assert all(abs(got.get(k, 0) - v) < 1e-7 for k, v in enumerate(want))",
        ),
        "nearest": (
            "dict[str, float]",
            f"return quasi.nearest_probability_distribution().binary_probabilities({width})",
            "the closest true probability distribution (Euclidean) as a dictionary "
            "from bitstrings to floats",
            "best = nearest(want)\n    "
            f'assert all(abs(got.get(format(k, "0{width}b"), 0) - v) < 1e-7 for k, '
            f"v in enumerate(best))",
        ),
        "expectation": (
            "float",
            f"return "
            f'float(np.real(sampled_expectation_value(quasi.binary_probabilities({width}), "{label}")))',
            f"the mitigated expectation value of `{label}` as a float (leftmost "
            f"letter: highest bit)",
            f'signs = [np.prod([(1 - 2 * int(c)) if p == "Z" else int(c == p) for c, p in '
            f'zip(format(k, "0{width}b"), "{label}")]) for k in range({2**width})]\n'
            "    assert abs(got - signs @ want) < 1e-7",
        ),
        "outcome": (
            "float",
            f'return quasi.binary_probabilities({width})["{wanted}"]',
            f"the mitigated quasi-probability of the bitstring `{wanted}` as a float",
            f'assert abs(got - want[int("{wanted}", 2)]) < 1e-7',
        ),
        "negative": (
            "tuple[QuasiDistribution, float]",
            "nearest, distance = quasi.nearest_probability_distribution(return_distance=True)\n"
            "return quasi, distance",
            "a tuple of the `QuasiDistribution` (integer keys, all outcomes) and "
            "its Euclidean distance to the "
            "nearest probability distribution",
            "assert all(abs(got[0].get(k, 0) - v) < 1e-7 for k, v in enumerate(want))\n    "
            "assert abs(got[1] - np.linalg.norm(want - nearest(want))) < 1e-6",
        ),
        "marginal": (
            "dict[str, float]",
            f"full = quasi.binary_probabilities({width})\nreturn "
            f"marginal_distribution(full, {subset})",
            f"the mitigated quasi-probabilities of bits {subset[0]} and {subset[1]} "
            f"alone, as a dictionary "
            f"from two-character bitstrings (bit {subset[0]} on the right) to floats",
            'for key in ("00", "01", "10", "11"):\n        value = sum(v for k, v '
            "in enumerate(want) if "
            f"(k >> {subset[1]} & 1, k >> {subset[0]} & 1) == (int(key[0]), int(key[1])))\n"
            "        assert abs(got.get(key, 0) - value) < 1e-7",
        ),
    }
    end = rng.choice(list(ends))
    returns, last, words, check = ends[end]
    if rng.random() < 0.5:
        mitigate = f"""
n = len(matrices)
total = sum(counts.values())
observed = np.zeros(2**n)
for key, shots in counts.items():
    observed[int(key, 2)] = shots / total
tensor = observed.reshape([2] * n)
for q in range(n):
    axis = n - 1 - q
    tensor = np.moveaxis(np.tensordot(np.linalg.inv({orientation}), tensor, axes=(1, axis)), 0, axis)
quasi = QuasiDistribution(dict(enumerate(tensor.ravel().tolist())))
"""
    else:
        mitigate = f"""
n = len(matrices)
total = sum(counts.values())
observed = np.array([counts.get(format(k, f"0{{n}}b"), 0) / total for k in range(2**n)])
assignment = np.eye(1)
for q in range(n):
    assignment = np.kron({orientation}, assignment)
quasi = QuasiDistribution(dict(enumerate(np.linalg.solve(assignment, observed).tolist())))
"""
    names = ["QuasiDistribution"] + ["sampled_expectation_value"] * (end == "expectation")
    names += ["marginal_distribution"] * (end == "marginal")
    wrong = (Wrong("S37", mitigate.replace(orientation, f"np.asarray({orientation}).T") + last),)
    return Instance(
        entry_point="mitigate",
        signature=f"(counts: dict[str, int], matrices: list[np.ndarray]) -> {returns}",
        asks=(
            f"Undo independent readout errors on {width} bits. `counts` has "
            f"bitstring keys (bit 0 on the "
            f"right), {said}. Invert the model exactly and return {words}.",
            f"Tensored readout mitigation without any library for it: {said}; apply "
            f"the inverse to the "
            f"relative frequencies in `counts` ({width}-bit strings, last character "
            f"is bit 0), and return {words}.",
            f"Each of our {width} bits has its own 2x2 calibration matrix: {said}. "
            f"From the raw `counts` "
            f"(keys with bit 0 rightmost) I need {words}, by exact linear inversion.",
        ),
        imports=f"import numpy as np\nfrom qiskit.result import {', '.join(sorted(names))}",
        body=mitigate.strip("\n") + "\n" + last,
        test=f"""{DRAW}
from qiskit.result import QuasiDistribution
def nearest(values):
    order = np.sort(values)[::-1]
    for size in range(len(order), 0, -1):
        shift = (1 - order[:size].sum()) / size
        if order[size - 1] + shift >= 0:
            return np.maximum(values + shift, 0)
for _ in range(3):
    shots = draw(7, {width})
    flips = rng.uniform(0.02, 0.3, ({width}, 2))
    columns = [np.array([[1 - a, b], [a, 1 - b]]) for a, b in flips]
    full = np.eye(1)
    for matrix in columns:
        full = np.kron(matrix, full)
    vector = np.array([shots.count(format(k, "0{width}b")) / 7 for k in range({2**width})])
    want = np.linalg.inv(full) @ vector
    got = candidate(count(shots), [m{"" if columns else ".T"} for m in columns])
    {check}
""",
        params={"width": width, "end": end, "columns": columns},
        wrong=wrong,
    )


@family(
    "counts",
    "advanced",
    oracle="value",
    skills=("postselection", "result-containers", "endianness"),
    why="Conditions on one register select shots of another only after the bits were "
    "joined shot by shot.",
    tolerance=1e-9,
)
def flagged_shots(rng: Random) -> Instance:
    """Shots of a data register that are selected by the values of flag registers."""
    width, flags = rng.choice([3, 4]), rng.choice([2, 3])
    names = rng.choice([("flag", "data"), ("herald", "out"), ("syndrome", "code"), ("anc", "sys")])
    flag, data = names
    good = bits(rng, flags, flags) if rng.random() < 0.6 else rng.choice("01") * flags
    label = diagonal(rng, width, "IZZ01")
    values = [bool(int(c)) for c in reversed(good)]
    first, at = (flag, 0) if rng.random() < 0.5 else (data, width)
    second = data if first == flag else flag
    kept = range(flags, flags + width) if first == flag else range(width)
    way = rng.choice(["join", "concatenate", "mask"])
    if way == "join":
        body = (
            f'joint = result.join_data(["{first}", "{second}"])\n'
            f"kept = joint.postselect(range({at}, {at + flags}), {values})\n"
            f"good = kept.slice_bits(range({kept.start}, {kept.stop}))\n"
        )
    elif way == "concatenate":
        body = (
            f"joint = BitArray.concatenate_bits([result.data.{first}, result.data.{second}])\n"
            f"kept = joint.postselect({list(range(at, at + flags))}, {values})\n"
            f"good = kept.slice_bits({list(kept)})\n"
        )
    else:
        body = (
            f"keep = [i for i, s in "
            f'enumerate(result.data["{flag}"].get_bitstrings()) if s == "{good}"]\n'
            f'good = result.data["{data}"].slice_shots(keep)\n'
        )
    total = f'result.data["{flag}"].num_shots'
    ends = [
        (
            "tuple[float, dict[str, int]]",
            f"return good.num_shots / {total}, good.get_counts()",
            f"a tuple of the fraction of shots kept and the counts of `{data}` in them",
            "assert abs(got[0] - len(kept) / size) < 1e-9 and got[1] == count(kept)",
        ),
        (
            "tuple[float, int]",
            f'return float(good.expectation_values("{label}")), good.num_shots',
            f"a tuple of the expectation value of `{label}` on `{data}` in them "
            f"(highest bit on the left; `0` and "
            "`1` are projectors) and their number",
            "assert abs(got[0] - np.mean([value(s) for s in kept])) < 1e-9 and got[1] == len(kept)",
        ),
        (
            "BitArray",
            "return good",
            f"a `BitArray` with the bits of `{data}` in them, in the order of the shots",
            "assert isinstance(got, BitArray) and got.get_bitstrings() == kept",
        ),
        (
            "SamplerPubResult",
            f"return SamplerPubResult(DataBin({data}=good), "
            f'metadata={{"kept": good.num_shots / {total}}})',
            f"a `SamplerPubResult` whose data holds only the register `{data}` of "
            f"those shots, with the fraction "
            'of shots kept under "kept" in its metadata',
            f"assert isinstance(got, SamplerPubResult) and list(got.data) == [{data!r}]\n    "
            f"assert got.data[{data!r}].get_bitstrings() == kept\n    "
            'assert abs(got.metadata["kept"] - len(kept) / size) < 1e-9',
        ),
        (
            "dict[int, float]",
            "total = good.num_shots\n"
            "return {value: n / total for value, n in good.get_int_counts().items()}",
            f"the relative frequencies of the values of `{data}` in them, under integer keys",
            "assert got == {int(s, 2): n / len(kept) for s, n in count(kept).items()}",
        ),
    ]
    returns, last, end, check = rng.choice(ends)
    text = body + last
    used = [n for n in ("BitArray", "DataBin") if n in text + returns]
    when = f"the register `{flag}` reads `{good}`"
    right = f"the rightmost character is `{flag}[0]`"
    return Instance(
        entry_point="selected_shots",
        signature=f"(result: SamplerPubResult) -> {returns}",
        asks=(
            f"`result` is the result of one PUB without a sweep, with the registers "
            f"`{flag}` ({flags} bits) and "
            f"`{data}` ({width} bits). Keep the shots in which {when} ({right}), and return {end}.",
            f"Heralded data: only shots where {when} count; {right}. `result` is a "
            f"`SamplerPubResult` with "
            f"the {flags}-bit register `{flag}` and the {width}-bit register "
            f"`{data}`. Return {end}. The order in "
            "which the registers appear in the result may vary.",
            f"I need postselection across registers of a sampler's PUB result: from "
            f"`{data}` ({width} bits) take "
            f"the shots for which {when} ({flags} bits, {right}) in the same shot. "
            f"Give back {end}.",
            f"Spec: input `result`, a `SamplerPubResult` of shape () with `{data}` "
            f"({width} bits) and `{flag}` "
            f"({flags} bits). Condition: {when}; {right}. Output: {end}.",
        ),
        imports=f"from qiskit.primitives import {', '.join([*used, 'SamplerPubResult'])}",
        body=text,
        test=f"""{DRAW}
from qiskit.primitives import BitArray, DataBin, SamplerPubResult
def value(shot):
    sign = 1
    for letter, bit in zip("{label}", shot):
        if letter == "Z":
            sign *= 1 - 2 * int(bit)
        elif letter in "01":
            sign *= int(letter == bit)
    return sign
for size in (160, 231):
    one, two = draw(size, {flags}), draw(size, {width})
    fields = {{"{flag}": (one, {flags}), "{data}": (two, {width})}}
    if size == 160:
        fields = dict(reversed(fields.items()))
    made = {{k: BitArray.from_samples(s, num_bits=n) for k, (s, n) in fields.items()}}
    got = candidate(SamplerPubResult(DataBin(**made)))
    kept = [b for a, b in zip(one, two) if a == "{good}"]
    {check}
""",
        params={"good": good, "way": way, "names": names},
    )
