"""Measured data: what Counts and the distributions of qiskit.result offer."""

from random import Random

from qspark.data.families._counts import DRAW, EIGENVALUE, diagonal
from qspark.data.families.base import Instance, family


@family(
    "counts",
    "basic",
    oracle="value",
    skills=("counts", "distributions"),
    why="Distributions of qiskit.result have integer keys; bitstrings need the number of bits.",
    tolerance=1e-9,
)
def distribution_views(rng: Random) -> Instance:
    """Counts, ProbDistribution and QuasiDistribution, and what they offer."""
    width = rng.randint(4, 7)
    shots = 100 * rng.randint(2, 40)
    label = diagonal(rng, width, "IZZ01")
    kind = rng.choice(["registers", "slots", "counts", "prob", "quasi", "quasi"])
    key = "parted(k)" if kind == "registers" else "k"
    made = {
        "registers": "Counts(data, creg_sizes=registers, memory_slots=sum(n for _, n in "
        "registers))",
        "slots": f"Counts(data, memory_slots={width})",
        "counts": "Counts(data)",
        "prob": "ProbDistribution(data{})",
        "quasi": "QuasiDistribution(data{})",
    }[kind]
    source = {
        "registers": "a `Counts` object that knows the classical registers (`registers`: pairs "
        "of name and size, "
        "lowest register first; its memory slots are the sum of the sizes, so its "
        "keys are padded and spaced)",
        "slots": f"a `Counts` object with {width} memory slots (so that keys have {width} "
        f"characters)",
        "counts": "a `Counts` object",
        "prob": "a `ProbDistribution`",
        "quasi": "a `QuasiDistribution`",
    }[kind]
    if kind in ("registers", "slots"):
        ends = [
            (
                "Counts",
                "return {}",
                "that object",
                f"assert isinstance(got, Counts) and dict(got) == "
                f"{{{key}: v for k, v in want.items()}}",
            ),
            (
                "str",
                "return {}.most_frequent()",
                "its most frequent outcome, written as in its keys",
                f"k = max(want, key=want.get)\n    assert got == {key}",
            ),
            (
                "tuple[str, float]",
                "counts = {}\nbest = counts.most_frequent()\nreturn best, "
                "counts[best] / counts.shots()",
                "a tuple of its most frequent key and the relative frequency of that",
                f"k = max(want, key=want.get)\n    assert got[0] == {key} and "
                "abs(got[1] - want[k] / sum(want.values())) < 1e-9",
            ),
            (
                "dict[str, float]",
                "counts = {}\ntotal = counts.shots()\nreturn {{key: n / total for "
                "key, n in counts.items()}}",
                "the relative frequencies under the keys of the object",
                f"assert got == {{{key}: v / sum(want.values()) for k, v in want.items()}}",
            ),
        ]
    elif kind == "counts":
        ends = [
            (
                "dict[int, int]",
                "return {}.int_outcomes()",
                "its outcomes with integer keys",
                "assert got == {int(k, 2): v for k, v in want.items()}",
            ),
            (
                "dict[str, int]",
                "return {}.hex_outcomes()",
                "its outcomes with hexadecimal keys",
                "assert got == {hex(int(k, 2)): v for k, v in want.items()}",
            ),
            (
                "tuple[int, int]",
                "counts = {}\nreturn max(counts.int_outcomes()), counts.shots()",
                "a tuple of its largest outcome as an integer and its total number of shots",
                "assert tuple(got) == (max(int(k, 2) for k in want), sum(want.values()))",
            ),
            (
                "float",
                "counts = {}\nweighted = sum(value * n for value, n in "
                "counts.int_outcomes().items())\n"
                "return weighted / counts.shots()",
                "the mean of its outcomes, read as integers, as a float",
                "assert abs(got - sum(int(k, 2) * v for k, v in want.items()) / "
                "sum(want.values())) < 1e-9",
            ),
        ]
    else:
        ends = [
            (
                "dict[str, float]",
                f"return {{}}.binary_probabilities(num_bits={width})",
                f"its values under bitstrings of {width} characters",
                "assert set(got) == set(want) and all(abs(got[k] - want[k]) < 1e-9 for k in want)",
            ),
            (
                "dict[str, float]",
                "return {}.hex_probabilities()",
                "its values under hexadecimal keys",
                "assert set(got) == {hex(int(k, 2)) for k in want}\n    "
                "assert all(abs(got[hex(int(k, 2))] - want[k]) < 1e-9 for k in want)",
            ),
            (
                "float",
                f"distribution = {{}}\nvalues = distribution.binary_probabilities({width})\n"
                f'return float(np.real(sampled_expectation_value(values, "{label}")))',
                f"the expectation value of `{label}` (highest bit on the left, `0` "
                f"and `1` are projectors) as "
                "a float",
                f'assert abs(got - sum(v * eigenvalue("{label}", k) for k, v in '
                f"want.items())) < 1e-9",
            ),
            (
                "dict[int, int]",
                f"distribution = {{, shots={shots}}}\nreturn "
                f"{{{{key: round(value * distribution.shots) "
                "for key, value in distribution.items()}}",
                f"a dictionary from integer outcomes to the value times the number "
                f"of shots ({shots}, which the "
                "object has to know), rounded to an integer",
                f"assert got == {{int(k, 2): round(v * {shots}) for k, v in want.items()}}",
            ),
            (
                type_ := "ProbDistribution" if kind == "prob" else "QuasiDistribution",
                f"return {{, shots={shots}}}",
                f"that object, with its number of shots set to {shots}",
                f"assert isinstance(got, {type_}) and got.shots == {shots}\n    "
                "assert close(got, {int(k, 2): v for k, v in want.items()})",
            ),
        ]
        if kind == "quasi":
            ends += [
                (
                    "ProbDistribution",
                    "return {}.nearest_probability_distribution()",
                    "the `ProbDistribution` that is nearest to it in Euclidean distance",
                    "assert isinstance(got, ProbDistribution) and close(got, nearest(want))",
                ),
                (
                    "dict[str, float]",
                    "nearest = {}.nearest_probability_distribution()\n"
                    f"return nearest.binary_probabilities({width})",
                    f"the nearest probability distribution (Euclidean) as a "
                    f"dictionary with {width}-bit strings",
                    "assert close({int(k, 2): v for k, v in got.items()}, nearest(want))\n    "
                    f"assert all(len(k) == {width} for k in got)",
                ),
                (
                    "float",
                    "_, distance = {}"
                    ".nearest_probability_distribution(return_distance=True)\nreturn distance",
                    "its Euclidean distance to the nearest proper probability "
                    "distribution as a float",
                    "best = nearest(want)\n    want = {int(k, 2): v for k, v in want.items()}\n    "
                    "assert abs(got - sum((v - best.get(k, 0)) ** 2 for k, v in "
                    "want.items()) ** 0.5) < 1e-6",
                ),
            ]
    returns, code, end, check = rng.choice(ends)
    extra = ""
    if "{, " in code:
        start = code.index("{, ")
        stop = code.index("}", start)
        extra = code[start + 1 : stop]
        code = code[:start] + "{}" + code[stop + 1 :]
    body = code.format(made.format(extra))
    form = rng.choice(["int", "hex"])
    keys = {"int": "integer outcomes", "hex": "hexadecimal strings such as '0x2'"}[form]
    hint = "int" if form == "int" else "str"
    number = "float" if kind in ("prob", "quasi") else "int"
    names = ("Counts", "ProbDistribution", "QuasiDistribution", "sampled_expectation_value")
    used = [name for name in names if name in f"{body}{returns}"]
    values = {"quasi": "quasi-probabilities, some negative", "prob": "probabilities"}
    say = (
        f"`data` maps {keys} to {values.get(kind, 'numbers of shots')}; outcomes have {width} bits"
    )
    more = ", registers: list[tuple[str, int]]" if kind == "registers" else ""
    call = "(2, width - 2), (1, width - 1), (width - 1, 1)"
    return Instance(
        entry_point="view_outcomes",
        signature=f"(data: dict[{hint}, {number}]{more}) -> {returns}",
        asks=(
            f"{say}. Make it {source} of `qiskit.result` and return {end}.",
            f"Wrap a dictionary in {source} and give back {end}. {say[0].upper()}{say[1:]}.",
            f"{say}. I would like to have {source} made of it (from "
            f"`qiskit.result`); the function's value "
            f"is {end}.",
            f"Which lines turn `data` into {source} (class of `qiskit.result`) and "
            f"return {end}? Here {say}.",
        ),
        imports=("import numpy as np\n" if "np." in body else "")
        + f"from qiskit.result import {', '.join(used)}",
        body=body,
        test=f"""{DRAW}
from qiskit.result import Counts, ProbDistribution, QuasiDistribution
{EIGENVALUE.strip()}
def nearest(want):
    items = sorted(((v, int(k, 2)) for k, v in want.items()), reverse=True)
    for size in range(len(items), 0, -1):
        shift = (1 - sum(v for v, _ in items[:size])) / size
        if items[size - 1][0] + shift >= 0:
            return {{k: v + shift for v, k in items[:size]}}
def close(one, two):
    return all(abs(one.get(k, 0) - two.get(k, 0)) < 1e-9 for k in set(one) | set(two))
width = {width}
for low, high in ({call}):
    def parted(k):
        return k[:high] + " " + k[high:]
    outcomes = rng.choice(2 ** (width - (high == 1)), size=6, replace=False)
    if "{number}" == "int":
        values = rng.choice(np.arange(3, 90), size=6, replace=False)
    else:
        values = rng.uniform(0.05, 1, 6)
        if "{kind}" == "quasi":
            values[[1, 4]] *= -0.3
        values = values / values.sum()
    want = {{format(k, f"0{{width}}b"): v.item() for k, v in zip(outcomes, values)}}
    data = {{{"int" if form == "int" else "hex"}(int(k, 2)): v for k, v in want.items()}}
    got = candidate(data{', [("low", low), ("high", high)]' if more else ""})
    {check}
""",
        params={"kind": kind, "returns": returns, "width": width},
    )
