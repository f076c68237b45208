"""Phase oracles of Boolean formulas, with the variables in a stated order."""

from random import Random

from qspark.data.families._boolean import TABLE, expression_of
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import call, fill


@family(
    "boolean_oracles",
    "intermediate",
    oracle="unitary",
    skills=("phase-oracles", "variable-order"),
    why="Without var_order the variables are numbered as they appear in the expression.",
    tolerance=1e-8,
)
def phase_oracle_of_expression(rng: Random) -> Instance:
    """PhaseOracleGate with an expression and an order of variables, used in several ways."""
    names = rng.choice(
        [
            ["a", "b", "c"],
            ["x0", "x1", "x2"],
            ["p", "q", "r"],
            ["a", "b", "c", "d"],
            ["u", "v", "w", "x"],
        ]
    )
    order = rng.sample(names, len(names))
    n = len(names)
    formula = expression_of(rng, names)
    made = call("PhaseOracleGate", f'"{formula}"', f"var_order={order}".replace("'", '"'))
    kind = rng.choice(
        ["gate", "circuit", "register", "spread", "controlled", "signs", "solutions", "given"]
    )
    spots = rng.sample(range(n + 2), n)
    told = (
        f"f = {formula} (~ not, & and, | or, ^ exclusive or), variables in the order"
        f" {', '.join(order)}"
    )
    given, imports = "", ["from qiskit import QuantumCircuit"]
    kinds = {
        "gate": (
            f"return {made}", f"Return the {n}-qubit phase-oracle gate that multiplies by -1 where f is "
                              "true; variable k of the order sits on qubit k of the gate", "Gate",
        ),
        "circuit": (
            f"circuit = QuantumCircuit({n})\ncircuit.append({made}, circuit.qubits)\nreturn circuit",
            (f"Return a {n}-qubit circuit that multiplies by -1 where f is true; variable k of the order "
            "sits on qubit k"),
            "QuantumCircuit",
        ),
        "register": (
            "\n".join(f'{v} = QuantumRegister(1, "{v}")' for v in names)
            + f"\ncircuit = QuantumCircuit({', '.join(names)})\n"
            + f"circuit.append({made}, [{', '.join(f'*{v}' for v in order)}])\nreturn circuit",
            f"Return a circuit with the one-qubit registers {', '.join(names)} (in this order, named "
            "like the variables) that multiplies by -1 where f is true", "QuantumCircuit",
        ),
        "spread": (
            f"circuit = QuantumCircuit({n + 2})\ncircuit.append({made}, {spots})\nreturn circuit",
            f"Return a circuit on {n + 2} qubits that multiplies by -1 where f is true; the variables "
            f"{', '.join(order)} sit on the qubits {', '.join(map(str, spots))}, and the two other "
            "qubits are untouched", "QuantumCircuit",
        ),
        "controlled": (
            (f"circuit = QuantumCircuit({n + 1})\ncircuit.append({made}.control(1), [{n}, "
            f"*range({n})])\nreturn circuit"),
            f"Return a circuit on {n + 1} qubits that multiplies by -1 where f is true and the control "
            f"qubit {n} is 1; variable k of the order sits on qubit k", "QuantumCircuit",
        ),
        "signs": (
            f"oracle = {made}\nreturn [round(value) for value in Operator(oracle).data.diagonal().real]",
            "Return the diagonal of the phase oracle as a list of the integers 1 and -1 (-1 where f is "
            "true), indexed by the integer whose bit k is variable k of the order", "list[int]",
        ),
        "solutions": (
            f"signs = Operator({made}).data.diagonal().real\n"
            f'return [format(x, "0{n}b") for x, sign in enumerate(signs) if round(sign) == -1]',
            "Return the satisfying assignments as bit strings in ascending order, with variable k of "
            "the order as bit k from the right (read them off the phase oracle)", "list[str]",
        ),
        "given": (
            "oracle = PhaseOracleGate(expression, var_order=variables)\ncircuit = "
            "QuantumCircuit(len(variables))\ncircuit.h(circuit.qubits)\ncircuit.append(oracle, "
            "circuit.qubits)\nreturn Statevector(circuit)",
            "For any such `expression` and list `variables` return the Statevector of the uniform "
            "superposition in which the satisfying assignments have a minus sign; variables[k] is "
            f"qubit k. An example is the expression {formula}",
            "Statevector",
        ),
    }  # fmt: skip
    body, wants, out = kinds[kind]
    if kind == "given":
        given, told = (
            "expression: str, variables: list[str]",
            "Boolean expressions with ~, &, | and ^",
        )
        imports.append("from qiskit.circuit.library import PhaseOracleGate")
        imports.append("from qiskit.quantum_info import Statevector")
    elif kind in ("signs", "solutions"):
        imports = [
            "from qiskit.circuit.library import PhaseOracleGate",
            "from qiskit.quantum_info import Operator",
        ]
    else:
        imports = ["from qiskit import QuantumCircuit"]
        if kind == "register":
            imports = ["from qiskit import QuantumCircuit, QuantumRegister"]
        if kind == "gate":
            imports = ["from qiskit.circuit import Gate"]
        imports.append("from qiskit.circuit.library import PhaseOracleGate")
    asks = (
        f"Phase oracle for {told}. {wants}.",
        f"{wants}. Function: {told}.",
        f"I have the Boolean condition {told}. {wants}.",
        f"From a formula to a phase oracle in Qiskit: {told}. {wants}.",
    )
    test = fill(
        """
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import Gate
from qiskit.quantum_info import Statevector
$table
rng = np.random.default_rng(np.random.randint(2**31))
kind, names, order, n = "$kind", $names, $order, $n
def value(formula, bits):
    return bool(eval(formula, {}, dict(bits)) & 1)
def f(x):
    return value("$formula", {name: x >> k & 1 for k, name in enumerate(order)})
if kind == "given":
    for formula, names in (("$formula", order), ("(s & ~t) | (u & t)", ["t", "u", "s"])):
        size = 2 ** len(names)
        signs = [-1 if value(formula, {m: x >> k & 1 for k, m in enumerate(names)}) \
else 1 for x in range(size)]
        assert candidate(formula, names).equiv(Statevector(np.array(signs) / np.sqrt(size)), \
atol=1e-8, rtol=0)
else:
    got = candidate()
    if kind == "signs":
        assert list(got) == [-1 if f(x) else 1 for x in range(2**n)], got
    elif kind == "solutions":
        assert got == [format(x, f"0{n}b") for x in range(2**n) if f(x)], got
    else:
        if kind == "gate":
            assert isinstance(got, Gate) and got.num_qubits == n
            gate, got = got, QuantumCircuit(n)
            got.append(gate, range(n))
        assert isinstance(got, QuantumCircuit)
        spots = list(range(n))
        if kind == "register":
            assert [r.name for r in got.qregs] == names
            spots = [names.index(name) for name in order]
        elif kind == "spread":
            spots = $spots
        assert got.num_qubits == n + {"spread": 2, "controlled": 1}.get(kind, 0)
        def sign_of(x):
            inner = sum((x >> spot & 1) << k for k, spot in enumerate(spots))
            return -1 if f(inner) and (kind != "controlled" or x >> n & 1) else 1
        check_phase(got, sign_of, rng)
""",
        table=TABLE, kind=kind, names=names, order=order, n=n, formula=formula, spots=spots,
    )  # fmt: skip
    return Instance(
        "formula_phase", asks, "\n".join(imports), f"({given}) -> {out}", body, test,
        {"formula": formula, "order": order, "kind": kind},
    )  # fmt: skip
