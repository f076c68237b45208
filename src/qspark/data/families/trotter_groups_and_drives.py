"""Product formulas: commuting groups and driven Hamiltonians."""

from random import Random

from qspark.data.families._trotter import DENSE, OWN, asks
from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.wording import indented, sorted_imports


@family(
    "trotter",
    "advanced",
    oracle="unitary",
    skills=("commutation", "product-formulas"),
    why="Terms of a commuting group are exponentiated without error, so only the groups' order matters.",
    tolerance=1e-8,
)
def commuting_groups(rng: Random) -> Instance:
    """Hamiltonian terms in commuting groups, and the evolution group by group."""
    wise = rng.random() < 0.5
    how = rng.choice(["library", "library", "greedy"])
    ask = rng.choice(["circuit", "circuit", "symmetric", "groups", "weights", "sizes", "operator"])
    reps = rng.choice([1, 2, 3])
    relation = "qubit by qubit" if wise else "as operators"
    if how == "library":
        split = f"groups = hamiltonian.group_commuting({'qubit_wise=True' if wise else ''})\n"
        rule = f"Split the terms into groups within which all terms commute {relation}."
    else:
        test = (
            "Pauli(pauli).commutes(other)" if not wise
            else "not ((pauli.x & other.z ^ pauli.z & other.x).any())"
        )  # fmt: skip
        split = (
            "piles = []\nfor index, pauli in enumerate(hamiltonian.paulis):\n    for pile in piles:\n"
            f"        if all({test.replace('other', 'hamiltonian.paulis[k]')} for k in pile):\n"
            "            pile.append(index)\n            break\n"
            "    else:\n        piles.append([index])\n"
            "groups = [hamiltonian[pile] for pile in piles]\n"
        )
        rule = (
            "Go through the terms in order and put each into the first existing group all of whose terms "
            f"it commutes with {relation}; if there is none, it opens a new group at the end."
        )
    key = rng.choice(["given", "weight", "size", "reverse"])
    order, ordered = {
        "given": ("", "Keep the groups in the order in which they arise."),
        "weight": (
            "groups.sort(key=lambda group: np.abs(group.coeffs).sum(), reverse=True)\n",
            "Sort the groups by the sum of the absolute values of their coefficients, largest first."),
        "size": (
            "groups.sort(key=lambda group: (group.size, float(np.abs(group.coeffs).sum())))\n",
            "Sort the groups by their number of terms, smallest first, and at equal numbers by the sum "
            "of the absolute values of the coefficients, smallest first."),
        "reverse": (
            "groups.sort(key=lambda group: np.abs(group.coeffs).max())\n",
            "Sort the groups by the largest absolute value among their coefficients, smallest first."),
    }[key]  # fmt: skip
    if key == "given" and how == "library" and ask not in ("groups", "weights", "sizes"):
        key = "weight"
        order, ordered = (
            "groups.sort(key=lambda group: np.abs(group.coeffs).sum(), reverse=True)\n",
            "Sort the groups by the sum of the absolute values of their coefficients, largest first.",
        )
    body = split + order
    imports = ["from qiskit.quantum_info import SparsePauliOp"]
    arguments = "hamiltonian: SparsePauliOp"
    if "Pauli(" in split:
        body = body.replace("Pauli(pauli).commutes", "pauli.commutes")
    if wise and how == "greedy":
        # Two Paulis commute on a qubit where one is the identity or both are the same.
        body = body.replace(
            "not ((pauli.x & hamiltonian.paulis[k].z ^ pauli.z & hamiltonian.paulis[k].x).any())",
            "len(PauliList([pauli, hamiltonian.paulis[k]]).group_qubit_wise_commuting()) == 1",
        )
        imports.append("from qiskit.quantum_info import PauliList")
    step = {
        "plain": "for group in groups:\n    gate = PauliEvolutionGate(group, TIME)\n"
        "    qc.compose(LieTrotter().synthesize(gate), inplace=True)\n",
        "exact": "for group in groups:\n    gate = PauliEvolutionGate(group, TIME, "
        "synthesis=MatrixExponential())\n    qc.compose(gate.definition, inplace=True)\n",
        "append": "for group in groups:\n    gate = PauliEvolutionGate(group, TIME)\n"
        "    qc.append(gate, range(gate.num_qubits))\n",
    }[rng.choice(["plain", "exact", "append"])]  # fmt: skip
    if ask in ("circuit", "symmetric", "operator"):
        arguments += ", time: float"
        imports.append("from qiskit.circuit.library import PauliEvolutionGate")
        for name in ("LieTrotter", "MatrixExponential"):
            if name in step:
                imports.append(f"from qiskit.synthesis import {name}")
        many = "" if reps == 1 else f" Repeat all this {reps} times with t / {reps} instead of t."
        if ask == "symmetric":
            step = step.replace("for group in groups:", "for group in groups + groups[::-1]:")
            part = f"time / {2 * reps}"
            rule_of = "first with t/2 in the sorted order, then with t/2 in the opposite order"
        else:
            part = f"time / {reps}" if reps > 1 else "time"
            rule_of = "in this order, the first group acting first"
        step = step.replace("TIME", part)
        if reps > 1:
            step = f"for _ in range({reps}):\n" + indented(step)
        imports.append("from qiskit import QuantumCircuit")
        body += "qc = QuantumCircuit(hamiltonian.num_qubits)\n" + step
        kind = "QuantumCircuit"
        said = f"Apply the exact exp(-i t G) of every group G (t = `time`) {rule_of}.{many} "
        if ask == "operator":
            imports.append("from qiskit.quantum_info import Operator")
            body += "return Operator(qc)\n"
            kind = "Operator"
            said += "Return the `Operator` of the result."
        else:
            body += "return qc\n"
            said += "Return the circuit."
        formula = "strang" if ask == "symmetric" else "lie"
        check = f"""got = candidate(op, 0.7)
    assert isinstance(got, {kind})
    want = steps({formula}, [matrix(g) for g in groups], 0.7, {reps})
    assert Operator(got).equiv(Operator(want), atol=1e-8, rtol=0)"""
    else:
        ending, kind, said, check = {
            "groups": (
                "return groups\n", "list[SparsePauliOp]", "Return the list of the groups.",
                "assert [sorted(map(str, g.to_list())) for g in got] == "
                "[sorted(map(str, g.to_list())) for g in groups]"),
            "weights": (
                "return [float(np.abs(group.coeffs).sum()) for group in groups]\n", "list[float]",
                "Return for every group the sum of the absolute values of its coefficients.",
                "assert np.allclose(got, [abs(g.coeffs).sum() for g in groups], atol=1e-8)"),
            "sizes": (
                "return [group.size for group in groups]\n", "list[int]",
                "Return the number of terms of every group.",
                "assert list(got) == [len(g) for g in groups]"),
        }[ask]  # fmt: skip
        body += ending
        check = f"got = candidate(op)\n    {check}"
    if how == "library":
        rule += " Use Qiskit's own grouping method of the operator"
        rule += ", in its qubit-wise form." if wise else ", which is greedy and deterministic."
        own = f"groups = op.group_commuting(qubit_wise={wise})"
    else:
        commute = (
            "all(a == 'I' or b == 'I' or a == b for a, b in zip(one, two))" if wise
            else "sum(a != 'I' and b != 'I' and a != b for a, b in zip(one, two)) % 2 == 0"
        )  # fmt: skip
        own = f"""piles = []
    for i, one in enumerate(labels):
        home = [p for p in piles if all({commute} for two in [labels[k] for k in p])]
        (home[0] if home else piles.append([]) or piles[-1]).append(i)
    groups = [op[p] for p in piles]"""
    own_key = {
        "given": "", "weight": "\n    groups.sort(key=lambda g: -abs(g.coeffs).sum())",
        "size": "\n    groups.sort(key=lambda g: (len(g), abs(g.coeffs).sum()))",
        "reverse": "\n    groups.sort(key=lambda g: max(abs(g.coeffs)))",
    }[key]  # fmt: skip
    if "np." in body:
        imports.append("import numpy as np")
    return Instance(
        entry_point=rng.choice(["grouped_evolution", "commuting_parts", "by_groups"]),
        signature=f"({arguments}) -> {kind}",
        asks=asks(
            (
                "Sort the terms of a Hamiltonian into commuting groups.",
                "Implement it with quantum_info.",
                "Commuting groups of a Hamiltonian:",
                "Terms that commute can be treated together.",
            ),
            ["`hamiltonian` has real coefficients.", rule, ordered, said],
        ),
        imports=sorted_imports(imports),
        body=body,
        test=OWN.strip()
        + DENSE.rstrip()
        + f"""
for labels in (
    ["XXI", "IZZ", "YYI", "ZZI", "IIX", "ZIZ", "IYY"], ["XX", "ZI", "IX", "YY", "ZZ", "XZ"],
    ["IIZ", "XXX", "ZZI", "XIX", "IZY", "YYI"],
):
    op = SparsePauliOp(labels, rng.uniform(0.2, 1.1, len(labels)) * rng.choice([-1, 1], len(labels)))
    {own}{own_key}
    {check}
""",
        params={"qubit_wise": wise, "how": how, "ask": ask, "order": key, "reps": reps},
    )


_PULSES = {
    "sine": ("np.sin({a} * MOMENT)", "sin({a} s)"),
    "cosine": ("np.cos({a} * MOMENT)", "cos({a} s)"),
    "ramp": ("MOMENT / time", "s / T"),
    "fall": ("1 - MOMENT / time", "1 - s / T"),
    "square": ("(MOMENT / time) ** 2", "(s / T)^2"),
    "smooth": ("np.sin(np.pi * MOMENT / (2 * time)) ** 2", "sin(pi s / (2 T))^2"),
    "gauss": ("np.exp(-((MOMENT - {b}) ** 2))", "exp(-(s - {b})^2)"),
    "decay": ("np.exp(-{a} * MOMENT)", "exp(-{a} s)"),
    "lorentz": ("1 / (1 + {a} * MOMENT**2)", "1 / (1 + {a} s^2)"),
}


@family(
    "trotter",
    "advanced",
    oracle="unitary",
    skills=("time-dependence", "product-formulas"),
    why="In step k the Hamiltonian is frozen at one moment of the step, and later steps act later.",
    tolerance=1e-8,
)
def driven_evolution(rng: Random) -> Instance:
    """Evolution under A + f(s) B in steps with a frozen Hamiltonian."""
    pulse = rng.choice(list(_PULSES))
    a, b = rng.choice([0.7, 1.3, 1.7, 2.1, 2.6]), rng.choice([0.3, 0.5, 0.6, 0.8])
    code, words = (text.format(a=a, b=b) for text in _PULSES[pulse])
    moment = rng.choice(["midpoint", "left", "right"])
    shift = {"midpoint": "(k + 0.5) * step", "left": "k * step", "right": "(k + 1) * step"}[moment]
    where = {"midpoint": "the middle", "left": "the beginning", "right": "the end"}[moment]
    split = rng.choice(["exact", "lie", "strang", "kick"])
    both = rng.random() < 0.5
    count = rng.choice(["steps", "3", "4", "5"])
    shape = rng.choice(["circuit", "circuit", "operator", "state", "chance"])
    head = f"step = time / {count}\n"
    weight = "weight = " + code.replace("MOMENT", f"({shift})") + "\n"
    imports = [
        "from qiskit import QuantumCircuit", "from qiskit.circuit.library import PauliEvolutionGate",
        "from qiskit.quantum_info import SparsePauliOp",
    ]  # fmt: skip
    if rng.random() < 0.5:
        weight = f"moment = {shift}\nweight = {code.replace('MOMENT', 'moment')}\n"
    one = "(1 - weight) * " if both else ""
    gate = "PauliEvolutionGate(OP, TIME)"
    parts = {
        "exact": [(f"{one}static + weight * driven", "step", "mat")],
        "lie": [(f"{one}static", "step", ""), ("weight * driven", "step", "")],
        "strang": [(f"{one}static", "step / 2", ""), ("weight * driven", "step", ""),
                   (f"{one}static", "step / 2", "")],
        "kick": [("driven", "weight * step", ""), (f"{one}static", "step", "")],
    }[split]  # fmt: skip
    loop = weight
    for operator, time, extra in parts:
        made = gate.replace("OP", operator).replace("TIME", time)
        if extra:
            made = made.replace(f", {time})", f", {time}, synthesis=MatrixExponential())")
        loop += f"qc.append({made}, range(qc.num_qubits))\n"
    if split == "exact":
        imports.append("from qiskit.synthesis import MatrixExponential")
    body = head + "qc = QuantumCircuit(static.num_qubits)\n" + f"for k in range({count}):\n"
    body += indented(loop)
    if "np." in body:
        imports.append("import numpy as np")
    mix = "(1 - f(s)) A + f(s) B" if both else "A + f(s) B"
    rule = {
        "exact": f"exp(-i d ({mix}))",
        "lie": f"exp(-i d {'(1 - f) ' if both else ''}A) first, then exp(-i d f B)",
        "strang": f"exp(-i d/2 {'(1 - f) ' if both else ''}A), then exp(-i d f B), then the first again",
        "kick": f"exp(-i d f B) first, then exp(-i d {'(1 - f) ' if both else ''}A)",
    }[split]  # fmt: skip
    label = rng.choice(["0+", "r1", "+0", "1r"])
    ending, kind, said, check = {
        "circuit": ("return qc\n", "QuantumCircuit", "Return the circuit of the whole evolution.",
                    "Operator(got).equiv(Operator(u), atol=1e-8, rtol=0)"),
        "operator": ("return Operator(qc)\n", "Operator", "Return the `Operator` of the whole evolution.",
                     "Operator(got).equiv(Operator(u), atol=1e-8, rtol=0)"),
        "state": ("return Statevector(qc)\n", "Statevector",
                  "Return the `Statevector` at the end for the start |0...0>.",
                  "abs(np.vdot(u[:, 0], got.data)) > 1 - 1e-8"),
        "chance": (
            f'start = Statevector.from_label("{label}")\n'
            "return abs(start.inner(start.evolve(qc))) ** 2\n", "float",
            f"For two qubits: start in the label state |{label}> (Qiskit's order) and return the "
            "probability to find the start again at the end, as a float.",
            f"abs(got - abs(np.vdot(Statevector.from_label('{label}').data, "
            f"u @ Statevector.from_label('{label}').data)) ** 2) < 1e-8"),
    }[shape]  # fmt: skip
    body += ending
    if shape == "operator":
        imports.append("from qiskit.quantum_info import Operator")
    elif shape != "circuit":
        imports.append("from qiskit.quantum_info import Statevector")
    if shape != "circuit":
        # A state evolves by gates, not by the matrix of a gate with several terms.
        body = body.replace("Operator(qc)", "Operator(qc.decompose())")
        body = body.replace("Statevector(qc)", "Statevector(qc.decompose())")
    more = ", steps: int" if count == "steps" else ""
    own = {
        "exact": "expm(-1j * d * (PRE * a + f * b))",
        "lie": "expm(-1j * d * f * b) @ expm(-1j * d * PRE * a)",
        "strang": "expm(-0.5j * d * PRE * a) @ expm(-1j * d * f * b) @ expm(-0.5j * d * PRE * a)",
        "kick": "expm(-1j * d * PRE * a) @ expm(-1j * d * f * b)",
    }[split].replace("PRE", "(1 - f)" if both else "1")  # fmt: skip
    inner = shift.replace("step", "d")
    return Instance(
        entry_point=rng.choice(["driven", "time_dependent", "evolve_driven"]),
        signature=f"(static: SparsePauliOp, driven: SparsePauliOp, time: float{more}) -> {kind}",
        asks=asks(
            (
                "Evolve under a time-dependent Hamiltonian.",
                "Write the simulation.",
                f"Driven system with f(s) = {words}:",
                "My Hamiltonian changes in time; freeze it step by step.",
            ),
            [
                f"H(s) = {mix} with A = `static`, B = `driven` (the terms of each commute with one another) "
                f"and f(s) = {words}, for s from 0 to T = `time`.",
                f"Use {'`steps`' if count == 'steps' else count} steps of the length d = T / "
                f"{'`steps`' if count == 'steps' else count}, with f taken at {where} of the step.",
                f"One step is {rule}.",
                said,
            ],
        ),
        imports=sorted_imports(imports),
        body=body,
        test=OWN.strip()
        + DENSE.rstrip()
        + f"""
def random(labels):
    return SparsePauliOp(labels, rng.uniform(0.4, 1.2, len(labels)))
for n, one, two, time in ((2, ["ZZ", "IZ"], ["IX", "XI"], 0.9), (2, ["XZ"], ["ZI", "IY"], 1.4)):
    static, driven = random(one), random(two)
    a, b, r = matrix(static), matrix(driven), {"3" if count == "steps" else count}
    d, u = time / r, np.eye(2**n)
    for k in range(r):
        s = {inner}
        f = {code.replace("MOMENT", "s")}
        u = {own} @ u
    got = candidate(static, driven, time{", 3" if count == "steps" else ""})
    assert isinstance(got, {kind})
    assert {check}
""",
        params={"pulse": pulse, "moment": moment, "split": split, "shape": shape},
        wrong=(
            (Wrong("S17", body.replace("step / 2", "step")),)
            if split == "strang"
            else ()
        ),
    )  # fmt: skip
