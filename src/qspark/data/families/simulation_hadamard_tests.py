"""Simulation: Hadamard tests."""

from random import Random

from qspark.data.families._random_states import SIMULATED
from qspark.data.families._simulation import asks, needs
from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.wording import indented, sorted_imports


@family(
    "simulation",
    "advanced",
    oracle="value",
    skills=("hadamard-test", "phase", "endianness"),
    why="<Z> of the ancilla is Re<U>; with S-dagger in front of the last H it is Im<U>.",
    tolerance=1e-8,
)
def hadamard_test(rng: Random) -> Instance:
    """Complex expectation values with one ancilla: of unitaries, of time evolutions, of overlaps."""
    task = rng.choice(["unitary", "unitary", "evolution", "overlap", "pauli"])
    ask = rng.choice(["value", "value", "circuits", "real", "imaginary", "series"])
    if ask == "series" and task not in ("evolution", "unitary"):
        ask = "value"
    place = rng.choice(["first", "last"])
    if task == "overlap" and place == "first":
        place = "last"
    how = rng.choice(["probability", "pauli", "estimator"])
    control = {
        "first": ("[0, *range(1, n + 1)]", "range(1, n + 1)", "0"),
        "last": ("[n, *range(n)]", "range(n)", "n"),
    }[place]  # fmt: skip
    anc = control[2]
    arguments, gate, about, own = {
        "unitary": ("circuit: QuantumCircuit, unitary: QuantumCircuit",
                    "unitary.to_gate().control(1)", "let z = <s|U|s>, where |s> is the state of `circuit` (n "
                    "qubits) and U the circuit `unitary` on the same qubits, its global phase included",
                    "np.vdot(v, Operator(u).data @ v)"),
        "evolution": ("circuit: QuantumCircuit, hamiltonian: SparsePauliOp, time: float",
                      "HamiltonianGate(hamiltonian.to_matrix(), time).control(1)",
                      "let z = <s|exp(-i H t)|s>, where |s> is the state of `circuit` (n qubits), H = "
                      "`hamiltonian` "
                      "and t = `time` (exact exponential)", "np.vdot(v, expm(-0.7j * dense(h)) @ v)"),
        "pauli": ("circuit: QuantumCircuit, label: str", "PauliGate(label).control(1)",
                  "let z = <s|R P|s>, where |s> is the state of `circuit` (n qubits), P the Pauli string "
                  "`label` and R "
                  "the rotation RZ(0.6) on qubit 0, applied after P", ""),
        "overlap": ("first: QuantumCircuit, second: QuantumCircuit", "", "let z = <a|b>, where |a> and |b> "
            "are the "
                    "states of the circuits `first` and `second` (n qubits, global phases included)",
                    "np.vdot(Statevector(qc).data, Statevector(u).data)"),
    }[task]  # fmt: skip
    if task == "pauli":
        own = "np.vdot(v, np.kron(np.eye(2 ** (n - 1)), np.diag(np.exp([-0.3j, 0.3j])))"
        own += " @ (Pauli(name).to_matrix() @ v))"
    if task == "overlap":
        build = (
            "n = first.num_qubits\nqc = QuantumCircuit(n + 1)\nqc.h(n)\n"
            "qc.compose(first.control(1, ctrl_state=0), [n, *range(n)], inplace=True)\n"
            "qc.compose(second.control(1), [n, *range(n)], inplace=True)\n"
        )
    else:
        build = (
            f"n = circuit.num_qubits\nqc = QuantumCircuit(n + 1)\n"
            f"qc.compose(circuit, {control[1]}, inplace=True)\nqc.h({anc})\n"
            f"qc.append({gate}, {control[0]})\n"
        )
        if task == "pauli":
            build += f"qc.crz(0.6, {anc}, {'0' if place == 'last' else '1'})\n"
    qubit = "qubit 0, the others are the qubits of the circuits in order" if place == "first" else (
        "the last qubit, n; the others are the qubits of the circuits in order")  # fmt: skip
    read = {
        "probability": "float(2 * Statevector(qc).probabilities([ANC])[0] - 1)",
        "pauli": "float(Statevector(qc).expectation_value(Pauli('Z'), [ANC]).real)",
        "estimator": "float(estimator.run([(qc, ancilla)]).result()[0].data.evs)",
    }[how].replace("ANC", anc)  # fmt: skip
    imaginary = f"qc.sdg({anc})\n"
    if how == "estimator" and ask != "circuits":
        build += (
            f"ancilla = SparsePauliOp.from_sparse_list([('Z', [{anc}], 1)], num_qubits=n + 1)\n"
            "estimator = StatevectorEstimator()\n"
        )
    facts = [about + "."]
    call = {"unitary": "qc, u", "evolution": "qc, h, 0.7", "pauli": "qc, name", "overlap": "qc, u"}[
        task
    ]
    if ask in ("real", "imaginary"):
        body = (
            build
            + (imaginary if ask == "imaginary" else "")
            + f"qc.h({anc})\n"
            + f"return {read}\n"
        )
        kind = "float"
        facts += [f"Use a Hadamard test with one ancilla, and return the {ask} part of z as a float (exact "
                  "probabilities, no shots)."]  # fmt: skip
        check = f"assert abs(got - z.{'real' if ask == 'real' else 'imag'}) < 1e-8"
    elif ask == "circuits":
        body = build.replace("qc = QuantumCircuit(n + 1)", "qc = QuantumCircuit(n + 1)") + (
            f"other = qc.copy()\nqc.h({anc})\nother.sdg({anc})\nother.h({anc})\nreturn qc, other\n"
        )
        kind = "tuple[QuantumCircuit, QuantumCircuit]"
        facts += [f"Return the two circuits (without measurements) of the Hadamard tests for the real "
                  f"and the "
                  f"imaginary part of z: <Z> of the ancilla is Re z and Im z. The ancilla is "
                  f"{qubit}."]  # fmt: skip
        spot = "0" if place == "first" else "n"
        check = (
            "for one, part in zip(got, (z.real, z.imag)):\n        p = Statevector(one).probabilities"
            f"([{spot}])\n        assert one.num_qubits == n + 1 and abs(p[0] - p[1] - part) < 1e-8"
        )
    elif ask == "series":
        if task == "unitary":
            arguments += ", powers: int"
            inner = build.replace("unitary.to_gate()", "unitary.to_gate().power(k)")
            loop = "for k in range(powers):\n"
            facts = [
                "z_k = <s|U^k|s>, where |s> is the state of `circuit` (n qubits) and U the circuit "
                "`unitary` on "
                "the same qubits, its global phase included.",
                "Use two Hadamard tests per k and return the complex array of z_k for k = 0 to `powers` - 1 "
                "(exact probabilities, no shots).",
            ]
            call += ", 4"
            check = (
                "w = [np.vdot(v, np.linalg.matrix_power(Operator(u).data, k) @ v) for k in range(4)]\n"
                "    assert np.allclose(got, w, atol=1e-8)"
            )
        else:
            arguments = arguments.replace("time: float", "times: list[float]")
            inner, loop = build, "for time in times:\n"
            facts = [
                "z(t) = <s|exp(-i H t)|s>, where |s> is the state of `circuit` (n qubits) and H = "
                "`hamiltonian` "
                "(exact exponential).",
                "Use two Hadamard tests per time and return the complex array of z(t) for the t in `times`.",
            ]
            call = "qc, h, [0.0, 0.7, 1.9]"
            check = (
                "w = [np.vdot(v, expm(-1j * t * dense(h)) @ v) for t in (0, 0.7, 1.9)]\n"
                "    assert np.allclose(got, w, atol=1e-8)"
            )
        inner += (
            f"other = qc.copy()\nother.sdg({anc})\nparts = []\nfor test in (qc, other):\n    test.h({anc})\n"
            f"    parts.append({read.replace('(qc)', '(test)').replace('(qc,', '(test,')})\n"
            "series.append(complex(*parts))\n"
        )
        if task == "unitary":
            inner = inner.replace("n = circuit.num_qubits\n", "")
            body = (
                "n = circuit.num_qubits\nseries = []\n"
                + loop
                + indented(inner)
                + "return np.array(series)\n"
            )
        else:
            body = "series = []\n" + loop + indented(inner) + "return np.array(series)\n"
        kind = "np.ndarray"
    else:
        form, kind, said = rng.choice([
            ("complex(*parts)", "complex", "z as a complex number"),
            ("abs(complex(*parts)) ** 2", "float", "|z|^2 as a float"),
            ("float(np.angle(complex(*parts)))", "float", "the phase of z, between -pi and pi, as a float"),
            ("tuple(parts)", "tuple[float, float]", "the tuple (Re z, Im z)"),
        ])  # fmt: skip
        body = build + (
            f"other = qc.copy()\nother.sdg({anc})\nparts = []\nfor test in (qc, other):\n    test.h({anc})\n"
            f"    parts.append({read.replace('(qc)', '(test)').replace('(qc,', '(test,')})\nreturn {form}\n"
        )
        facts += [f"Use two Hadamard tests and return {said} (exact probabilities, no shots)."]
        check = {
            "complex": "assert abs(got - z) < 1e-8", "tuple[float, float]":
            "assert np.allclose(got, [z.real, z.imag], atol=1e-8)",
        }.get(kind, "assert abs(got - abs(z) ** 2) < 1e-8" if "abs" in form
              else "assert abs(np.exp(1j * got) - z / abs(z)) < 1e-7 and abs(got) < 3.1416")  # fmt: skip
    imports = needs(body + kind + arguments)
    if "Pauli('Z')" in body:
        imports.append("from qiskit.quantum_info import Pauli")
    wrong = (
        (Wrong("S29", body.replace(".sdg(", ".s(")),)
        if ".sdg(" in body and "abs(" not in body
        else ()
    )
    return Instance(
        entry_point=rng.choice(["hadamard_test", "complex_mean", "interferometer"]),
        signature=f"({arguments}) -> {kind}",
        asks=asks(
            (
                rng.choice(
                    [
                        "A Hadamard test.",
                        "Interfere with one ancilla.",
                        "Phase-sensitive expectation value.",
                    ]
                ),
                "Please write this with an ancilla.",
                "Hadamard test:",
                "I need a complex number from a quantum circuit.",
            ),
            [facts[0][0].upper() + facts[0][1:], *facts[1:]],
        ),
        imports=sorted_imports(imports),
        body=body,
        test=SIMULATED.strip()
        + f"""
for n, name, labels in ((1, "Z", "XZI"), (2, "XZ", ["ZX", "IY", "XI"]), (2, "YI", ["XI", "YZ", "ZI"])):
    qc, u, h = prepared(n), prepared(n), random_sum(list(labels))
    u.global_phase = rng.uniform(0.3, 1.2)
    qc.global_phase = rng.uniform(0.3, 1.2)
    v = Statevector(qc).data
    z = {own}
    got = candidate({call})
    {check}
""",
        params={"task": task, "ask": ask, "place": place, "how": how},
        wrong=wrong,
    )
