"""Error correction: facts about stabilizer codes."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.qec import CODES


@family(
    "qec",
    "intermediate",
    oracle="value",
    skills=("stabilizer", "symplectic"),
    why="n qubits and r independent commuting generators leave n - r logical qubits; logicals commute "
    "with all of them.",
)
def code_facts(rng: Random) -> Instance:
    """Check a stabilizer code and its logical operators."""
    chosen = rng.sample(sorted(_FACTS), rng.randint(2, 3))
    rows = "".join(f'    "{key}": {_FACTS[key][1]},\n' for key in chosen)
    text = "; ".join(f"'{key}': {_FACTS[key][0]}" for key in chosen)
    wants = ", ".join(f'"{key}": {_FACTS[key][2]}' for key in chosen)
    head = "stabilizers = PauliList(generators)\n" if "stabilizers" in rows else ""
    extra = ", operator: str" if "operator" in rows else ""
    named = " and a Pauli string `operator`" if extra else ""
    parts = [
        n
        for n in ("Pauli", "PauliList", "StabilizerState")
        if f"{n}(" in head + rows or f"{n}." in rows
    ]
    imports = (
        "import numpy as np\n" if "np." in rows else ""
    ) + f"from qiskit.quantum_info import {', '.join(parts)}"
    if not parts:
        imports = imports.split("\n")[0] if "np." in rows else ""
    code = rng.choice(sorted(CODES))
    return Instance(
        entry_point=rng.choice(["inspect_code", "code_report", "stabilizer_facts"]),
        signature=f"(generators: list[str]{extra}) -> dict",
        asks=(
            "Given the generators of a stabilizer code as Pauli labels without signs (rightmost letter: "
            f"qubit 0){named}, return a dict with {text}. An example "
            f"is the {code} code, {CODES[code][0]}.",
            f"I want to check codes such as {CODES[code][0]} ({code}). Input: `generators`, a list of "
            f"Pauli labels{named}. Output: a dict with {text}.",
            f"Report on a list `generators` of Pauli labels{named}: the dict has {text}. Take for "
            f"instance {CODES[code][0]}.",
        ),
        imports=imports,
        body=f"{head}return {{\n{rows}}}",
        test=f"""
import numpy as np
from qiskit.quantum_info import PauliList
def clash(a, b):
    return sum(x != "I" and y != "I" and x != y for x, y in zip(a, b)) % 2
codes = [
    ({CODES[code][0]}, "{CODES[code][1]}"),
    (["XZZI", "IXZY", "XIYZ"], "IIXZ"),
    (["ZZI", "IZZ", "ZIZ"], "XXX"),
    (["XZIII", "IIZXI"], "ZYIXX"),
]
for generators, operator in codes:
    n = len(generators[0])
    want = {{{wants}}}
    got = candidate(list(generators){", operator" if extra else ""})
    assert set(got) == set(want)
    for key in want:
        assert np.array_equal(got[key], want[key]), key
""",
        params={"code": code, "facts": chosen},
    )


_FACTS = {
    "qubits": ("the number of physical qubits", "stabilizers.num_qubits", "n"),
    "commuting": ("whether all generators commute with each other", "all(stabilizers.commutes(p).all() "
                                                                    "for p in stabilizers)",
                  "not any(clash(a, b) for a in generators for b in generators)"),
    "weights": ("the list of the generators' weights (letters other than I)",
                'np.sum(stabilizers.x | stabilizers.z, axis=1).tolist()', "[n - g.count('I') for g in "
                                                                          "generators]"),
    "css": ("whether every generator consists of X and I only or of Z and I only",
            'all(len(set(label) - {"I"}) <= 1 and "Y" not in label for label in generators)',
            "all(set(g) <= set('XI') or set(g) <= set('ZI') for g in generators)"),
    "logical": ("whether `operator` commutes with all generators",
     "bool(stabilizers.commutes(Pauli(operator)).all())",
                "not any(clash(g, operator) for g in generators)"),
    "syndrome": ("the syndrome of `operator` as a list of 0 and 1 in the order of the generators (1 = "
                 "anticommutes)",
                 "[int(Pauli(label).anticommutes(Pauli(operator))) for label in generators]",
                 "[clash(g, operator) for g in generators]"),
    "support": ("the sorted list of the qubits on which `operator` acts",
                "[q for q, letter in enumerate(reversed(operator)) if letter != \"I\"]",
                "[q for q in range(n) if operator[n - 1 - q] != 'I']"),
    "touching": ("a list with the number of generators that act on qubit 0, 1, ...",
                 "np.sum(stabilizers.x | stabilizers.z, axis=0).tolist()",
                 "[sum(g[n - 1 - q] != 'I' for g in generators) for q in range(n)]"),
    "matrix": ("the binary check matrix as a list of lists: the X part of qubits 0, 1, ... followed by "
               "the Z part",
               "np.hstack([stabilizers.x, stabilizers.z]).astype(int).tolist()",
               "[[int(c in 'XY') for c in g[::-1]] + [int(c in 'ZY') for c in g[::-1]] for g in generators]"),
    "groups": ("the number of groups of qubit-wise commuting generators that `group_commuting` finds",
               "len(stabilizers.group_commuting(qubit_wise=True))",
               "len(PauliList(generators).group_qubit_wise_commuting())"),
    "products": ("the label (without sign) of the product of the first two generators",
                 'Pauli(generators[0]).compose(Pauli(generators[1])).to_label().lstrip("-i")',
                 "''.join('I' if a == b else a if b == 'I' else b if a == 'I' else (set('XYZ') - {a, "
                 "b}).pop() for a, b in zip(generators[0], generators[1]))"),
}  # fmt: skip
