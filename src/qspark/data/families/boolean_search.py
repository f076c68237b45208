"""Amplitude amplification of what satisfies a Boolean formula or a DIMACS file."""

from random import Random

from qspark.data.families._boolean import expression_of, truth
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import call, fill


@family(
    "boolean_oracles",
    "advanced",
    oracle="distribution",
    skills=("amplitude-amplification", "satisfiability"),
    why=(
        "With M of N states marked, k iterations succeed with probability sin^2((2k+1)"
        " asin(sqrt(M/N)))."
    ),
    tolerance=1e-7,
)
def search_with_an_oracle(rng: Random) -> Instance:
    """Amplitude amplification for a formula or a DIMACS file."""
    names = rng.choice([["a", "b", "c", "d"], ["w", "x", "y", "z"], ["p", "q", "r", "s"]])
    order = rng.sample(names, 4)
    formula = expression_of(rng, names)
    while sum(truth(formula, names)) > 3:
        formula = expression_of(rng, names)
    shown = str(order).replace("'", '"')
    source = rng.choice(["formula", "formula", "argument", "dimacs", "flip"])
    goal = rng.choice(["circuit", "probability", "best", "state", "rounds"])
    source = "argument" if goal == "rounds" else source
    iterations = rng.choice([1, 2, 3])
    given, told = (
        "",
        (
            f"{formula} (variables {', '.join(order)} on qubits 0..3; ~ not, & and, | or, ^"
            " exclusive or)"
        ),
    )
    oracle = [call("oracle = PhaseOracleGate", f'"{formula}"', f"var_order={shown}")]
    extra = "PhaseOracleGate, grover_operator"
    if source == "argument":
        given, told = (
            "expression: str, variables: list[str]",
            "`expression` (variables[k] on qubit k)",
        )
        oracle = ["oracle = PhaseOracleGate(expression, var_order=variables)"]
    elif source == "dimacs":
        given, told = (
            "path: str",
            "the CNF formula in the DIMACS file `path` (variable k + 1 on qubit k)",
        )
        oracle = ["oracle = PhaseOracleGate.from_dimacs_file(path)"]
    lines = [
        *oracle,
        "marking = QuantumCircuit(oracle.num_qubits)",
        "marking.append(oracle, marking.qubits)",
    ]
    if source == "flip":
        lines = [
            call("oracle = BitFlipOracleGate", f'"{formula}"', f"var_order={shown}"),
            "marking = QuantumCircuit(oracle.num_qubits)", "marking.x(4)", "marking.h(4)",
            "marking.append(oracle, marking.qubits)", "marking.h(4)", "marking.x(4)",
        ]  # fmt: skip
        extra = "BitFlipOracleGate, grover_operator"
        told += (
            ", marked through a bit-flip oracle with the work qubit 4 (kickback), which starts and "
            "ends in 0"
        )
    grover = (
        "grover = grover_operator(marking)"
        if source != "flip"
        else "grover = grover_operator(marking, reflection_qubits=[0, 1, 2, 3])"
    )
    if source == "flip":
        lines += [
            "start = QuantumCircuit(5)", "start.h(range(4))",
            "grover = grover_operator(marking, state_preparation=start, reflection_qubits=[0, 1, 2, 3])",
        ]  # fmt: skip
    else:
        lines.append(grover)
    top = "range(4)" if source == "flip" else "circuit.qubits"
    lines += ["circuit = QuantumCircuit(marking.num_qubits)", f"circuit.h({top})"]
    rounds = str(iterations)
    if goal == "rounds":
        lines = [line for line in lines if not line.startswith("circuit")]
        lines = lines[: len(oracle) + 2] if source != "flip" else lines[:7]
        lines = [
            *lines,
            "signs = Operator(marking).data.diagonal().real" + ("[:16]" if source == "flip" else ""),
            "marked = sum(round(sign) == -1 for sign in signs)",
            "angle = math.asin(math.sqrt(marked / len(signs)))",
            "return marked, round(math.pi / (4 * angle) - 0.5)",
        ]  # fmt: skip
        extra = extra.replace(", grover_operator", "")
    else:
        lines += [f"circuit.compose(grover.power({rounds}), inplace=True)"]
    wants, out = {
        "circuit": ((f"Return the circuit of the uniform superposition followed by {iterations} Grover "
                    "iteration(s)"), "QuantumCircuit"),
        "probability": (
            f"Return the exact probability (a float) that measuring after {iterations} Grover "
            "iteration(s) on the uniform superposition gives a satisfying assignment", "float",
        ),
        "best": (
            "Return the sorted list of the bit strings (qubit 0 rightmost) whose probability after "
            f"{iterations} Grover iteration(s) on the uniform superposition is the largest (ties within "
            "numpy's isclose)", "list[str]",
        ),
        "state": ((f"Return the Statevector after {iterations} Grover iteration(s) on the uniform "
                  "superposition"), "Statevector"),
        "rounds": (
            "Return (M, k): the number of satisfying assignments, read off the oracle, and the best "
            "number of Grover iterations, i.e. round(pi/(4 asin(sqrt(M/16))) - 1/2)", "tuple[int, int]",
        ),
    }[goal]  # fmt: skip
    qubits = "[0, 1, 2, 3]"
    lines += {
        "circuit": ["return circuit"],
        "state": ["return Statevector(circuit)"],
        "probability": [
            "signs = Operator(marking).data.diagonal().real[:16]",
            f"chances = Statevector(circuit).probabilities({qubits})",
            "return float(chances[signs.round() == -1].sum())",
        ],
        "best": [
            f"chances = Statevector(circuit).probabilities_dict({qubits})",
            "peak = max(chances.values())",
            "return sorted(key for key, chance in chances.items() if np.isclose(chance, peak))",
        ],
        "rounds": [],
    }[goal]  # fmt: skip
    body = "\n".join(lines)
    asks = (
        f"Grover search over 4 bits for the solutions of {told}. {wants}.",
        f"Use Qiskit's oracle and Grover operator on the condition {told}. {wants}.",
        (
            f"Satisfiability by amplitude amplification: {told}. {wants}. An iteration is the phase"
            " oracle followed by the reflection about the uniform superposition; global phases do"
            " not matter."
        ),
    )
    test = fill(
        """
import math
import numpy as np
from pathlib import Path
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, Statevector
source, goal, order = "$source", "$goal", $order
def value(formula, order, x):
    return bool(eval(formula, {}, {name: x >> k & 1 for k, name in enumerate(order)}) & 1)
cases = [("$formula", order)]
if source == "argument":
    cases.append(("(e & ~f) & (g | h)", ["h", "f", "e", "g"]))
    cases.append(("e & f & ~g & h", ["e", "f", "g", "h"]))
    cases.append(("(e & f) | (~e & g & h)", ["f", "e", "g", "h"]))
for formula, order in cases:
    marked = np.array([value(formula, order, x) for x in range(16)])
    given = (formula, order) if source == "argument" else ()
    if source == "dimacs":
        lines = ["p cnf 4 3", "1 -2 0", "-1 3 4 0", "2 4 0"]
        Path("clauses.cnf").write_text("\\n".join(lines) + "\\n")
        given = ("clauses.cnf",)
        def holds(x):
            b = [None] + [bool(x >> k & 1) for k in range(4)]
            return (b[1] or not b[2]) and (not b[1] or b[3] or b[4]) and (b[2] or b[4])
        marked = np.array([holds(x) for x in range(16)])
    vector = np.full(16, 0.25)
    for _ in range($iterations):
        vector = np.where(marked, -vector, vector)
        vector = 2 * vector.mean() - vector
    got = candidate(*given)
    if goal == "rounds":
        turn = math.asin(math.sqrt(marked.sum() / 16))
        assert tuple(got) == (marked.sum(), round(math.pi / (4 * turn) - 0.5)), got
    elif goal == "probability":
        assert isinstance(got, float) and abs(got - float((vector[marked] ** 2).sum())) < 1e-7
    elif goal == "best":
        assert got == [format(x, "04b") for x in range(16) if np.isclose(vector[x] ** 2, max(vector**2))], got
    else:
        assert isinstance(got, QuantumCircuit if goal == "circuit" else Statevector)
        got = Statevector(got)
        full = np.zeros(2**got.num_qubits)
        full[:16] = vector
        assert got.equiv(Statevector(full), atol=1e-7, rtol=0)
""",
        source=source, goal=goal, order=order, formula=formula, iterations=iterations,
    )  # fmt: skip
    info = [name for name in ("Operator", "Statevector") if f"{name}(" in body or out == name]
    head = ["import math\n"] if "math." in body else []
    head += ["import numpy as np"] if "np." in body else []
    head += ["from qiskit import QuantumCircuit", f"from qiskit.circuit.library import {extra}"]
    head += [f"from qiskit.quantum_info import {', '.join(info)}"] if info else []
    return Instance(
        "formula_search", asks, "\n".join(head), f"({given}) -> {out}", body, test,
        {"formula": formula, "order": order, "source": source, "goal": goal, "iterations": iterations},
    )  # fmt: skip
