"""Cliffords: stabilizer codes and graph states."""

from random import Random

from qspark.data.families.base import Instance, Wrong, family
from qspark.data.families.clifford import NAMED, PAIRS, RANDOM
from qspark.data.families.paulis import ALGEBRA
from qspark.data.families.states import HELP

# Generators and logical X and Z of small codes.
CODES = {
    "five-qubit": (["XZZXI", "IXZZX", "XIXZZ", "ZXIXZ"], "XXXXX", "ZZZZZ"),
    "Steane": (
        ["IIIXXXX", "IXXIIXX", "XIXIXIX", "IIIZZZZ", "IZZIIZZ", "ZIZIZIZ"],
        "XXXXXXX",
        "ZZZZZZZ",
    ),
    "Shor": (
        [
            "IIIIIIIZZ",
            "IIIIIIZZI",
            "IIIIZZIII",
            "IIIZZIIII",
            "IZZIIIIII",
            "ZZIIIIIII",
            "IIIXXXXXX",
            "XXXXXXIII",
        ],
        "ZZZZZZZZZ",
        "XXXXXXXXX",
    ),
}


def _drawn_code(rng: Random) -> tuple[str, list[str], str, str]:
    """A code with permuted qubits, exchanged X and Z on some of them, and a few signs."""
    name = rng.choice(["five-qubit", "five-qubit", "Steane", "Shor"])
    rows, x, z = CODES[name]
    n = len(rows[0])
    order = rng.sample(range(n), n)
    swapped = {k for k in range(n) if rng.random() < 0.35}
    trade = {"X": "Z", "Z": "X", "Y": "Y", "I": "I"}

    def moved(s: str) -> str:
        s = "".join(s[k] for k in order)
        return "".join(trade[c] if k in swapped else c for k, c in enumerate(s))

    signs = ["-" if rng.random() < 0.3 else "" for _ in rows]
    return name, [a + moved(r) for a, r in zip(signs, rows, strict=True)], moved(x), moved(z)


@family(
    "clifford",
    "advanced",
    oracle="value",
    skills=("stabilizer-codes", "syndromes", "endianness"),
    why="A generator's syndrome bit is one when the error anticommutes with it; signs do not matter there.",
)
def stabilizer_code(rng: Random) -> Instance:
    """Syndromes, membership, decoding and gates of a stabilizer code given by generators."""
    name, rows, x, z = _drawn_code(rng)
    n = len(x)
    bare = [r.lstrip("-") for r in rows]
    head = f"generators = PauliList({rows})\n"
    syndrome = (
        'bits = "".join("1" if generators[k].anticommutes(error) else "0" for k in '
        "range(len(generators)))\n"
    )
    ends = {
        "syndrome": (f"{head}error = Pauli(label)\n{syndrome}return bits", "(label: str) -> str",
                     "the syndrome of the Pauli error `label` as a string: character k is 1 if the error "
                     "anticommutes with generator k (in the order given), else 0"),
        "table": (f"{head}table = {{}}\nfor qubit in range({n}):\n    for letter in (\"X\", \"Y\", \"Z\"):\n"
                  f'        error = Pauli("{"I" * n}").compose(Pauli(letter), qargs=[qubit])\n'
                  f"        {syndrome.replace(chr(10), '')}\n"
                  "        table.setdefault(bits, []).append(error.to_label())\nreturn table",
                  "() -> dict[str, list[str]]",
                  "a dict that maps every syndrome which some single-qubit Pauli error causes to the list of "
                  "the labels of all such errors (syndrome character k is 1 if the error anticommutes with "
                  "generator k)"),
        "images": (f"{head}return generators.evolve(circuit, frame=\"s\").to_labels()",
                   "(circuit: QuantumCircuit) -> list[str]",
                   "the list of the signed labels U S U^dagger of the generators S (in the order given) "
                   "after the Clifford circuit U, `circuit`, with a minus sign in front where there is one"),
        "undone": (f"{head}return [row.evolve(circuit).to_label() for row in generators]",
                   "(circuit: QuantumCircuit) -> list[str]",
                   "the list of the signed labels U^dagger S U of the generators S (in the order given), U "
                   "being the Clifford circuit `circuit`: what to measure before U instead of S after it"),
        "flag": (f"{head}error = Pauli(label).evolve(circuit, frame=\"s\")\n{syndrome}return bits",
                 "(label: str, circuit: QuantumCircuit) -> str",
                 "the syndrome (character k: 1 if there is an anticommutation with generator k, else 0) that "
                 "the Pauli error `label` causes if it happens before the Clifford circuit `circuit` and the "
                 "generators are measured after it"),
        "zero": (f"state = StabilizerState.from_stabilizer_list({[*rows, z]})\n"
                 "return state.clifford.to_circuit()", "() -> QuantumCircuit",
                 f"a circuit that prepares from all zeros the code state which the logical operator {z} "
                 "leaves unchanged"),
        "plus": (f"state = StabilizerState.from_stabilizer_list({[*rows, x]})\n"
                 "return state", "() -> StabilizerState",
                 f"the StabilizerState of the code space with the eigenvalue +1 of the logical operator {x}"),
        "weights": (f"{head}return {{q: \"\".join(str(row[q]) for row in PauliList([r.lstrip(\"-\") "
                    f"for r in generators.to_labels()])) for q in range({n})}}", "() -> dict[int, str]",
                    "a dict from each qubit to the string of the letters (I included) that the generators, "
                    "in the order given, have on it"),
        "flips": (f"{head}error = Pauli(label)\n{syndrome}"
                  f'logical = Pauli("{z}")\nreturn bits, bool(logical.anticommutes(error))',
                  "(label: str) -> tuple[str, bool]",
                  "the pair (s, f) for the Pauli error `label`: s is the syndrome (character k is 1 if the "
                  f"error anticommutes with generator k, else 0), f tells whether it anticommutes with the "
                  f"logical operator {z}"),
    }  # fmt: skip
    kind = rng.choice(
        ["syndrome", "table", "images", "undone", "flag", "zero", "plus", "weights", "flips"]
    )
    body, signature, out = ends[kind]
    errors = f"""
for turn in range(20):
    error = "".join(rng.choice(list("IIXYZ"), {n}))
    want = "".join(str(int(anti(error, s))) for s in {bare})
"""
    circuits = f"""
for turn in range(4):
    qc = scrambled({n}, 4)
    steps = [(item.operation.to_matrix(), [qc.find_bit(q).index for q in item.qubits]) for item in qc.data]
    def moved(p, back=False):
        for u, qubits in (reversed(steps) if back else steps):
            p = turn_(p, u, qubits, back)
        return p
"""
    check = {
        "syndrome": f"{errors}    assert candidate(error) == want",
        "flips": f"{errors}    assert candidate(error) == (want, anti(error, '{z}'))",
        "table": f"""
want = {{}}
for q in range({n}):
    for letter in "XYZ":
        error = put(letter, [q], {n})
        want.setdefault("".join(str(int(anti(error, s))) for s in {bare}), []).append(error)
got = candidate()
assert set(got) == set(want) and all(sorted(got[k]) == sorted(want[k]) for k in want)
""",
        "images": f"{circuits}    want = [sign(moved(((-1) ** (s[0] == '-'), s.lstrip('-')))) "
        f"for s in {rows}]\n"
        "    assert candidate(qc) == want",
        "undone": f"{circuits}    want = [sign(moved(((-1) ** (s[0] == '-'), s.lstrip('-')), True)) for s in "
        f"{rows}]\n    assert candidate(qc) == want",
        "flag": f"""{circuits}    for _ in range(4):
        error = "".join(rng.choice(list("IXYZ"), {n}))
        late = moved((1, error))[1]
        assert candidate(error, qc) == "".join(str(int(anti(late, s))) for s in {bare})""",
        "zero": f"""
qc = candidate()
assert isinstance(qc, QuantumCircuit) and qc.num_qubits == {n}
state = Statevector(qc)
for s in {[*rows, z]}:
    assert abs(state.expectation_value(Pauli(s)) - 1) < 1e-8
""",
        "plus": f"""
state = candidate()
assert isinstance(state, StabilizerState) and state.num_qubits == {n}
for s in {[*rows, x]}:
    assert state.expectation_value(Pauli(s)) == 1
""",
        "weights": f"""
assert candidate() == {{q: "".join(s[{n} - 1 - q] for s in {bare}) for q in range({n})}}
""",
    }[kind]  # fmt: skip
    used = ["Clifford", "Pauli", "PauliList", "StabilizerState"]
    names = [u for u in used if f"{u}(" in body or f"{u}." in body]
    imports = ["import numpy as np"] if "np." in body else []
    imports += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in signature else []
    imports.append(f"from qiskit.quantum_info import {', '.join(names)}")
    told = ", ".join(rows)
    wrong = (Wrong("S07", body.replace(', frame="s"', "")),) if kind in ("images", "flag") else ()
    return Instance(
        entry_point=rng.choice(["code_figure", "examine_code", "code_question"]),
        signature=signature,
        asks=(
            f"A stabilizer code on {n} qubits ({name} up to relabelling and local basis changes) has the "
            f"generators {told}. Return {out}. Labels have qubit 0 on the right.",
            f"Generators of a {n}-qubit code: {told} (rightmost letter: qubit 0). The function gives {out}.",
            f"Error-correction bookkeeping for the code with stabilizers {told} on {n} qubits: I need {out}.",
        ),
        imports="\n".join(imports),
        body=f"{body}\n",
        test=f"""{HELP}{RANDOM}{ALGEBRA}
def turn_(p, u, qubits, back):
    return turn(p, u, qubits, back)
{check.replace("for turn in", "for count in")}
""",
        params={"code": name, "generators": rows, "kind": kind},
        wrong=wrong,
    )


@family(
    "clifford",
    "advanced",
    oracle="state",
    skills=("graph-states", "stabilizer-states", "local-complementation"),
    why="The generator of vertex v is X on v and Z on its neighbours.",
    tolerance=1e-8,
)
def graph_state(rng: Random) -> Instance:
    """Graph states: stabilizers, equivalences, entropies, after a gate."""
    n = 4
    v, w = rng.sample(range(n), 2)
    while v + w == n - 1:  # the pair must not be its own mirror image
        v, w = rng.sample(range(n), 2)
    gate = rng.choice(["HGate", "SGate", "SXGate", "CYGate", "SwapGate", "CXGate"])
    two = gate[0] == "C" or gate == "SwapGate"
    at = f"[{v}, {w}]" if two else f"[{v}]"
    named = {**NAMED, **PAIRS}[gate] + (f" on qubits {v} and {w}" if two else f" on qubit {v}")
    pre = """
labels = []
for vertex in range(num_vertices):
    letters = ["I"] * num_vertices
    letters[vertex] = "X"
    for a, b in edges:
        if vertex in (a, b):
            letters[a + b - vertex] = "Z"
    labels.append("".join(reversed(letters)))
""".strip("\n")
    state = "state = StabilizerState.from_stabilizer_list(labels)\n"
    after = f"state = state.evolve(Clifford({gate}()), qargs={at})\n"
    told = f" after {named}"
    front = f"{pre}\n{state}{after}"
    oracle = f"u = act(u, library.{gate}().to_matrix(), {at})"
    ends = [
        ("return state", "the StabilizerState", "assert isinstance(got, StabilizerState)\n    "
         "assert all(got.expectation_value(Pauli(s)) == np.round(np.vdot(u, word(s) @ u).real) "
         "for s in rng.choice(every, 60))"),
        ("return state.clifford.to_circuit()", "a circuit that prepares the state from all zeros",
         "assert isinstance(got, QuantumCircuit)\n    assert Statevector(got).equiv(Statevector(u))"),
        (f"values = {{p.to_label(): int(state.expectation_value(p)) for p in pauli_basis({n})}}\n"
         "return {label: value for label, value in values.items() if value}",
         "a dict with the labels of all Pauli strings whose expectation value is not zero, mapped to that "
         "value (1 or -1)",
         "want = {s: int(np.round(np.vdot(u, word(s) @ u).real)) for s in every}\n    "
         "assert got == {s: x for s, x in want.items() if x}"),
        (f'return PauliList(labels).evolve(Clifford({gate}()), qargs={at}, frame="s").to_labels()',
         "the list of the signed labels into which the generators (X on a vertex, Z on its neighbours; "
         "vertices in ascending order) turn",
         f"g = full(library.{gate}().to_matrix(), {at}, 4)\n    "
         "assert got == [signed(g @ word(s) @ g.conj().T) for s in labels]"),
        ("other = StabilizerState(circuit)\nreturn state.equiv(other)",
         "True if the circuit `circuit` (four qubits, Clifford gates) makes the same state from all zeros up "
         "to a global phase, else False", "same"),
    ]  # fmt: skip
    end, out, check = rng.choice(ends)
    signature = "(num_vertices: int, edges: list[tuple[int, int]])"
    call = f"candidate({n}, edges)"
    if check == "same":
        signature = "(num_vertices: int, edges: list[tuple[int, int]], circuit: QuantumCircuit)"
        check = """for other in (True, False, None):
        trial = QuantumCircuit(4)
        trial.h(range(4))
        for a, b in edges:
            trial.cz(a, b)
        trial.append(library.GATE(), AT)
        if other is False:
            trial.z(int(rng.integers(4)))
        if other is None:
            trial.s(0)
            trial.h(1)
        want = Statevector(trial).equiv(Statevector(u))
        assert candidate(4, edges, trial) == want"""
        check = check.replace("GATE", gate).replace("AT", at)
        call = "None"
    body = f"{pre}\n{end}\n" if "PauliList" in end else f"{front}{end}\n"
    gates = [gate] if f"{gate}(" in body else []
    used = ["Clifford", "Pauli", "PauliList", "StabilizerState", "pauli_basis"]
    names = [x for x in used if f"{x}(" in body or f"{x}." in body]
    imports = ["import numpy as np"] if "np." in body else []
    imports += ["from qiskit import QuantumCircuit"] if "QuantumCircuit" in signature else []
    imports += [f"from qiskit.circuit.library import {gates[0]}"] if gates else []
    imports.append(f"from qiskit.quantum_info import {', '.join(names)}")
    return Instance(
        entry_point=rng.choice(["graph_question", "graph_state_figure", "on_graph_state"]),
        signature=signature,
        asks=(
            f"A graph state on four qubits has the vertices 0..num_vertices-1 and the given edges: each "
            f"vertex v contributes the stabilizer X_v times Z on its neighbours. For this state{told} return "
            f"{out}. Stay in the stabilizer formalism.",
            f"Take the graph state of four vertices with `edges` (|+> on all vertices, CZ along edges)"
            f"{told}. Give {out}.",
            f"`edges` defines a four-qubit graph state (generators: X on a vertex, Z on its neighbours). "
            f"Wanted{told}: {out}. Qubit 0 is rightmost in labels.",
        ),
        imports="\n".join(imports),
        body=body,
        test=f"""{HELP}{RANDOM}
from itertools import product
every = ["".join(x) for x in product("IXYZ", repeat=4)]
for edges in ([(0, 1), (1, 2)], [(3, 0), (0, 2)], [(0, 1), (2, 1), (0, 2)], [(1, 3), (0, 1)]):
    u = np.full(16, 0.25, complex)
    for a, b in edges:
        u = act(u, np.diag([1, 1, 1, -1]), [a, b])
    labels = []
    for q in range(4):
        near = {{a + b - q for a, b in edges if q in (a, b)}}
        labels.append("".join("X" if k == q else "Z" if k in near else "I" for k in (3, 2, 1, 0)))
    {oracle}
    got = {call}
    {check}
""",
        params={"gate": told, "out": out},
    )
