"""Product formulas: random compilation (qDRIFT)."""

from random import Random

from qspark.data.families._trotter import DENSE, OWN, asks
from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.wording import sorted_imports


@family(
    "trotter",
    "advanced",
    oracle="unitary",
    skills=("random-compilation", "channels"),
    why=(
        "qDRIFT draws term j with probability |c_j|/lambda; every drawn term has the angle lambda"
        " t/N."
    ),
    tolerance=1e-8,
)
def random_product_formula(rng: Random) -> Instance:
    """The qDRIFT product formula with a given generator, and its average channel."""
    ask = rng.choice(["circuit", "drawn", "counts", "channel", "fidelity", "operator", "library"])
    size = rng.choice(["samples", "8", "12", "20", "rule"])
    eps = rng.choice([0.2, 0.25, 0.4, 0.5])
    weights = rng.choice([
        "weights = np.abs(hamiltonian.coeffs)\n", "weights = np.abs(hamiltonian.coeffs.real)\n",
        "weights = np.array([abs(c) for c in hamiltonian.coeffs])\n",
        "weights = np.array([abs(c) for _, c in hamiltonian.to_list()])\n",
        "weights = np.array([abs(c) for _, _, c in hamiltonian.to_sparse_list()])\n",
    ])  # fmt: skip
    number = {"rule": f"ceil(2 * (total * time) ** 2 / {eps})"}.get(size, size)
    imports = ["from qiskit.quantum_info import SparsePauliOp"]
    head = weights + "total = weights.sum()\n"
    if size == "rule":
        head += f"samples = {number}\n"
        imports.append("from math import ceil")
        number = "samples"
        many = f"N = ceil(2 (L t)^2 / {eps})"
    else:
        many = "N = `samples`" if size == "samples" else f"N = {size}"
    draw = (
        "rng = np.random.default_rng(seed)\n"
        f"drawn = rng.choice(len(weights), size={number}, p=weights / total)\n"
    )
    build = "qc = QuantumCircuit(hamiltonian.num_qubits)\nfor j in drawn:\n" + rng.choice([
        f"    angle = np.sign(hamiltonian.coeffs[j].real) * total * time / {number}\n"
        "    gate = PauliEvolutionGate(hamiltonian.paulis[j], angle)\n"
        "    qc.append(gate, range(qc.num_qubits))\n",
        f"    scale = total * time / {number} / weights[j]\n"
        "    qc.append(PauliEvolutionGate(hamiltonian[j], scale), range(qc.num_qubits))\n",
        f"    gate = PauliEvolutionGate(hamiltonian[j], total * time / (weights[j] * {number}))\n"
        "    qc.compose(LieTrotter().synthesize(gate), inplace=True)\n",
    ])  # fmt: skip
    channel = (
        f"step = total * time / {number}\nmean = 0\n"
        "for pauli, weight, c in zip(hamiltonian.paulis, weights, hamiltonian.coeffs):\n"
        "    gate = PauliEvolutionGate(pauli, np.sign(c.real) * step)\n"
        "    mean = mean + weight / total * SuperOp(Operator(gate))\n"
        f"average = mean.power({number})\n"
    )
    rule = (
        "Draw the indices j_1, ..., j_N at once with numpy.random.default_rng(`seed`).choice over"
        " the indices of the terms, with the probabilities |c_j| / L."
    )
    turn = "exp(-i sign(c_j) (L t / N) P_j)"
    arguments = "hamiltonian: SparsePauliOp, time: float"
    plain = "PauliEvolutionGate(" in build
    seed = ", seed: int"
    facts = [
        (
            "`hamiltonian` is the sum of c_j P_j with real c_j of both signs; L is the sum of all"
            f" |c_j|, t is `time`, and {many}."
        ),
    ]
    if ask == "circuit" or ask == "operator":
        body = (
            head + draw + build + ("return qc\n" if ask == "circuit" else "return Operator(qc)\n")
        )
        kind = "QuantumCircuit" if ask == "circuit" else "Operator"
        facts += [rule, f"Apply {turn} for the drawn j, the first drawn first.",
                  f"Return the {'circuit' if ask == 'circuit' else '`Operator` of the circuit'}.",
        ]  # fmt: skip
        check = f"""assert isinstance(got, {kind})
    u = np.eye(8)
    for j in drawn:
        u = expm(-1j * np.sign(values[j]) * total * t / N * paulis[j]) @ u
    assert Operator(got).equiv(Operator(u), atol=1e-8, rtol=0)"""
    elif ask == "drawn":
        form, kind, want = rng.choice([
            ("[int(j) for j in drawn]", "list[int]", "list(drawn)"),
            ("[hamiltonian.paulis[j].to_label() for j in drawn]", "list[str]", "[labels[j] for j in drawn]"),
            ("hamiltonian.paulis[drawn].to_labels()", "list[str]", "[labels[j] for j in drawn]"),
        ])  # fmt: skip
        body = head + draw + f"return {form}\n"
        what = "indices j" if kind == "list[int]" else "Pauli labels of the terms"
        facts += [rule, f"Return the list of the drawn {what} in the order of the draw."]
        check, plain = f"assert list(got) == {want}", False
    elif ask == "counts":
        body = (
            head + draw + "found = Counter(hamiltonian.paulis[j].to_label() for j in drawn)\nreturn"
            " dict(found)\n"
        )
        imports.append("from collections import Counter")
        kind, plain = "dict[str, int]", False
        facts += [
            rule,
            "Return a dict from the Pauli label of each term that was drawn to how often.",
        ]
        check = "assert got == {labels[j]: list(drawn).count(j) for j in drawn}"
    elif ask == "library":
        reps = rng.choice([1, 2, 3])
        count = rng.choice(["ceil", "expand"])
        imports.append("from qiskit.synthesis import QDrift")
        body = (
            f"gate = PauliEvolutionGate(hamiltonian, time)\nsynthesis = QDrift(reps={reps},"
            " seed=seed)\n"
        )
        body += {
            "ceil": "qc = synthesis.synthesize(gate)\nreturn qc\n",
            "expand": (
                "qc = QuantumCircuit(hamiltonian.num_qubits)\nfor letters, qubits, angle in"
                " synthesis.expand(gate):\n    part = SparsePauliOp.from_sparse_list([(letters,"
                " qubits, angle / 2)], num_qubits=qc.num_qubits)\n   "
                " qc.append(PauliEvolutionGate(part), range(qc.num_qubits))\nreturn qc\n"
            ),
        }[count]
        kind, plain = "QuantumCircuit", True
        facts = [
            f"`hamiltonian` has real coefficients c_j. Use Qiskit's QDrift with {reps} "
            f"repetition{'s' if reps > 1 else ''} and `seed` as its seed; it draws ceil(2 L^2 t^2 "
            "repetitions) terms, L the sum of all |c_j|, t = `time`.",
            "Return the circuit of the evolution exp(-iHt) that QDrift makes.",
            {"ceil": "The circuit consists of gates of the library.",
             "expand": "One PauliEvolutionGate per drawn term is welcome."}[count],
        ]  # fmt: skip
        check = f"""u = np.eye(8)
    made = QDrift(reps={reps}, seed=5).expand(PauliEvolutionGate(op, t))
    assert len(made) == np.ceil(2 * total**2 * t**2 * {reps})
    for letters, qubits, angle in made:
        u = expm(-0.5j * angle * dense(letters, list(qubits), 3)) @ u
    assert Operator(got).equiv(Operator(u), atol=1e-8, rtol=0)"""
    else:
        body = head + channel
        seed, plain = "", True
        facts += [
            (
                f"One step of the average channel E is the mixture of the unitaries {turn} with the"
                " probabilities |c_j| / L."
            ),
        ]
        imports.append("from qiskit.quantum_info import Operator, SuperOp")
        if ask == "channel":
            form, kind = rng.choice([
                ("average", "SuperOp"), ("Choi(average)", "Choi"), ("PTM(average)", "PTM"),
                ("Kraus(average)", "Kraus"),
            ])  # fmt: skip
            if kind != "SuperOp":
                imports.append(f"from qiskit.quantum_info import {kind}")
            body += f"return {form}\n"
            facts.append(f"Return the channel of all N steps, E^N, as a `{kind}` of quantum_info.")
            check = f"assert type(got).__name__ == '{kind}'\n"
            check += "    assert np.allclose(SuperOp(got).data, mean, atol=1e-8)"
        else:
            measure, own = rng.choice([
                ("process_fidelity", "chosen"), ("average_gate_fidelity", "(8 * chosen + 1) / 9"),
            ])  # fmt: skip
            imports.append(f"from qiskit.quantum_info import {measure}")
            imports.append("from scipy.linalg import expm")
            body += (
                "exact = Operator(expm(-1j * time * hamiltonian.to_matrix()))\n"
                f"return float({measure}(average, exact))\n"
            )
            kind = "float"
            name = measure.replace("_", " ")
            facts.append(f"Return the {name} of E^N (all N steps) with exp(-iHt), as a float.")
            check = (
                "e = expm(-1j * t * sum(v * p for v, p in zip(values, paulis)))\n"
                "    chosen = np.trace(np.kron(e.conj(), e).conj().T @ mean).real / 64\n"
                f"    assert abs(got - ({own})) < 1e-8"
            )
    if plain:
        imports.append("from qiskit.circuit.library import PauliEvolutionGate")
    if "QuantumCircuit" in body + kind:
        imports.append("from qiskit import QuantumCircuit")
    for mark, line in (
        ("np.", "import numpy as np"), ("LieTrotter", "from qiskit.synthesis import LieTrotter"),
        ("Operator(qc)", "from qiskit.quantum_info import Operator"),
    ):  # fmt: skip
        if mark in body:
            imports.append(line)
    given = size == "samples" and ask != "library"
    arguments += (", samples: int" if given else "") + seed
    passed = (", 6" if given else "") + (", 5" if seed else "")
    own_size = {"samples": "6", "rule": f"int(np.ceil(2 * (total * t) ** 2 / {eps}))"}.get(
        size, size
    )
    return Instance(
        entry_point=rng.choice(["qdrift", "random_formula", "sampled_evolution"]),
        signature=f"({arguments}) -> {kind}",
        asks=asks(
            (
                f"Compile a time evolution at random (qDRIFT, {many}).",
                "Write this piece of a qDRIFT simulation.",
                "Random product formula:",
                "I want to try random compilation of a Hamiltonian.",
            ),
            facts,
        ),
        imports=sorted_imports(imports),
        body=body,
        test=OWN.strip()
        + DENSE.rstrip()
        + f"""
from qiskit.circuit.library import PauliEvolutionGate
from qiskit.quantum_info import SuperOp
from qiskit.synthesis import QDrift
for labels, t in ((["IXY", "ZZI", "XIZ", "IIY"], 0.6), (["YIX", "IZZ", "XII"], 0.9)):
    values = rng.uniform(0.3, 0.8, len(labels)) * np.array([1, -1, -1, 1])[: len(labels)]
    op = SparsePauliOp(labels, values)
    total, paulis = abs(values).sum(), [Pauli(label).to_matrix() for label in labels]
    N = {own_size}
    drawn = np.random.default_rng(5).choice(len(labels), size=N, p=abs(values) / total)
    turns = [expm(-1j * np.sign(v) * total * t / N * p) for v, p in zip(values, paulis)]
    mean = sum(abs(v) / total * np.kron(u.conj(), u) for v, u in zip(values, turns))
    mean = np.linalg.matrix_power(mean, N)
    got = candidate(op, t{passed})
    {check}
""",
        params={"ask": ask, "size": size, "eps": eps},
        wrong=(
            (Wrong("S17", body.replace("total * time /", "2 * total * time /")),)
            if "total * time /" in body
            else ()
        ),
    )
