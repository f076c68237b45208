"""Observables: expectation values from counts, settings, budgets and random measurements."""

from random import Random

from qspark.data.families._observables import asks, needs
from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.wording import sorted_imports

_OWN_MEAN = """
import numpy as np
rng = np.random.default_rng(np.random.randint(2**31))
def mean(counts, qubits):
    total = sum(counts.values())
    return sum(c * (-1) ** sum(int(k[::-1][q]) for q in qubits) for k, c in counts.items()) / total
def random_counts(n, most=2**20):
    keys = [format(k, f"0{n}b") for k in range(2**n)]
    return {k: int(v) for k, v in zip(keys, rng.integers(0, 60, 2**n)) if v > 5} | {keys[-2]: 77}
"""


@family(
    "observables",
    "intermediate",
    oracle="value",
    skills=("endianness", "expectation-values"),
    why="The rightmost character of a key is clbit 0, and the rightmost letter of a label is qubit 0.",
    tolerance=1e-9,
)
def mean_from_counts(rng: Random) -> Instance:
    """The mean of a diagonal observable, or its uncertainty, from a table of counts."""
    given = rng.choice(["label", "label", "qubits", "mask", "labels", "operator", "projector"])
    ask = rng.choice(["mean", "mean", "error", "variance", "both", "interval"])
    if given in ("labels", "operator"):
        ask = rng.choice(["mean", "both", "interval"])
    table = rng.choice(["strings", "integers", "hex", "array", "spaced"])
    if given == "projector":
        table = rng.choice(["strings", "spaced"])
    arguments = {
        "label": ", label: str", "qubits": ", qubits: list[int]", "mask": ", mask: int",
        "labels": ", terms: dict[str, float]", "operator": ", observable: SparsePauliOp",
        "projector": ", label: str",
    }[given]  # fmt: skip
    about = {
        "label": "The observable is the product of the Z of all qubits with a Z in `label` (letters I and Z, "
        "qubit 0 on the right).",
        "qubits": "The observable is the product of the Z of all qubits in the list `qubits`.",
        "mask": "The observable is the product of the Z of all qubits q for which bit q of `mask` is 1.",
        "labels": "The observable is the sum of the products named by the labels in `terms` (letters I "
                  "and Z, "
        "qubit 0 on the right), each times its value.",
        "operator": "`observable` has only the letters I and Z and real coefficients.",
        "projector": "`label` has a letter per qubit (qubit 0 on the right): 0 and 1 are the projectors on "
        "these values, Z is the Pauli operator and I the identity; the observable is their product.",
    }[given]  # fmt: skip
    source = {
        "strings": ("counts: dict[str, int]", "", "`counts` maps bit strings (qubit 0 on the right) to how "
                    "often they were seen."),
        "integers": ("counts: dict[int, int]", "", "`counts` maps integers to how often they were seen; "
                                                   "bit q "
                     "of an integer is the value of qubit q."),
        "hex": ("counts: dict[str, int]", "counts = {int(key, 16): value for key, value in counts.items()}\n",
                "`counts` maps hexadecimal keys such as 0x1a to how often they were seen; bit q of the "
                "number "
                "is the value of qubit q."),
        "array": ("data: BitArray", "counts = data.get_int_counts()\n",
                  "`data` is the `BitArray` of a measurement in which bit q is qubit q."),
        "spaced": ("counts: dict[str, int]",
                   "counts = {key.replace(' ', ''): value for key, value in counts.items()}\n",
                   "`counts` maps bit strings to how often they were seen; the strings contain spaces "
                   "between "
                   "registers, which do not count; qubit 0 is on the right."),
    }[table]  # fmt: skip
    text = table in ("strings", "spaced")
    number = "int(key, 2)" if text else "key"
    head = source[1]
    if given == "projector":
        value = "VALUE(key)"
        head += (
            "factors = {'I': (1, 1), 'Z': (1, -1), '0': (1, 0), '1': (0, 1)}\n"
            "values = {\n    key: prod(factors[letter][int(bit)] for letter, bit in "
            "zip(label, key, strict=True))\n    for key in counts\n}\n"
        )
    else:
        bits = {
            "label": "mask = int(label.replace('I', '0').replace('Z', '1'), 2)\n",
            "qubits": "mask = sum(1 << q for q in qubits)\n", "mask": "",
        }.get(given, "")  # fmt: skip
        if given == "label" and text and rng.random() < 0.5:
            head += (
                "values = {}\nfor key in counts:\n    ones = sum(letter == 'Z' and bit == '1' "
                "for letter, bit in zip(label, key, strict=True))\n    values[key] = 1 - 2 * (ones % 2)\n"
            )
        elif given in ("label", "qubits", "mask"):
            head += (
                bits
                + f"values = {{key: (-1) ** ({number} & mask).bit_count() for key in counts}}\n"
            )
        else:
            items = "terms.items()" if given == "labels" else "observable.to_list()"
            cast = "" if given == "labels" else ".real"
            head += (
                f"values = dict.fromkeys(counts, 0.0)\nfor label, weight in {items}:\n"
                "    mask = int(label.replace('I', '0').replace('Z', '1'), 2)\n"
                f"    for key in counts:\n        values[key] += weight{cast} * "
                f"(-1) ** ({number} & mask).bit_count()\n"
            )
    average = "shots = sum(counts.values())\n"
    average += "mean = sum(values[key] * seen for key, seen in counts.items()) / shots\n"
    square = "square = sum(values[key] ** 2 * seen for key, seen in counts.items()) / shots\n"
    factor = rng.choice([1.28, 1.64, 1.96, 2.0, 2.33, 2.58, 3.0])
    last, kind, said, check = {
        "mean": ("return mean\n", "float", "Return its mean over the counts as a float.",
                 "abs(got - m) < 1e-9"),
        "variance": (square + "return square - mean**2\n", "float",
                     "Return the variance of a single shot over the counts (mean of the square minus square "
                     "of the mean) as a float.", "abs(got - (s - m**2)) < 1e-9"),
        "error": (square + "return ((square - mean**2) / shots) ** 0.5\n", "float",
                  "Return the standard error of its mean, sqrt((mean of the square - square of the mean) / "
                  "shots), as a float.", "abs(got - np.sqrt((s - m**2) / t)) < 1e-9"),
        "both": (square + "return mean, ((square - mean**2) / (shots - 1)) ** 0.5\n", "tuple[float, float]",
                 "Return the tuple of its mean and its standard error, sqrt((mean of the square - square of "
                 "the mean) / (shots - 1)).", "np.allclose(got, [m, np.sqrt((s - m**2) / (t - 1))], "
                                              "atol=1e-9)"),
        "interval": (
            square + f"width = {factor} * ((square - mean**2) / shots) ** 0.5\n"
            "return mean - width, mean + width\n", "tuple[float, float]",
            f"Return the interval (mean - w, mean + w) with w = {factor} times the standard error "
            f"sqrt((mean of "
            "the square - square of the mean) / shots).",
            f"np.allclose(got, [m - {factor} * np.sqrt((s - m**2) / t), "
            f"m + {factor} * np.sqrt((s - m**2) / t)], atol=1e-9)"),
    }[ask]  # fmt: skip
    body = head + average + last
    if ask == "mean" and given in ("label", "operator") and rng.random() < 0.7:
        name = "label" if given == "label" else "observable"
        if table == "array":
            body = f"return float(data.expectation_values({name}))\n"
        elif table in ("strings", "spaced"):
            oper = "Pauli(label)" if given == "label" and rng.random() < 0.5 else name
            body = source[1] + f"return float(sampled_expectation_value(counts, {oper}).real)\n"
    imports = needs(body + arguments)
    if table == "array":
        imports.append("from qiskit.primitives import BitArray")
    passed = {
        "strings": "counts", "integers": "{int(k, 2): v for k, v in counts.items()}",
        "hex": "{hex(int(k, 2)): v for k, v in counts.items()}", "array": "BitArray.from_counts(counts, 4)",
        "spaced": "{k[:1] + ' ' + k[1:]: v for k, v in counts.items()}",
    }[table]  # fmt: skip
    cases = {
        "label": "('ZIIZ', [[1, [0, 3]]]), ('IIZI', [[1, [1]]]), ('ZZIZ', [[1, [0, 2, 3]]])",
        "qubits": "([3, 0], [[1, [0, 3]]]), ([1], [[1, [1]]]), ([2, 0, 3], [[1, [0, 2, 3]]])",
        "mask": "(9, [[1, [0, 3]]]), (2, [[1, [1]]]), (13, [[1, [0, 2, 3]]])",
        "labels": "({'ZIIZ': 0.7, 'IIZI': -1.2}, [[0.7, [0, 3]], [-1.2, [1]]]), "
        "({'ZIII': 0.4, 'IIII': 2.0, 'IZZZ': 1.5}, [[0.4, [3]], [2, []], [1.5, [0, 1, 2]]])",
        "operator": "(SparsePauliOp(['ZIIZ', 'IIZI'], [0.7, -1.2]), [[0.7, [0, 3]], [-1.2, [1]]]), "
        "(SparsePauliOp(['ZIII', 'IIII', 'IZZZ'], [0.4, 2, 1.5]), "
        "[[0.4, [3]], [2, []], [1.5, [0, 1, 2]]])",
        "projector": "('1ZI0', None), ('IZ1I', None), ('0IIZ', None)",
    }[given]  # fmt: skip
    value = "sum(w * (-1) ** sum(int(k[::-1][q]) for q in qs) for w, qs in terms)"
    if given == "projector":
        value = (
            "np.prod([{'I': 1, 'Z': 1 - 2 * int(b), '0': 1 - int(b), '1': int(b)}[a] "
            "for a, b in zip(argument, k)])"
        )
    return Instance(
        entry_point=rng.choice(["mean_value", "from_counts", "evaluate_counts"]),
        signature=f"({source[0]}{arguments}) -> {kind}",
        asks=asks(
            (
                "Evaluate a diagonal observable on measured data.",
                "My data is measured; now the evaluation.",
                "Code this evaluation.",
                "Evaluation of counts:",
            ),
            [source[2], about, said],
        ),
        imports=sorted_imports(imports),
        body=body,
        test=_OWN_MEAN.strip()
        + f"""
from qiskit.primitives import BitArray
from qiskit.quantum_info import SparsePauliOp
for argument, terms in ({cases}):
    counts = random_counts(4)
    t = sum(counts.values())
    values = {{k: {value} for k in counts}}
    m = sum(values[k] * v for k, v in counts.items()) / t
    s = sum(values[k] ** 2 * v for k, v in counts.items()) / t
    got = candidate({passed}, argument)
    assert {check}
""",
        params={"given": given, "ask": ask, "table": table},
        wrong=(
            (Wrong("S03", body.replace("int(label.replace", "int(label[::-1].replace")),)
            if given == "label" and "label.replace" in body
            else ()
        ),
    )
