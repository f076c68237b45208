"""Product formulas: spin chains, and how far a formula is from the exact evolution."""

from random import Random

from qspark.data.families._trotter import FORMULAS, OWN, asks
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import sorted_imports


def _chain(rng: Random) -> tuple[list[tuple[str, float]], tuple[str, float] | None, bool, str]:
    """Terms of a bond, the field, whether it is a ring, and words for it all."""
    j, k, m = (rng.randint(2, 19) / 10 * rng.choice([1, -1]) for _ in range(3))
    bond: list[tuple[str, float]] = rng.choice([
        [("ZZ", j)], [("XX", j), ("YY", j), ("ZZ", k)], [("XX", j), ("YY", k)],
        [("XX", j), ("YY", j), ("ZZ", j)], [("XY", j), ("YX", -j)], [("XZ", j)],
        [("ZZ", j), ("XX", k)], [("XX", j), ("YY", k), ("ZZ", m)],
    ])  # fmt: skip
    letters = {char for term, _ in bond for char in term}
    field = rng.choice([letter for letter in "XYZ" if letters != {letter}])
    ring = rng.random() < 0.5
    words = " + ".join(f"({value}) {term[0]}_a {term[1]}_b" for term, value in bond)
    text = f"H is the sum over the bonds (a, b) of {words}, plus {m} times the sum of {field}_q. "
    text += (
        "The bonds are (q, q+1) for q = 0, 1, ..., n-2"
        + (", then (n-1, 0) (a ring, n of 3 or more)." if ring else " (an open chain).")
    )  # fmt: skip
    return bond, (field, m), ring, text


def _terms(bond: list[tuple[str, float]], field: tuple[str, float], ring: bool) -> str:
    inner = ", ".join(f'("{term}", [a, b], {value})' for term, value in bond)
    loop = (
        "for a in range(n):\n    b = (a + 1) % n\n"
        if ring
        else "for b in range(1, n):\n    a = b - 1\n"
    )
    return (
        f"terms = []\n{loop}    terms += [{inner}]\n"
        f'terms += [("{field[0]}", [q], {field[1]}) for q in range(n)]\n'
    )


@family(
    "trotter",
    "advanced",
    oracle="unitary",
    skills=("product-formulas", "pauli-order"),
    why="Operator(PauliEvolutionGate) is the exact exponential: the formula appears when it is expanded.",
    tolerance=1e-8,
)
def chain_evolution(rng: Random) -> Instance:
    """The evolution of a spin chain by a product formula, expanded into gates."""
    bond, field, ring, words = _chain(rng)
    assert field is not None
    formula = rng.choice(list(FORMULAS))
    kind_of = rng.choice(["sparse", "sparse", "observable", "gates"])
    if kind_of == "gates" and (formula == "fourth" or any(t[0] != t[1] for t, _ in bond)):
        kind_of = "sparse"
    reps = rng.choice(["reps", "1", "2", "3"])
    expand = rng.choice(["decompose", "synthesize", "definition", "transpile"])
    shape = rng.choice(["circuit", "circuit", "operator", "state", "mean", "free"])
    synthesis, own, said = FORMULAS[formula]
    synthesis = synthesis.replace("REPS", f"reps={reps}").replace("(, ", "(")
    imports = ["from qiskit import QuantumCircuit"] if kind_of == "gates" else []
    info: list[str] = []
    site = rng.choice("XYZ")
    arguments = "n: int, time: float" + (", reps: int" if reps == "reps" else "")
    time = "time"
    if shape == "free":
        arguments = arguments.replace(", time: float", "")
        time = 't = Parameter("t")\n'
        imports.append("from qiskit.circuit import Parameter")
    if kind_of == "gates":
        a, b = ("a, (a + 1) % n", "range(n)") if ring else ("a, a + 1", "range(n - 1)")
        step = f"step = {'2 * ' if formula == 'lie' else ''}TIME / {reps}\n"
        if formula == "lie" and reps == "1":
            step = "step = 2 * TIME\n"
        elif reps == "1":
            step = "step = TIME\n"
        gates = [f"r{t.lower()}({v} * step, {a})" for t, v in bond]
        single = f"r{field[0].lower()}({field[1]} * step, q)"
        forward = f"for a in {b}:\n" + "".join(f"    part.{g}\n" for g in gates)
        forward += f"for q in range(n):\n    part.{single}\n"
        body = step + "part = QuantumCircuit(n)\n" + forward
        if formula == "strang":
            body += f"for q in reversed(range(n)):\n    part.{single}\nfor a in reversed({b}):\n"
            body += "".join(f"    part.{g}\n" for g in reversed(gates))
        body += "qc = part\n" if reps == "1" else f"qc = part.repeat({reps}).decompose()\n"
    else:
        tool = "SparsePauliOp" if kind_of == "sparse" else "SparseObservable"
        info.append(tool)
        imports.append("from qiskit.circuit.library import PauliEvolutionGate")
        imports.append(f"from qiskit.synthesis import {synthesis.partition('(')[0]}")
        body = _terms(bond, field, ring)
        body += f"hamiltonian = {tool}.from_sparse_list(terms, num_qubits=n)\n"
        if expand in ("decompose", "transpile"):
            imports.append("from qiskit import QuantumCircuit")
            body += (
                f"gate = PauliEvolutionGate(hamiltonian, time=TIME, synthesis={synthesis})\n"
                "qc = QuantumCircuit(n)\nqc.append(gate, range(n))\n"
            )
            if expand == "decompose":
                body += "qc = qc.decompose()\n"
            else:
                imports.append("from qiskit import transpile")
                body += 'qc = transpile(qc, basis_gates=["cx", "rz", "sx", "x"], optimization_level=1)\n'
        elif expand == "synthesize":
            body += f"gate = PauliEvolutionGate(hamiltonian, time=TIME)\nqc = {synthesis}.synthesize(gate)\n"
        else:
            body += (
                f"gate = PauliEvolutionGate(hamiltonian, time=TIME, synthesis={synthesis})\n"
                "qc = gate.definition\n"
            )
    if shape == "free":
        body = time + body.replace("TIME", "t")
    body = body.replace("TIME", "time")
    label = rng.choice(["+", "r", "0+", "r1", "+r0"])
    ending, kind, returns, read = {
        "circuit": ("return qc\n", "QuantumCircuit",
                    "Return the circuit, expanded into standard gates (no PauliEvolutionGate in it).",
                    "Operator(got)"),
        "free": ("return qc\n", "QuantumCircuit",
                 "The time is the circuit's only parameter and its name is `t`. Return the circuit, "
                 "expanded into standard gates (no PauliEvolutionGate in it).",
                 "Operator(got.assign_parameters({'t': t}))"),
        "operator": ("return Operator(qc)\n", "Operator", "Return the `Operator` of the formula.",
                     "Operator(got.data)"),
        "state": (
            f'start = Statevector.from_label("{label}" + "0" * (n - {len(label)}))\n'
            "return start.evolve(qc)\n", "Statevector",
            f"Return the `Statevector` that the formula makes of the product state with the label "
            f'"{label}" on the highest qubits (in Qiskit\'s order) and 0 on all others.', ""),
        "mean": (
            f'start = Statevector.from_label("{label}" + "0" * (n - {len(label)}))\n'
            f'return float(start.evolve(qc).expectation_value(Pauli("{site}"), [1]).real)\n', "float",
            f"Start in the product state with the label \"{label}\" on the highest qubits (in Qiskit's "
            f"order) and 0 on all others, and return the mean of {site} on qubit 1 at the end (a float).",
            ""),
    }[shape]  # fmt: skip
    body += ending
    info += {
        "operator": ["Operator"],
        "state": ["Statevector"],
        "mean": ["Pauli", "Statevector"],
    }.get(shape, [])
    if info:
        imports.append(f"from qiskit.quantum_info import {', '.join(sorted(info))}")
    if "QuantumCircuit" in kind and "from qiskit import QuantumCircuit" not in imports:
        imports.append("from qiskit import QuantumCircuit")
    start = f"Statevector.from_label('{label}' + '0' * (n - {len(label)})).data"
    check = f"assert Operator(want).equiv({read}, atol=1e-8, rtol=0)"
    if shape == "state":
        check = f"assert abs(np.vdot(want @ {start}, got.data)) > 1 - 1e-8"
    elif shape == "mean":
        check = (
            f"state = want @ {start}\n"
            f"    assert abs(got - np.vdot(state, dense('{site}', [1], n) @ state).real) < 1e-8"
        )
    elif kind == "QuantumCircuit":
        check = f"assert 'PauliEvolution' not in got.count_ops()\n    {check}"
        if shape == "free":
            check = f"assert [p.name for p in got.parameters] == ['t']\n    {check}"
    many = (
        "`reps` equal steps" if reps == "reps" else f"{reps} equal step{'s' if reps != '1' else ''}"
    )
    return Instance(
        entry_point=rng.choice(["evolve_chain", "trotterised_chain", "spin_chain"]),
        signature=f"({arguments}) -> {kind}",
        asks=asks(
            (
                "Time evolution of a spin chain with a product formula.",
                "Implement this evolution.",
                "Trotterise the following chain:",
                "Simulate exp(-iHt) for a chain of n spins.",
            ),
            [
                words,
                f"Order of the terms: bond by bond, in a bond as written "
                f"({', '.join(t for t, _ in bond)}), then the {field[0]} terms from qubit 0 to n-1.",
                f"Approximate exp(-iHt){', t = `time`,' if shape != 'free' else ''} by {many} of {said}.",
                returns,
            ],
        ),
        imports=sorted_imports(imports),
        body=body,
        test=OWN.strip()
        + f"""
for n, t in ((3, 0.7), (4, 0.45)):
    {_terms(bond, field, ring).strip().replace(chr(10), chr(10) + "    ")}
    parts = [c * dense(letters, list(qubits), n) for letters, qubits, c in terms]
    want = steps({own}, parts, t, {2 if reps == "reps" else reps})
    got = candidate(n{", t" if shape != "free" else ""}{", 2" if reps == "reps" else ""})
    {check}
""",
        params={"formula": formula, "reps": reps, "way": kind_of, "shape": shape},
    )
