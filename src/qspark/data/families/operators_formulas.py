"""Operators: layouts, product formulas and the operator Schmidt form."""

import re
from random import Random

from qspark.data.families.base import Instance, Wrong, angle, family, pauli
from qspark.data.families.operators import MATRICES
from qspark.data.families.paulis import crossing
from qspark.data.families.states import HELP


@family(
    "operators",
    "advanced",
    oracle="unitary",
    skills=("layout", "transpile"),
    why="Operator.from_circuit undoes the layout of a transpiled circuit, Operator(circuit) does not.",
    tolerance=1e-6,
)
def operator_after_transpile(rng: Random) -> Instance:
    """Transpile with a fixed layout and relate the two operators."""
    layout = rng.choice([[2, 0, 1], [1, 2, 0], [0, 2, 1], [1, 0, 2]])
    basis = rng.choice(
        [["rz", "sx", "x", "cx"], ["rz", "sx", "cz"], ["u", "cx"], ["rx", "rz", "cz"], ["u3", "cz"]]
    )
    edges, map_code, shape = rng.choice(
        [
            ([(0, 1), (1, 0), (1, 2), (2, 1)], "CouplingMap.from_line(3)",
             "the line 0-1-2, both directions"),
            ([(0, 2), (2, 1)], "CouplingMap([[0, 2], [2, 1]])", "the directed edges 0->2 and 2->1"),
            ([(1, 0), (2, 0)], "CouplingMap([[1, 0], [2, 0]])", "the directed edges 1->0 and 2->0"),
            ([(1, 2), (0, 1)], "CouplingMap([[1, 2], [0, 1]])", "the directed edges 1->2 and 0->1"),
        ]
    )  # fmt: skip
    level = rng.choice([0, 1])
    readers = [
        (
            "return compiled, Operator.from_circuit(compiled)",
            "the Operator of the compiled circuit in terms of the qubits of the original one",
            "assert isinstance(extra, Operator) and extra.equiv(want, atol=1e-6)\n"
            "    assert np.allclose(extra.data, Operator.from_circuit(compiled).data, atol=1e-8)",
        ),
        (
            "overlap = np.trace(Operator(circuit).adjoint().data @ "
            "Operator.from_circuit(compiled).data)\nreturn compiled, float(np.angle(overlap))",
            "the real phase p for which the compiled unitary (with the layout undone) is exp(i p) times "
            "the original one",
            "have = Operator.from_circuit(compiled).data\n"
            "    assert np.allclose(have, np.exp(1j * extra) * want.data, atol=1e-6)",
        ),
        (
            "return compiled, Operator.from_circuit(compiled, ignore_set_layout=True)",
            "the Operator of the compiled circuit in terms of the physical qubits, the layout being "
            "ignored",
            "assert np.allclose(extra.data, Operator(compiled).data, atol=1e-8)",
        ),
    ]
    read, words, check = rng.choice(readers)
    body = f"""
coupling = {map_code}
manager = generate_preset_pass_manager(
    optimization_level={level},
    coupling_map=coupling,
    basis_gates={basis},
    initial_layout={layout},
    seed_transpiler=11,
)
compiled = manager.run(circuit)
{read}
"""
    wrong = ()
    if "from_circuit(compiled)" in body:
        wrong = (
            Wrong("S26", body.replace("Operator.from_circuit(compiled)", "Operator(compiled)")),
        )
    return Instance(
        entry_point=rng.choice(["compile_and_compare", "compiled_operator"]),
        signature="(circuit: QuantumCircuit) -> tuple",
        asks=(
            f"Compile a three-qubit circuit for a device with {shape}, into the gates "
            f"{basis} with optimisation level {level} and the initial layout {layout} (virtual qubit k "
            f"sits on physical qubit layout[k]). Return the tuple (compiled circuit, x): x is {words}.",
            f"`circuit` has three qubits and no measurements. Run a preset pass manager of level {level}: "
            f"basis gates {basis}, connectivity: {shape}; initial_layout={layout}. The "
            f"answer is a pair: the compiled circuit and {words}.",
            f"Transpile to a device with three qubits and {shape}, basis "
            f"{basis}, initial layout {layout}, level {level}; give back the result together with {words}.",
        ),
        imports="import numpy as np\nfrom qiskit import QuantumCircuit\n"
        "from qiskit.quantum_info import Operator\nfrom qiskit.transpiler import CouplingMap, "
        "generate_preset_pass_manager",
        body=body,
        test=f"""{HELP}
from qiskit import QuantumCircuit
for turn in range(2):
    qc = QuantumCircuit(3, global_phase=0.3 + turn)
    for q in range(3):
        qc.ry(0.4 + 0.5 * q + turn, q)
    qc.cx(0, 1)
    qc.crz(0.9 + turn, 1, 2)
    qc.cry(0.7, 2, 0)
    want = Operator(qc)
    compiled, extra = candidate(qc)
    assert compiled.num_qubits == 3 and set(compiled.count_ops()) <= set({basis})
    assert compiled.layout.initial_index_layout() == {layout}
    for item in compiled.data:
        pair = tuple(compiled.find_bit(q).index for q in item.qubits)
        assert len(pair) == 1 or pair in {edges}
    assert Operator.from_circuit(compiled).equiv(want, atol=1e-6)
    {check}
""",
        params={"layout": layout, "basis": basis, "shape": shape, "words": words},
        wrong=wrong,
    )


@family(
    "operators",
    "advanced",
    oracle="value",
    skills=("trotter", "hamiltonian"),
    why="A product formula applies the exponentials of the terms one after the other, time / steps each.",
    tolerance=1e-7,
)
def product_formula_error(rng: Random) -> Instance:
    """The error of a product formula of a Pauli sum."""
    n = rng.choice([2, 3])
    labels = []
    while len(labels) < 3:
        label = pauli(rng, n, n)
        anti = all(
            sum(x != y and "I" not in (x, y) for x, y in zip(label, old, strict=True)) % 2
            for old in labels
        )
        if label not in labels and anti:
            labels.append(label)
    weights = [rng.randint(3, 14) / 10 * rng.choice([-1, 1]) for _ in labels]
    terms = ", ".join(f'("{x}", {w})' for x, w in zip(labels, weights, strict=True))
    order = rng.choice(["first", "second", "random"])
    step, told, oracle = {
        "first": (
            "for term in terms:\n    step = step.compose(Operator(expm(-1j * dt * term.to_matrix())))\n",
            "first-order formula (the exponentials in the order of the terms, the first term acting first)",
            "for a in h:\n            s = ex(a, dt) @ s",
        ),
        "second": (
            "for term in [*terms, *reversed(terms)]:\n"
            "    step = step.compose(Operator(expm(-0.5j * dt * term.to_matrix())))\n",
            "symmetric second-order formula (half a step of all terms in order, then half a step in "
            "reverse order)",
            "for a in h + h[::-1]:\n            s = ex(a, dt / 2) @ s",
        ),
        "random": (
            "for term in reversed(terms):\n"
            "    step = step.compose(Operator(expm(-1j * dt * term.to_matrix())))\n",
            "first-order formula in which the last term acts first and the first term last",
            "for a in h[::-1]:\n            s = ex(a, dt) @ s",
        ),
    }[order]
    seen = pauli(rng, n, n)
    while sum(crossing(seen, label) for label in labels) < 2:
        seen = pauli(rng, n, n)
    readers = [
        ("return product - exact",
         "the Operator that is the product formula minus the exact propagator", "u - v"),
        (         f'observable = SparsePauliOp("{seen}")\n'
         "approximate = start.evolve(product).expectation_value(observable)\n"
         "return float(np.real(approximate - start.evolve(exact).expectation_value(observable)))",
         f"the error of <{seen}> (approximate minus exact) at the end if the evolution starts in the "
         "Statevector `start`",
         f"(np.vdot(u @ k, word('{seen}') @ u @ k) - np.vdot(v @ k, word('{seen}') @ v @ k)).real"),
        (         "return start.evolve(exact).inner(start.evolve(product))",
         "the complex inner product <exact|approximate> of the final states that come from the "
         "Statevector `start`",
         "np.vdot(v @ k, u @ k)"),
        ("return product", "the Operator of the product formula for the whole time", "u"),
    ]  # fmt: skip
    read, words, want = rng.choice(readers)
    body = f"""
terms = list(SparsePauliOp.from_list([{terms}]))
exact = Operator(expm(-1j * time * sum(terms).to_matrix()))
dt = time / steps
step = Operator(np.eye({2**n}))
{step}product = step.power(steps)
{read}
"""
    if read == "return product":
        body = body.replace("exact = Operator(expm(-1j * time * sum(terms).to_matrix()))\n", "")
    used = ["Operator", "SparsePauliOp", "Statevector", "process_fidelity", "state_fidelity"]
    names = [x for x in used if f"{x}(" in body or f"{x}." in body]
    given, more = (", start: Statevector", ", Statevector(k)") if "start" in body else ("", "")
    if given:
        names.append("Statevector")
    sum_ = " + ".join(f"({w}) {x}" for x, w in zip(labels, weights, strict=True))
    return Instance(
        entry_point=rng.choice(["trotter_figure", "product_formula", "splitting_error"]),
        signature=f"(time: float, steps: int{given})",
        asks=(
            f"H = {sum_} (Pauli labels, qubit 0 on the right). Approximate exp(-i H time) with `steps` "
            f"equal steps of the {told} and return {words}.",
            f"Take the terms of H = {sum_} in the order in which they are written. Slice the time into "
            f"`steps` parts, use the {told}, and give {words}.",
            f"Study of Trotter errors: Hamiltonian {sum_}; method: {told}; number of slices: `steps`. "
            f"Result: {words}.",
        ),
        imports="import numpy as np\nfrom scipy.linalg import expm\n"
        f"from qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{HELP}
def ex(a, t):
    w, q = np.linalg.eigh(a)
    return (q * np.exp(-1j * t * w)) @ q.conj().T
k = pure({n})
h = [w * word(x) for x, w in [{terms}]]
for t, count in ((0.9, 1), (1.3, 3), (0.6, 2)):
        dt, s = t / count, np.eye({2**n})
        {oracle}
        u, v = np.linalg.matrix_power(s, count), ex(sum(h), t)
        got = candidate(t, count{more})
        {"assert isinstance(got, Operator)" if words.startswith("the Operator") else "pass"}
        assert np.allclose(np.asarray(got), {want}, atol=1e-7)
""",
        params={"terms": sum_, "order": order, "words": words},
    )


@family(
    "operators",
    "advanced",
    oracle="value",
    skills=("operator-schmidt", "entangling-power"),
    why="Realigning the matrix of a gate turns its operator Schmidt decomposition into an SVD.",
    tolerance=1e-7,
)
def operator_schmidt_form(rng: Random) -> Instance:
    """The operator Schmidt coefficients of a two-qubit gate and what follows from them."""
    t = angle(rng)
    pre, told, oracle = rng.choice(
        [
            ("", "", ""),
            (f"op = op.compose(RXXGate({t}))\n", f" followed by RXX({t})",
             f"m = library.RXXGate({t}).to_matrix() @ m"),
            (f"op = op.compose(CPhaseGate({t}), front=True)\n", f" preceded by a CPhase({t}) gate",
             f"m = m @ library.CPhaseGate({t}).to_matrix()"),
            ("op = op.compose(SwapGate())\n", " followed by a SWAP", "m = m[[0, 2, 1, 3]]"),
            ("op = op.power(2)\n", " applied twice", "m = m @ m"),
            ("op = op.compose(ISwapGate())\n", " followed by an iSWAP",
             "m = library.iSwapGate().to_matrix() @ m"),
        ]
    )  # fmt: skip
    pre = pre.replace("ISwapGate", "iSwapGate")
    base = rng.choice([2, 4, 3])
    readers = [
        (
            "return values",
            "the array of its operator Schmidt coefficients in descending order",
            "s",
        ),
        (
            "return float(1 - np.sum(values**4))",
            "its operator entanglement 1 - sum of the fourth powers of the coefficients",
            "1 - (s**4).sum()",
        ),
        (
            f"return shannon_entropy(values**2, base={base})",
            f"the Shannon entropy of the squared coefficients with logarithms to base {base}",
            f"-sum(x * np.log(x) for x in s**2 if x > 1e-15) / np.log({base})",
        ),
        ("return float(values[-1])", "the smallest of its operator Schmidt coefficients", "s[-1]"),
        (
            "return float(np.sum(values) ** 2)",
            "the square of the sum of the coefficients",
            "s.sum() ** 2",
        ),
        ("return float(values[0] ** 2)", "the largest squared coefficient", "s[0] ** 2"),
    ]
    if rng.random() < 0.3:
        code = """
def entanglement(gate):
    tensor = gate.data.reshape(2, 2, 2, 2).transpose((0, 2, 1, 3)).reshape(4, 4)
    values = np.linalg.svd(tensor, compute_uv=False) / 2
    return 1 - np.sum(values**4)

swapped = op.compose(SwapGate())
"""
        read = "return float((entanglement(op) + entanglement(swapped) - 0.75) * 4 / 9)"
        words = (
            "its entangling power (4/9) [E(U) + E(S U) - E(S)], where E(U) = 1 - sum of the fourth powers "
            "of the operator Schmidt coefficients, S is the SWAP and E(S) = 3/4"
        )
        want = "4 / 9 * (1 - (s**4).sum() + 1 - (schmidt(m[[0, 2, 1, 3]]) ** 4).sum() - 0.75)"
    else:
        code = """
tensor = op.data.reshape(2, 2, 2, 2).transpose((0, 2, 1, 3)).reshape(4, 4)
values = np.linalg.svd(tensor, compute_uv=False) / 2
"""
        read, words, want = rng.choice(readers)
    body = f"{pre}{code.strip(chr(10))}\n{read}\n"
    gates = [
        g
        for g in ("CPhaseGate", "RXXGate", "SwapGate", "iSwapGate")
        if re.search(rf"\b{g}\(", body)
    ]
    imports = ["import numpy as np"]
    imports += [f"from qiskit.circuit.library import {', '.join(gates)}"] if gates else []
    more = ", shannon_entropy" if "shannon" in body else ""
    imports.append(f"from qiskit.quantum_info import Operator{more}")
    return Instance(
        entry_point=rng.choice(["nonlocal_content", "gate_nonlocality", "schmidt_of_gate"]),
        signature="(op: Operator)",
        asks=(
            f"`op` is a two-qubit unitary Operator. Take it{told} and return {words}. The squares of the "
            "operator Schmidt coefficients (qubit 1 against qubit 0) add up to one.",
            f"How nonlocal is a two-qubit gate? For the unitary Operator `op`{told} I want {words}; "
            "coefficients are normalised so that their squares sum to 1.",
            f"Operator Schmidt decomposition U = 2 sum_k s_k A_k (x) B_k with orthonormal (Hilbert-Schmidt) "
            f"A_k, B_k and sum s_k^2 = 1, U being the given two-qubit Operator{told}. Return {words}.",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""{HELP}{MATRICES}
paulis = [word(x) for x in "IXYZ"]
def schmidt(m):
    c = [[np.trace(np.kron(p, q) @ m) / 4 for q in paulis] for p in paulis]
    return np.linalg.svd(np.array(c), compute_uv=False)
for _ in range(4):
    m = unitary(2)
    got = candidate(Operator(m))
    {oracle or "pass"}
    s = schmidt(m)
    assert np.allclose(np.asarray(got), {want}, atol=1e-7)
""",
        params={"before": told, "words": words},
    )
