"""Building circuits, third part: delay experiments and ancilla protocols."""

from random import Random

from qspark.data.families.base import Instance, angle, family

_SEQUENCES = {
    "T1": ("x; wait t; measure", ["qc.x(0)", "qc.delay({t}, 0, unit={u})"]),
    "Ramsey": (
        "h; wait t; p(detuning) with the angle {phi} * t; h; measure",
        ["qc.h(0)", "qc.delay({t}, 0, unit={u})", "qc.p({phi} * t, 0)", "qc.h(0)"],
    ),
    "echo": (
        "h; wait t; x; wait t; h; measure (two waits of t each)",
        [
            "qc.h(0)",
            "qc.delay({t}, 0, unit={u})",
            "qc.x(0)",
            "qc.delay({t}, 0, unit={u})",
            "qc.h(0)",
        ],
    ),
    "CPMG": (
        "h; then {k} times (wait t; y; wait t); h; measure",
        [
            "qc.h(0)",
            "for _ in range({k}):",
            "    qc.delay({t}, 0, unit={u})",
            "    qc.y(0)",
            "    qc.delay({t}, 0, unit={u})",
            "qc.h(0)",
        ],
    ),
    "crosstalk": (
        "h on qubit 0 and x on qubit 1; barrier over both; both wait t; h on qubit "
        "0; measure qubit 0",
        ["qc.h(0)", "qc.x(1)", "qc.barrier()", "qc.delay({t}, [0, 1], unit={u})", "qc.h(0)"],
    ),
    "reset": (
        "x; reset; wait t; sx; measure",
        ["qc.x(0)", "qc.reset(0)", "qc.delay({t}, 0, unit={u})", "qc.sx(0)"],
    ),
}


@family(
    "circuits",
    "intermediate",
    oracle="structure",
    skills=("delays", "metadata"),
    why="A delay has a unit, and without one its duration counts samples (dt).",
)
def delay_experiments(rng: Random) -> Instance:
    """One circuit per waiting time, with units, names and metadata."""
    kind = rng.choice(sorted(_SEQUENCES))
    text, lines = _SEQUENCES[kind]
    unit = rng.choice(["ns", "us", "ms", "s", "dt"])
    phi, k = angle(rng), rng.randint(2, 5)
    words = text.format(phi=phi, k=k)
    code = [line.format(t="t", u=f'"{unit}"', phi=phi, k=k) for line in lines]
    wires = 2 if kind == "crosstalk" else 1
    tag = rng.choice(["metadata", "name", "both"])
    key, prefix = rng.choice(["wait", "delay", "time"]), rng.choice(["t", "wait", "run"])
    head, said = [], []
    options = ""
    if tag != "metadata":
        options += f', name=f"{prefix}_{{index}}"'
        said.append(f"named `{prefix}_0`, `{prefix}_1`, ... in order")
    if tag != "name":
        head.append(f'qc.metadata = {{"{key}": t}}')
        said.append(f"with the time in its metadata under `{key}`")
    loop = "for index, t in enumerate(times):" if tag != "metadata" else "for t in times:"
    inner = [
        f"qc = QuantumCircuit({wires}, 1{options})",
        *head,
        *code,
        "qc.measure(0, 0)",
        "circuits.append(qc)",
    ]
    body = "\n".join(["circuits = []", loop, *("    " + line for line in inner), "return circuits"])
    each = " and ".join(said)
    number = "int" if unit == "dt" else "float"
    samples = "samples (dt)" if unit == "dt" else unit
    return Instance(
        entry_point=rng.choice(["experiments", "sweep", "scan_circuits"]),
        signature=f"(times: list[{number}]) -> list[QuantumCircuit]",
        asks=(
            f"For each t in `times` (in {samples}) make a circuit with {wires} qubit(s) and 1 "
            "classical bit: "
            f"{words} into bit 0. Each circuit is {each}. Return the list in the order of `times`.",
            f"I want a {kind} sweep. The times are given in {samples}; per time t one "
            f"{wires}-qubit circuit, "
            f"one clbit, running exactly: {words} (qubit 0 into clbit 0). Every "
            f"circuit should be {each}.",
            f"Return circuits for a delay scan, one per entry of `times` and in "
            f"that order. Unit of the "
            f"waits: {samples}. Sequence: {words}. {wires} qubit(s), one classical bit, {each}.",
            f"Can you write the {kind} circuits for a list of waits in {samples}? Instructions, "
            "in this order "
            f"and no others: {words}. The result is measured from qubit 0 into the "
            f"only classical bit. "
            f"Qubits: {wires}. Circuits are {each}.",
        ),
        imports="from qiskit import QuantumCircuit",
        body=body,
        test=f"""
from qiskit import QuantumCircuit
times = {[160, 48, 1000] if unit == "dt" else [1.5, 0.25, 40.0]}
got = candidate(list(times))
assert len(got) == 3
for index, (t, circuit) in enumerate(zip(times, got)):
    assert isinstance(circuit, QuantumCircuit)
    assert circuit.num_qubits == {wires} and circuit.num_clbits == 1
    qc = QuantumCircuit({wires}, 1)
    {(chr(10) + "    ").join(code)}
    qc.measure(0, 0)
    assert circuit == qc
    waits = [(i.operation.duration, i.operation.unit) for i in circuit.data if i.operation.name == "delay"]
    assert waits and set(waits) == {{(t, "{unit}")}}
    {f"assert circuit.name == f'{prefix}_{{index}}'" if tag != "metadata" else "pass"}
    {f"assert circuit.metadata['{key}'] == t" if tag != "name" else "pass"}
""",
        params={"kind": kind, "unit": unit, "phi": phi, "k": k, "tag": tag},
    )


_PROTOCOLS = {
    "real": (
        "u",
        "the probability of reading 0 on the ancilla is (1 + Re<psi|U|psi>)/2",
        ["qc.h({c})", "C(u)", "qc.h({c})"],
        "prob((1 + overlap(U).real) / 2)",
    ),
    "imaginary": (
        "u",
        "the probability of reading 0 on the ancilla is (1 + Im<psi|U|psi>)/2",
        ["qc.h({c})", "qc.sdg({c})", "C(u)", "qc.h({c})"],
        "prob((1 + overlap(U).imag) / 2)",
    ),
    "rotated": (
        "u",
        "the probability of reading 0 on the ancilla is (1 + Re(exp({phi}j) * <psi|U|psi>))/2",
        ["qc.h({c})", "qc.p({phi}, {c})", "C(u)", "qc.h({c})"],
        "prob((1 + (np.exp({phi}j) * overlap(U)).real) / 2)",
    ),
    "compare": (
        "uv",
        "the probability of reading 0 on the ancilla is (1 + Re<psi|U^dagger V|psi>)/2",
        ["qc.h({c})", "C(v)", "C(u.inverse())", "qc.h({c})"],
        "prob((1 + overlap(U.conj().T @ V).real) / 2)",
    ),
    "powered": (
        "u",
        "the probability of reading 1 on the ancilla is (1 - Re<psi|U^{k}|psi>)/2",
        ["qc.h({c})", "C(u.power({k}))", "qc.h({c})"],
        "prob((1 + overlap(np.linalg.matrix_power(U, {k})).real) / 2)",
    ),
    "switch": (
        "uv",
        "the ancilla decides the order: at 0 first U and then V act, at 1 first V and then U",
        ["D(u)", "C(v)", "D(v)", "C(u)"],
        "same(V @ U, U @ V)",
    ),
    "select": (
        "uv",
        "U acts where the ancilla is 0 and V where it is 1",
        ["D(u)", "C(v)"],
        "same(U, V)",
    ),
    "signed": (
        "u",
        "U acts where the ancilla is 0 and the inverse of U where it is 1",
        ["D(u)", "C(u.inverse())"],
        "same(U, U.conj().T)",
    ),
    "twice": (
        "uv",
        "V acts in any case, and before it U acts {k} times where the ancilla is 1",
        ["C(u.power({k}))", "P(v)"],
        "same(V, V @ np.linalg.matrix_power(U, {k}))",
    ),
    "sandwich": (
        "uv",
        "where the ancilla is 0 the product V^dagger U V acts (V first), elsewhere nothing",
        ["P(v)", "D(u)", "P(v.inverse())"],
        "same(V.conj().T @ U @ V, np.eye(4))",
    ),
    "sum": (
        "uv",
        "starting from ancilla 0 and finding it in 0 again, the system state has become "
        "(cos^2({phi}/2) U + sin^2({phi}/2) V)|psi>, not normalized",
        ["qc.ry({phi}, {c})", "D(u)", "C(v)", "qc.ry(-{phi}, {c})"],
        "branch(np.cos({phi} / 2) ** 2 * U + np.sin({phi} / 2) ** 2 * V)",
    ),
    "difference": (
        "uv",
        "starting from ancilla 0 and finding it in 1, the system state has become "
        "(U - V)|psi>/2, not normalized, and in 0 it has become (U + V)|psi>/2",
        ["qc.h({c})", "D(u)", "C(v)", "qc.h({c})"],
        "branch((U + V) / 2), branch((U - V) / 2, 1)",
    ),
}


@family(
    "circuits",
    "advanced",
    oracle="unitary",
    skills=("controlled-circuits", "phase", "interference"),
    why="control() of a circuit makes its global phase matter, and puts the control in front.",
    tolerance=1e-8,
)
def interference_circuits(rng: Random) -> Instance:
    """An ancilla that controls given circuits: overlaps, selection, orders, sums."""
    kind = rng.choice(sorted(_PROTOCOLS))
    inputs, words, lines, want = _PROTOCOLS[kind]
    phi, k, place = angle(rng), rng.randint(2, 4), rng.randint(0, 2)
    c = str(place)
    pair = [q for q in range(3) if q != place]
    if rng.random() < 0.5:
        pair.reverse()
    system, wires = str(pair), str([place, *pair])
    style = rng.choice(["append", "compose"])
    lines = [line.format(phi=phi, k=k, c=c) for line in lines]
    code = []
    for line in lines:
        if line[0] not in "CDP":
            code.append(line)
            continue
        part = line[2:-1]
        option = {"C": ".control()", "D": ".control(ctrl_state=0)", "P": ""}[line[0]]
        on = system if line[0] == "P" else wires
        if style == "append":
            code.append(f"qc.append({part}.to_gate(){option}, {on})")
        else:
            code.append(f"qc.compose({part}{option}, {on}, inplace=True)")
    given = "a two-qubit circuit `u` (unitary U)"
    if inputs == "uv":
        given = "two-qubit circuits `u` and `v` (unitaries U and V)"
    where = f"The ancilla is qubit {c} of three; the system's qubits 0 and 1 are {system}"
    words = words.format(phi=phi, k=k)
    arguments = ", ".join(f"{name}: QuantumCircuit" for name in inputs)
    return Instance(
        entry_point=rng.choice(["interfere", "ancilla_circuit", "controlled_pair", "build"]),
        signature=f"({arguments}) -> QuantumCircuit",
        asks=(
            f"Given {given}, build a three-qubit circuit in which {words}. {where}. "
            f"The global phases of the "
            "given circuits count; |psi> is any state of the system. No measurement.",
            f"I have {given} and one ancilla that starts in 0. I want: {words}. "
            f"{where}; do not measure. Mind the "
            "inputs' global phases, which a control makes visible.",
            f"Write a circuit without measurements on 3 qubits. Input: {given}. "
            f"Behaviour, for every system "
            f"state |psi>: {words}. {where}. Global phases of the inputs must be respected.",
            f"How do I combine {given} with an ancilla so that {words}? {where}. "
            f"The phase stored in "
            "`global_phase` of an input has to be taken into account, and nothing is measured.",
        ),
        imports="from qiskit import QuantumCircuit",
        body="\n".join(["qc = QuantumCircuit(3)", *code, "return qc"]),
        test=f"""
import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit.library import UnitaryGate
from qiskit.quantum_info import Operator, random_statevector, random_unitary
rng = np.random.default_rng(np.random.randint(2**31))

def given(phase):
    qc = QuantumCircuit(2, global_phase=phase)
    for q in (0, 1):
        qc.u(*rng.uniform(0.4, 2.6, size=3), q)
    qc.crx(rng.uniform(0.5, 2.5), 0, 1)
    qc.ry(rng.uniform(0.5, 2.5), 0)
    return qc

for _ in range(2):
    u, v = given(0.9), given(-0.6)
    U, V = Operator(u).data, Operator(v).data
    got = candidate({", ".join(inputs)})
    assert isinstance(got, QuantumCircuit) and got.num_qubits == 3
    assert Operator(u) == Operator(U) and Operator(v) == Operator(V)
    W = Operator(got).data
    # Rows and columns by (ancilla, system).
    order = [(a << {c}) + ((i & 1) << {pair[0]}) + ((i >> 1) << {pair[1]}) for a in (0, 1) for i in range(4)]
    W = W[np.ix_(order, order)].reshape(2, 4, 2, 4)
    psi = random_statevector(4, seed=rng).data

    def overlap(m):
        return psi.conj() @ m @ psi

    def prob(p):
        assert abs(np.linalg.norm(W[0, :, 0, :] @ psi) ** 2 - p) < 1e-8

    def close(a, b):
        phase = np.vdot(b, a)
        assert abs(phase) > 1e-6
        assert np.allclose(a, b * phase / abs(phase), atol=1e-8, rtol=0)

    def same(zero, one):
        full = np.zeros((2, 4, 2, 4), dtype=complex)
        full[0, :, 0, :], full[1, :, 1, :] = zero, one
        close(W, full)

    def branch(m, bit=0):
        close(W[bit, :, 0, :] @ psi, m @ psi)

    {want.format(phi=phi, k=k)}
""",
        params={"kind": kind, "phi": phi, "k": k, "ancilla": c, "style": style},
    )
