"""Simulation: imaginary time."""

from random import Random

from qspark.data.families._random_states import SIMULATED
from qspark.data.families._simulation import asks, needs
from qspark.data.families.base import Instance, family
from qspark.data.families.wording import indented, sorted_imports


@family(
    "simulation",
    "intermediate",
    oracle="value",
    skills=("imaginary-time", "normalisation"),
    why="exp(-tau H) is not unitary: the state has to be normalised after it.",
    tolerance=1e-7,
)
def imaginary_time(rng: Random) -> Instance:
    """Imaginary-time evolution with exact or split exponentials."""
    way = rng.choice(["expm", "eigen", "terms", "split", "taylor"])
    ask = rng.choice(["state", "energy", "energies", "overlap", "steps", "norm", "circuit"])
    count = rng.choice([2, 3, 4, 5])
    limit = rng.choice([0.3, 0.2, 0.1, 0.05, 0.02])
    start = rng.choice(["circuit", "label", "plus"])
    arguments, first, said_start, passed = {
        "circuit": ("circuit: QuantumCircuit, ", "state = Statevector(circuit).data\n",
                    "the state of `circuit` on |0...0>", "qc, "),
        "label": ("label: str, ", "state = Statevector.from_label(label).data\n",
                  "the product state with the Statevector label `label`", "label, "),
        "plus": ("", "state = Statevector.from_label('+' * hamiltonian.num_qubits).data\n",
                 "the uniform superposition of all basis states", ""),
    }[start]  # fmt: skip
    make = {
        "expm": "decay = expm(-STEP * hamiltonian.to_matrix())\n",
        "eigen": "values, vectors = np.linalg.eigh(hamiltonian.to_matrix())\n"
        "decay = (vectors * np.exp(-STEP * values)) @ vectors.conj().T\n",
        "terms": "decay = np.eye(2**hamiltonian.num_qubits)\n"
        "for pauli, c in zip(hamiltonian.paulis, hamiltonian.coeffs.real, strict=True):\n"
        "    part = np.cosh(STEP * c) * np.eye(len(decay)) - np.sinh(STEP * c) * pauli.to_matrix()\n"
        "    decay = part @ decay\n",
        "split": "decay = np.eye(2**hamiltonian.num_qubits)\nfor term in hamiltonian:\n"
        "    half = expm(-STEP / 2 * term.to_matrix())\n    decay = half @ decay @ half\n",
        "taylor": "matrix = hamiltonian.to_matrix()\n"
        "decay = np.eye(len(matrix)) - STEP * matrix + STEP**2 / 2 * matrix @ matrix\n",
    }[way]  # fmt: skip
    rule = {
        "expm": "exp(-d H), computed exactly", "eigen": "exp(-d H), computed exactly",
        "terms": "the product of exp(-d c P) over the terms c P in order, the first term acting first",
        "split": "the product that starts from 1 and surrounds it term by term: D -> exp(-d h/2) D "
                 "exp(-d h/2) "
        "for the terms h in their order",
        "taylor": "1 - d H + d^2 H^2 / 2",
    }[way]  # fmt: skip
    own = {
        "expm": "expm(-d * m)", "eigen": "expm(-d * m)",
        "terms": "reduce(lambda x, h: expm(-d * h) @ x, parts, np.eye(len(m)))",
        "split": "reduce(lambda x, h: expm(-d * h / 2) @ x @ expm(-d * h / 2), parts, np.eye(len(m)))",
        "taylor": "np.eye(len(m)) - d * m + d * d * m @ m / 2",
    }[way]  # fmt: skip
    energy = "float(Statevector(state).expectation_value(hamiltonian).real)"
    norm = "state = state / np.linalg.norm(state)\n"
    single = make.replace("STEP", "tau") + "state = decay @ state\n"
    kind = "float"
    d, tail = "tau", ""
    steps = f"step = tau / {count}\n" + make.replace("STEP", "step")
    if ask == "state":
        body = first + single + norm + "return Statevector(state)\n"
        kind, tail = "Statevector", "Return the normalised `Statevector` that results."
        check = "assert isinstance(got, Statevector) and abs(np.vdot(got.data, s)) > 1 - 1e-8"
    elif ask == "circuit":
        body = (
            first
            + single
            + norm
            + (
                "qc = QuantumCircuit(hamiltonian.num_qubits)\nqc.prepare_state(state, qc.qubits)\nreturn qc\n"
            )
        )
        kind, tail = (
            "QuantumCircuit",
            "Return a unitary circuit that prepares the normalised result from |0...0>.",
        )
        check = "assert abs(np.vdot(Statevector(got).data, s)) > 1 - 1e-8"
    elif ask == "energy":
        body = first + single + norm + f"return {energy}\n"
        tail = "Return the exact mean of H in the normalised result as a float."
        check = "assert abs(got - np.vdot(s, m @ s).real) < 1e-7"
    elif ask == "norm":
        body = first + single + "return float(np.linalg.norm(state) ** 2)\n"
        tail = "Return the squared norm of the result before normalisation as a float."
        check = "assert abs(got - weight) < 1e-7"
    elif ask == "overlap":
        body = (
            first
            + single
            + norm
            + (
                "levels, states = np.linalg.eigh(hamiltonian.to_matrix())\n"
                "return float(abs(np.vdot(states[:, 0], state)) ** 2)\n"
            )
        )
        tail = "Return the squared overlap of the normalised result with the (unique) ground state, a float."
        check = "assert abs(got - abs(np.vdot(np.linalg.eigh(m)[1][:, 0], s)) ** 2) < 1e-7"
    elif ask == "energies":
        d = f"tau / {count}"
        body = (
            first
            + steps
            + f"energies = []\nfor _ in range({count}):\n"
            + indented("state = decay @ state\n" + norm + f"energies.append({energy})\n")
            + "return energies\n"
        )
        kind = "list[float]"
        tail = (
            f"Do {count} steps with d = `tau` / {count}, normalise after each, and return the list of the "
            "means of H after each step."
        )
        check = f"""e = []
    for _ in range({count}):
        raw = decay @ raw / np.linalg.norm(decay @ raw)
        e.append(np.vdot(raw, m @ raw).real)
    assert np.allclose(got, e, rtol=0, atol=1e-7)"""
    else:
        body = (
            first
            + make.replace("STEP", "tau")
            + f"energy = {energy}\nfor number in count(1):\n"
            + indented(
                "state = decay @ state\n" + norm + f"new = {energy}\n"
                f"if abs(energy - new) < {limit}:\n    return number\nenergy = new\n"
            )
        )
        kind = "int"
        tail = (
            "Repeat steps with d = `tau`, normalising after each, until the mean of H changes by less than "
            f"{limit} in a step; return the number of steps that were done, that one included (an int)."
        )
        check = f"""e, number = np.vdot(raw, m @ raw).real, 0
    while True:
        number += 1
        raw = decay @ raw / np.linalg.norm(decay @ raw)
        e, old = np.vdot(raw, m @ raw).real, e
        if abs(e - old) < {limit}:
            break
    assert got == number"""
    imports = needs(body + kind + arguments)
    if ask == "steps":
        imports.append("from itertools import count")
    imports.append("from qiskit.quantum_info import SparsePauliOp")
    rule_text = "d = `tau`" if ask not in ("energies", "steps") else "d as below"
    return Instance(
        entry_point=rng.choice(["imaginary_time", "cool", "relax"]),
        signature=f"({arguments}hamiltonian: SparsePauliOp, tau: float) -> {kind}",
        asks=asks(
            (
                "Imaginary-time evolution.",
                "Code this with numpy matrices and quantum_info.",
                "Cooling in imaginary time:",
                "Let a state relax in imaginary time.",
            ),
            [
                f"Start from {said_start}; H = `hamiltonian` has real coefficients.",
                f"A step applies {rule}; {rule_text}.",
                tail,
            ],
        ),
        imports=sorted_imports(imports),
        body=body,
        test=SIMULATED.strip()
        + f"""
from functools import reduce
for n, labels, label in ((2, ["ZX", "IY", "XX", "ZI"], "0r"), (3, ["XXI", "IZZ", "ZIX", "YII"], "r0+")):
    for tau in (0.15, 0.4):
        qc, h = prepared(n), random_sum(labels)
        parts = [c * p.to_matrix() for p, c in zip(h.paulis, h.coeffs)]
        m, d = sum(parts), {d}
        raw = {{"circuit": Statevector(qc), "label": Statevector.from_label(label),
               "plus": Statevector.from_label("+" * n)}}["{start}"].data
        decay = {own}
        weight = np.linalg.norm(decay @ raw) ** 2
        s = decay @ raw / weight**0.5
        got = candidate({passed}h, tau)
        {check.replace(chr(10) + "    ", chr(10) + "        ")}
""",
        params={"way": way, "ask": ask, "start": start, "count": count},
    )  # fmt: skip
