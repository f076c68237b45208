"""Cliffords: stabilizer states, error propagation and the CNOT-dihedral group."""

from random import Random

from qspark.data.families.base import Instance, family
from qspark.data.families.clifford import RANDOM
from qspark.data.families.paulis import letters
from qspark.data.families.states import HELP


@family(
    "clifford",
    "intermediate",
    oracle="value",
    skills=("stabilizer-states", "endianness", "measurement"),
    why="StabilizerState does what Statevector does for Clifford circuits, from labels or circuits.",
    tolerance=1e-8,
)
def stabilizer_state(rng: Random) -> Instance:
    """A stabilizer state, one change, and a question to it."""
    n = 3
    a, b = rng.sample(range(n), 2)
    label, two = letters(rng, 3), letters(rng, 2)
    ket = "".join(rng.choice("01") for _ in range(2))
    source = rng.choice(["circuit", "labels", "clifford"])
    begin, given, told, call = {
        "circuit": ("state = StabilizerState(circuit)", "circuit: QuantumCircuit",
                    "the state that the three-qubit Clifford circuit `circuit` makes of all zeros", "qc"),
        "labels": ("state = StabilizerState.from_stabilizer_list(stabilizers)",
                   "stabilizers: list[str]", "the three-qubit state fixed by the signed Pauli labels in "
                   "`stabilizers` (three independent ones)", 'Clifford(qc).to_labels(mode="S")'),
        "clifford": ("state = StabilizerState(cliff)", "cliff: Clifford",
                     "the state that the three-qubit Clifford `cliff` makes of all zeros", "Clifford(qc)"),
    }[source]  # fmt: skip
    changes = [
        ("", "", "", 3),
        (f"state = state.evolve(Clifford(SXGate()), qargs=[{a}])\n", 
         f", after a square root of X on qubit {a}",
         f"v = act(v, library.SXGate().to_matrix(), [{a}])", 3),
        (f"state = state.evolve(Clifford(CYGate()), qargs=[{a}, {b}])\n",
         f", after a controlled Y with control {a} and target {b}",
         f"v = act(v, library.CYGate().to_matrix(), [{a}, {b}])", 3),
        ('state = state.tensor(StabilizerState(QuantumCircuit(1)))\n',
         ", with one more qubit in |0> as the new qubit 0", "v = np.kron(v, [1, 0])", 4),
        ('state = state.expand(StabilizerState(QuantumCircuit(1)))\n',
         ", with one more qubit in |0> as the new highest qubit", "v = np.kron([1, 0], v)", 4),
        ("state = state.conjugate()\n", ", with all amplitudes complex conjugated", "v = v.conj()", 3),
    ]  # fmt: skip
    code, after, oracle, m = rng.choice(changes)
    wide = label if m == 3 else letters(rng, 4)
    pair = f"np.diag(reduced(np.outer(v, v.conj()), [{a}, {b}])).real"
    ends = [
        (f'return float(state.expectation_value(Pauli("{wide}")))',
         f"the expectation value of {wide} as a float", f"np.vdot(v, word('{wide}') @ v).real", ""),
        (f'return float(state.expectation_value(Pauli("{two}"), [{a}, {b}]))',
         f"the expectation value of {two[1]} on qubit {a} times {two[0]} on qubit {b} as a float",
         f"np.vdot(v, act(v, word('{two}'), [{a}, {b}])).real", ""),
        (f"return state.probabilities([{a}, {b}])",
         f"the array of the four outcome probabilities of qubits {a} (least significant) and {b}", pair, ""),
        (f"return state.probabilities_dict([{a}, {b}])",
         f"a dict with the non-zero outcome probabilities of qubits {a} (right character of the key) and "
         f"{b}", pair, "got = [got.get(k, 0) for k in ('00', '01', '10', '11')]"),
        (f'found = state.probabilities_dict_from_bitstring("{ket}", qargs=[{a}, {b}])\n'
         f'return float(found.get("{ket}", 0.0))',
         f"the probability of the outcome {ket} on qubits {b} (left character) and {a} (right character)",
         f"{pair}[{int(ket, 2)}]", ""),
        ('return state.clifford.to_labels(mode="S")',
         "a list of signed labels of independent generators of its stabilizer group",
         "v", f"assert len(got) == {m} and len(span(got)) == {2**m}\n    "
         "for s in got:\n        assert np.allclose(word(s.lstrip('+-')) @ v, (-1) ** (s[0] == '-') * v)\n"
         "    got = v"),
        (f"outcome, after = state.measure([{a}])\nreturn outcome, after",
         f"the tuple (outcome, state) of one measurement of qubit {a}: a one-character string, and the "
         "StabilizerState after it", "v",
         f"outcome, left = got\n    k = np.diag([1 - int(outcome), int(outcome)])\n"
         f"    v = act(v, k, [{a}])\n    assert isinstance(left, StabilizerState)\n"
         "    assert np.linalg.norm(v) > 0.1\n"
         "    for s in left.clifford.to_labels(mode='S'):\n"
         "        assert np.allclose(word(s.lstrip('+-')) @ v, (-1) ** (s[0] == '-') * v)\n    got = v"),
        (f"return len(state.probabilities_dict()), {m} - int(np.log2(len(state.probabilities_dict())))",
         "the pair (number of basis states with non-zero probability, number of qubits minus the base-2 "
         "logarithm of it)", f"((abs(v) > 1e-9).sum(), {m} - np.log2((abs(v) > 1e-9).sum()))", ""),
    ]  # fmt: skip
    end, out, want, how = rng.choice(ends if "conjugate" not in code else [ends[5]])
    body = f"{begin}\n{code}{end}\n"
    text = body + given
    names = [x for x in ("Clifford", "Pauli", "StabilizerState") if f"{x}(" in text or f": {x}" in given
             or f"{x}." in text]  # fmt: skip
    gates = [g for g in ("CYGate", "SXGate") if g in body]
    imports = ["import numpy as np"] if "np." in body else []
    imports += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in text else []
    imports += [f"from qiskit.circuit.library import {gates[0]}"] if gates else []
    imports.append(f"from qiskit.quantum_info import {', '.join(names)}")
    return Instance(
        entry_point=rng.choice(["stabilizer_question", "stabilizer_figure", "ask_stabilizer"]),
        signature=f"({given})",
        asks=(
            f"Take {told}{after}. Return {out}. Use StabilizerState, not a state vector.",
            f"With Qiskit's StabilizerState: start from {told}{after}, and give {out}.",
            f"The input describes {told}. In the stabilizer formalism, I need of it{after}: {out}.",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""{HELP}{RANDOM}
def span(labels):
    seen = {{"{"I" * m}"}}
    for s in labels:
        seen |= {{(Pauli(s.lstrip("+-")) @ Pauli(u)).to_label().lstrip("-i") for u in seen}}
    return seen
for turn in range(12):
    qc = scrambled(3, 2 + turn % 6)
    v = Statevector(qc).data
    got = candidate({call})
    {oracle or "pass"}
    {how or "pass"}
    assert np.allclose(got, {want}, atol=1e-8)
""",
        params={"source": source, "then": after, "out": out},
    )


@family(
    "clifford",
    "advanced",
    oracle="value",
    skills=("error-propagation", "pauli-frame", "endianness"),
    why="An error after part of a circuit moves to its end as U P U^dagger with U the rest of it.",
)
def propagated_error(rng: Random) -> Instance:
    """Where a Pauli error in the middle of a Clifford circuit ends up."""
    n = 3
    label = letters(rng, 3) if rng.random() < 0.4 else ""
    a, b = rng.sample(range(n), 2)
    two = letters(rng, 2)
    pauli = f'Pauli("{label}")' if label else None
    make = (
        f"error = {pauli}"
        if label
        else f'error = Pauli("III").compose(Pauli("{two}"), qargs=[{a}, {b}])'
    )
    told = (
        f"the Pauli error {label}"
        if label
        else f"the error {two[1]} on qubit {a} and {two[0]} on qubit {b}"
    )
    matrix = f"word('{label}')" if label else f"full(word('{two}'), [{a}, {b}], 3)"
    place = rng.choice(["before", "after", "half"])
    where = {
        "before": ("before the instruction number `position` (counted from zero)", "position"),
        "after": (
            "right after the instruction number `position` (counted from zero)",
            "position + 1",
        ),
        "half": ("right before the last `position` instructions", "len(circuit.data) - position"),
    }[place]
    frame = rng.choice(["end", "end", "start"])
    if frame == "end":
        cut = f"circuit.data[{where[1]}:]"
        loop = 'error = error.evolve(Clifford(item.operation), qargs=qubits, frame="s")'
        words = "which Pauli at the end of the circuit has the same effect"
        direction = "late = Operator(rest).data\n    p = late @ p @ late.conj().T"
        part = f"for item in {cut}:\n"
    else:
        cut = f"reversed(circuit.data[:{where[1]}])"
        loop = "error = error.evolve(Clifford(item.operation), qargs=qubits)"
        words = "which Pauli at the start of the circuit has the same effect"
        direction = "early = Operator(head).data\n    p = early.conj().T @ p @ early"
        part = f"for item in {cut}:\n"
    body = f"""
{make}
{part}    qubits = [circuit.find_bit(qubit).index for qubit in item.qubits]
    {loop}
"""
    ends = [
        ("return error", f"the Pauli (with sign): {words}", "pauli"),
        ("return error.to_label()", f"the label (with a minus sign in front if there is one) of the Pauli: "
         f"{words}", "label"),
        ("return [q for q in range(3) if error.x[q]]",
         f"the list of the qubits in ascending order whose outcome in a computational-basis measurement is "
         f"flipped by the equivalent Pauli at the {frame}", "flips"),
        ("return int(np.sum(error.x | error.z))",
         f"the weight (number of non-identity letters) of the equivalent Pauli at the {frame}", "weight"),
        ('return "".join("1" if flip else "0" for flip in reversed(error.x))',
         f"the bit string (qubit 0 on the right) with a 1 for each qubit on which the equivalent Pauli at "
         f"the {frame} flips a measurement in the computational basis", "string"),
    ]  # fmt: skip
    end, out, kind = rng.choice(ends)
    body += f"{end}\n"
    check = {
        "pauli": "assert isinstance(got, Pauli) and got == Pauli(want)",
        "label": "assert got == want",
        "flips": "assert list(got) == [q for q in range(3) if want[-1 - q] in 'XY']",
        "weight": "assert got == 3 - want.count('I')",
        "string": "assert got == ''.join(str(int(x in 'XY')) for x in want[-3:])",
    }[kind]
    return Instance(
        entry_point=rng.choice(["propagate", "move_error", "equivalent_error"]),
        signature="(circuit: QuantumCircuit, position: int)",
        asks=(
            f"`circuit` consists of Clifford gates on three qubits. {told[0].upper()}{told[1:]} happens "
            f"{where[0]}. Return {out}. Do not build matrices of the whole circuit.",
            f"Pauli-frame tracking: in a three-qubit Clifford circuit {told} strikes {where[0]}. Give {out}.",
            f"Propagate {told}, which happens {where[0]} of a three-qubit Clifford circuit, gate by gate to "
            f"its {frame}. Output: {out}.",
        ),
        imports=("import numpy as np\n" if "np." in body else "")
        + "from qiskit import QuantumCircuit\nfrom qiskit.quantum_info import Clifford, Pauli",
        body=body,
        test=f"""{HELP}{RANDOM}
for turn in range(6):
    circuit = scrambled(3, 5)
    size = len(circuit.data)
    position = [0, 1, 3, 4, size - 2, size - 1][turn]
    first = {where[1]}
    head, rest = circuit.copy_empty_like(), circuit.copy_empty_like()
    for k, item in enumerate(circuit.data):
        (head if k < first else rest).append(item.operation, item.qubits)
    p = {matrix}
    got = candidate(circuit, position)
    {direction}
    want = signed(p)
    {check}
""",
        params={"error": told, "where": where[0], "out": out},
    )


@family(
    "clifford",
    "intermediate",
    oracle="unitary",
    skills=("cnot-dihedral", "phase-polynomial"),
    why="The CNOT-dihedral group holds circuits of CNOT, X and T, known by an affine map and a phase "
    "polynomial.",
    tolerance=1e-8,
)
def dihedral_element(rng: Random) -> Instance:
    """Elements of the CNOT-dihedral group: change, combine, read off."""
    n = 2
    a, b = rng.sample(range(n), 2)
    steps = {
        "after": (f"extra = QuantumCircuit(2)\nextra.cx({a}, {b})\nextra.t({b})\n"
                  "element = element.compose(CNOTDihedral(extra))",
                  f"follow it by a CNOT with control {a} and target {b} and then a T gate on qubit {b}",
                  f"m = full(library.TGate().to_matrix(), [{b}], 2) @ full(library.CXGate().to_matrix(), "
                  f"[{a}, {b}], 2) @ m"),
        "before": (f"extra = QuantumCircuit(2)\nextra.t({a})\nextra.cx({a}, {b})\nextra.x({b})\n"
                   "element = element.compose(CNOTDihedral(extra), front=True)",
                   f"precede it by a T gate on qubit {a}, then a CNOT with control {a} and target {b}, then "
                   f"X on qubit {b}",
                   f"m = m @ full(word('X'), [{b}], 2) @ full(library.CXGate().to_matrix(), [{a}, {b}], 2) @ "
                   f"full(library.TGate().to_matrix(), [{a}], 2)"),
        "dot": (f"extra = QuantumCircuit(2)\nextra.s({a})\nextra.cx({b}, {a})\n"
                "element = element.dot(CNOTDihedral(extra))",
                f"precede it by an S gate on qubit {a} and then a CNOT with control {b} and target {a}",
                f"m = m @ full(library.CXGate().to_matrix(), [{b}, {a}], 2) @ "
                f"full(library.SGate().to_matrix(), [{a}], 2)"),
        "adjoint": ("element = element.adjoint()", "invert it", "m = m.conj().T"),
        "conjugate": ("element = element.conjugate()", "take the complex conjugate of its matrix",
                      "m = m.conj()"),
        "transpose": ("element = element.transpose()", "transpose its matrix", "m = m.T"),
    }  # fmt: skip
    power = rng.choice([2, 3])
    code = "\n".join(f"extra.{g}({q})" for q, g in enumerate(rng.choices(["x", "t", "s"], k=2)))
    gates = "@".join(
        f" full(library.{g[6].upper()}Gate().to_matrix(), [{g[-2]}], 2) " for g in code.split("\n")
    )
    steps["layer"] = (
        f"extra = QuantumCircuit(2)\n{code}\nelement = element.compose(CNOTDihedral(extra))",
        "follow it by "
        + " and ".join(f"{g[6].upper()} on qubit {g[-2]}" for g in code.split("\n")),
        f"m = {gates}@ m",
    )
    steps["power"] = (f"element = element.power({power})", f"raise it to the power {power}",
                      f"m = np.linalg.matrix_power(m, {power})")  # fmt: skip
    first, second = rng.sample(sorted(steps), 2)
    chosen = [steps[first]] + ([steps[second]] if rng.random() < 0.75 else [])
    ends = [
        ("return element", "the resulting CNOTDihedral", "unitary"),
        ("return element.to_circuit()", "a QuantumCircuit of the result", "unitary"),
        ("return element.to_operator()", "the Operator of the result", "unitary"),
        (
            "return Operator(element.to_instruction())",
            "the Operator of the instruction made of the result",
            "unitary",
        ),
        ("return element.to_matrix()", "the unitary matrix of the result as an array", "unitary"),
        (
            "return element.linear.tolist(), element.shift.tolist()",
            "the pair (L, s) of its affine map x -> L x + s modulo 2 on the bits of basis states (a list of "
            "rows and a list; component k belongs to qubit k)",
            "affine",
        ),
    ]
    end, out, kind = rng.choice(ends)
    if kind == "affine" and first in ("conjugate",) and len(chosen) == 1:
        end, out, kind = ends[0]
    words = "; then ".join(x[1] for x in chosen)
    body = "element = CNOTDihedral(circuit)\n" + "\n".join(x[0] for x in chosen) + f"\n{end}\n"
    names = ["CNOTDihedral"] + (["Operator"] if "Operator(" in body else [])
    isa = {"element": "CNOTDihedral", "element.to_circuit()": "QuantumCircuit"}.get(end[7:], "")
    isa = f"assert isinstance(got, {isa})\n    " if isa else ""
    check = (
        "assert Operator(got).equiv(Operator(m), rtol=0, atol=1e-7)"
        if kind == "unitary"
        else """linear, shift = got
    for x in range(4):
        bits = [x >> k & 1 for k in range(2)]
        y = [(sum(r * v for r, v in zip(row, bits)) + s) % 2 for row, s in zip(linear, shift)]
        assert abs(abs(m[sum(v << k for k, v in enumerate(y)), x]) - 1) < 1e-8"""
    )
    oracle = "\n    ".join(x[2] for x in chosen)
    return Instance(
        entry_point=rng.choice(["dihedral", "dihedral_element", "phase_element"]),
        signature="(circuit: QuantumCircuit)",
        asks=(
            f"`circuit` has two qubits and gates from CNOT, X, S and T. Make a CNOTDihedral of it; {words}. "
            f"Return {out}{' (a global phase is free)' if kind == 'unitary' else ''}.",
            f"Work in the CNOT-dihedral group (class CNOTDihedral). Start: the two-qubit circuit given. "
            f"Steps: {words}. Result: {out}{', up to a global phase' if kind == 'unitary' else ''}.",
            f"Given a two-qubit circuit of CNOT, X, S and T gates, convert it to a CNOTDihedral element, "
            f"{words}, and give {out}{' (up to a phase)' if kind == 'unitary' else ''}.",
        ),
        imports="from qiskit import QuantumCircuit\n"
        f"from qiskit.quantum_info import {', '.join(names)}",
        body=body,
        test=f"""{HELP}{RANDOM}
from qiskit.quantum_info import CNOTDihedral
for turn in range(4):
    qc = QuantumCircuit(2)
    for k in range(5):
        q = int(rng.integers(2))
        getattr(qc, str(rng.choice(["x", "t", "s", "tdg"])))(q)
        qc.cx(q, 1 - q) if rng.random() < 0.7 else qc.t(1 - q)
    qc.t(0)
    qc.x(turn % 2)
    qc.cx(1, 0)
    m = Operator(qc).data
    got = candidate(qc)
    {oracle}
    {isa}{check}
""",
        params={"steps": words, "out": out},
    )
