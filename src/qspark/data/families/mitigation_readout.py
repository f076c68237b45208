"""Error mitigation: readout."""

from random import Random

from qspark.data.families.base import Instance, Wrong, family


@family(
    "mitigation",
    "intermediate",
    oracle="value",
    skills=("readout", "endianness"),
    why="Column j of the assignment matrix holds the probabilities of what is read when j was prepared; "
    "it acts on true probabilities.",
    tolerance=1e-8,
)
def invert_readout(rng: Random) -> Instance:
    """Undo readout errors of counts by inverting assignment matrices."""
    model = rng.choice(["qubits", "matrix", "calibration"])
    cure = rng.choice(["none", "clip", "least", "nearest"])
    result = rng.choice(["dict", "parity", "zeros", "marginal", "label", "top"])
    heads = {
        "qubits": (
            "full = np.eye(1)\nfor p10, p01 in errors:\n    one = np.array([[1 - p10, p01], [p10, 1 - "
            "p01]])\n"
            "    full = np.kron(one, full)\n",
            "errors: list[tuple[float, float]]",
            "`errors` holds for qubit 0, 1, ... the pair (probability to read 1 when it is 0, "
            "probability to read 0 when it is 1)",
        ),
        "matrix": (
            "full = np.eye(1)\nfor one in matrices:\n    full = np.kron(one, full)\n",
            "matrices: list",
            "`matrices` holds for qubit 0, 1, ... its 2x2 assignment matrix M with M[read, prepared]",
        ),
        "calibration": (
            "size = len(calibration)\nwidth = size.bit_length() - 1\nfull = np.zeros((size, size))\n"
            "for prepared, shots in calibration.items():\n    for read, n in shots.items():\n"
            "        full[int(read, 2), int(prepared, 2)] = n / sum(shots.values())\n",
            "calibration: dict[str, dict[str, int]]",
            "`calibration` maps every prepared bit string to the counts that were then read",
        ),
    }  # fmt: skip
    head, argument, given = heads[model]
    body = head
    share = "n" if cure in ("clip", "least") else "n / sum(counts.values())"
    body += "read = np.zeros(len(full))\nfor key, n in counts.items():\n"
    body += f"    read[int(key, 2)] = {share}\n"
    body += {
        "none": "true = np.linalg.solve(full, read)\n",
        "clip": "true = np.clip(np.linalg.solve(full, read), 0, None)\ntrue = true / true.sum()\n",
        "least": "true, _ = nnls(full, read)\ntrue = true / true.sum()\n",
        "nearest": "quasi = QuasiDistribution(dict(enumerate(np.linalg.solve(full, read))))\n"
        "nearest = quasi.nearest_probability_distribution()\ntrue = np.array([nearest.get(i, 0.0) for i "
        "in range(len(full))])\n",
    }[cure]
    body += (
        "width = len(full).bit_length() - 1\n"
        if model != "calibration" and result in ("dict", "marginal", "top")
        else ""
    )
    if model == "calibration" and result not in ("dict", "marginal", "top"):
        body = body.replace("width = size.bit_length() - 1\n", "")
    body += {
        "dict": 'return {format(i, f"0{width}b"): float(p) for i, p in enumerate(true)}',
        "parity": "return float(sum((-1) ** i.bit_count() * p for i, p in enumerate(true)))",
        "zeros": "return float(true[0])",
        "label": 'mask = int(label.replace("I", "0").replace("Z", "1"), 2)\n'
        "return float(sum((-1) ** (i & mask).bit_count() * p for i, p in enumerate(true)))",
        "top": 'best = int(np.argmax(true))\nreturn format(best, f"0{width}b"), float(true[best])',
        "marginal": "return [float(sum(p for i, p in enumerate(true) if i >> q & 1)) for q in range(width)]",
    }[result]
    cured = {
        "none": "solve the linear system exactly; negative quasi-probabilities stay",
        "clip": "solve the linear system, set negative entries to 0 and normalise to sum 1",
        "least": "find the non-negative least-squares solution (as scipy's nnls does) and normalise it "
        "to sum 1",
        "nearest": "solve the linear system and take the nearest probability distribution in the L2 "
        "sense (Smolin-Gambetta-Smith, as in "
        "qiskit.result.QuasiDistribution)",
    }[cure]
    gives = {
        "dict": "Return a dict from every bit string (also those never seen) to its corrected value.",
        "parity": "Return the corrected expectation value of Z on all qubits (Z...Z).",
        "zeros": "Return the corrected probability of the all-zeros string.",
        "label": "Return the corrected expectation value of the Pauli string `label` (letters I and Z; "
        "last letter: qubit 0).",
        "top": "Return the string with the greatest corrected value, and that value.",
        "marginal": "Return for qubit 0, 1, ... the corrected probability of reading 1, as a list.",
    }[result]
    imports = "import numpy as np\n"
    imports += "from scipy.optimize import nnls\n" if cure == "least" else ""
    imports += "from qiskit.result import QuasiDistribution\n" if cure == "nearest" else ""
    if cure == "nearest":
        imports = "import numpy as np\nfrom qiskit.result import QuasiDistribution\n"
    final = {
        "dict": "assert set(got) == {format(i, f'0{n}b') for i in range(2**n)}\n    assert "
        "all(abs(got[format(i, f'0{n}b')] - want[i]) < tol for i in range(2**n))",
        "parity": "assert abs(got - sum((-1) ** bin(i).count('1') * w for i, w in enumerate(want))) < tol",
        "zeros": "assert abs(got - want[0]) < tol",
        "label": "assert abs(got - sum((-1) ** (i & 2).bit_count() * w for i, w in enumerate(want))) < tol",
        "top": "assert got[0] == format(int(np.argmax(want)), f'0{n}b') and abs(got[1] - max(want)) < tol",
        "marginal": "assert np.allclose(got, [sum(w for i, w in enumerate(want) if i >> q & 1) for q in "
        "range(n)], atol=tol)",
    }[result]
    kind = {"dict": "dict[str, float]", "marginal": "list[float]", "top": "tuple[str, float]"}.get(
        result, "float"
    )
    mask = ', "I" * (n - 2) + "ZI"' if result == "label" else ""
    passed = {
        "qubits": "errors",
        "matrix": "[M(*e) for e in errors]",
        "calibration": "calibration",
    }[model]
    return Instance(
        entry_point=rng.choice(["correct_counts", "unfold_readout", "readout_corrected"]),
        signature=f"(counts: dict[str, int], {argument}{', label: str' if result == 'label' else ''}) -> "
        f"{kind}",
        asks=(
            f"Correct `counts` (qubit 0 is the rightmost character) for readout errors: {given}. "
            f"{cured.capitalize()}. {gives}",
            f"Readout mitigation by hand. {given}; errors of different qubits are independent"
            f"{' or not, the matrix is the full one' if model == 'calibration' else ''}. Given `counts` "
            f"in Qiskit's bit order, {cured}. "
            f"{gives}",
            f"I have `counts` with Qiskit's keys and know the readout: {given}. To correct them, "
            f"{cured}. {gives}",
        ),
        imports=imports.strip(),
        body=body,
        test=f"""
import numpy as np
from scipy.optimize import nnls
def M(p10, p01):
    return np.array([[1 - p10, p01], [p10, 1 - p01]])
cases = [
    ([(0.02, 0.09), (0.05, 0.13)], {{"00": 700, "01": 180, "11": 120}}),
    ([(0.03, 0.08), (0.01, 0.15), (0.06, 0.1)], {{"000": 410, "101": 330, "110": 25, "011": 235}}),
    ([(0.1, 0.2), (0.04, 0.07)], {{"00": 985, "10": 15}}),
    ([(0.02, 0.1), (0.04, 0.07), (0.03, 0.05), (0.01, 0.06)], {{"0110": 640, "1010": 221, "1101": 139}}),
]
for errors, counts in cases:
    n = len(errors)
    full = np.array([
        [np.prod([M(*errors[q])[r >> q & 1, p >> q & 1] for q in range(n)]) for p in range(2**n)]
            for r in range(2**n)
    ])
    calibration = {{
        format(p, f"0{{n}}b"): {{format(r, f"0{{n}}b"): int(round(1e9 * full[r, p])) for r in range(2**n)}}
            for p in range(2**n)
    }}
    if {model == "calibration"}:
        full = np.array([[c / sum(col.values()) for c in col.values()] for col in calibration.values()]).T
    read = np.zeros(2**n)
    for key, shots in counts.items():
        read[int(key, 2)] = shots / sum(counts.values())
    want = np.linalg.inv(full) @ read
    if "{cure}" == "clip":
        want = np.maximum(want, 0) / np.maximum(want, 0).sum()
    elif "{cure}" == "least":
        want = nnls(full, read)[0]
        want = want / want.sum()
    elif "{cure}" == "nearest":
        order = np.sort(want)[::-1]
        sums = (np.cumsum(order) - 1) / np.arange(1, 2**n + 1)
        shift = sums[np.nonzero(order > sums)[0][-1]]
        want = np.maximum(want - shift, 0)
    got = candidate(dict(counts), {passed}{mask})
    tol = 1e-7
    {final}
""",
        params={"model": model, "cure": cure, "result": result},
        wrong=(Wrong("S05", body.replace("np.kron(one, full)", "np.kron(full, one)")),)
        if model != "calibration"
        else (),
    )
